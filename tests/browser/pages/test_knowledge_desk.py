"""Two editors and a supervisor at the knowledge desk."""

from pathlib import Path

from knowledge_base.corpus import ARTICLES_DIR
from tests.browser.pages.colleague import check, picture
from tests.browser.pages.conftest import Opening
from tests.browser.pages.writing import Writing

BOTH, DRAFTED, APPROVED, OWN, KEPT = (
    "annual-leave-days",
    "membership-leaving",
    "mutual-aid-fee",
    "joining-how",
    "housing-fund",
)


def article(article_id: str) -> str:
    return f"/knowledge/articles/{article_id}"


def test_two_editors_at_one_article_lose_nothing(at_desk: Opening, pictures: Path | None) -> None:
    first = Writing(at_desk("editor", article(BOTH)))
    second = Writing(at_desk("editor2", article(BOTH)))
    first.add("第一位编辑写的这一句。").save()
    first.colleague.sees("已保存，第 1 版草稿")

    second.add("第二位编辑写的那一句。").save()
    conflict = second.page.get_by_role("dialog", name="这条条目刚刚被改过")
    conflict.wait_for()
    shown = conflict.inner_text()
    assert "陈编辑在您编辑的时候保存了新内容" in shown
    assert "第一位编辑写的这一句。" in shown
    assert "第二位编辑写的那一句。" in shown
    check(second.colleague)
    picture(second.colleague, "conflict", pictures)

    second.colleague.button("先回去接着改").click()
    conflict.wait_for(state="hidden")
    assert "第二位编辑写的那一句。" in second.text.inner_text()
    second.save()
    second.colleague.button("在新内容的基础上保存我写的").click()
    second.colleague.sees("已保存，第 2 版草稿")

    first.page.reload()
    first.colleague.settle()
    history = first.colleague.content.inner_text()
    assert "第 2 版" in history
    assert "第 1 版" in history
    first.colleague.button("对比").first.click()
    first.colleague.sees("第 1 版 和 第 2 版 的差别")
    difference = first.page.get_by_role("region").inner_text()
    assert "第一位编辑写的这一句。" in difference
    assert "第二位编辑写的那一句。" in difference
    check(first.colleague)


def test_what_is_written_is_checked_and_previewed(at_desk: Opening) -> None:
    writing = Writing(at_desk("editor", article(DRAFTED)))
    web, wechat = writing.page.locator(".knowledge-web"), writing.page.locator(".knowledge-phone")
    before = (ARTICLES_DIR / "membership" / f"{DRAFTED}.md").read_text(encoding="utf-8")
    after = before.replace("## 依据", "## 注意事项\n\n**早点**说，别等到最后一天。\n\n## 依据")
    writing.write(after)
    writing.colleague.sees("有没保存的修改")
    web.get_by_text("早点", exact=True).wait_for()
    assert "早点说，别等到最后一天。" in wechat.inner_text()
    assert "**" not in wechat.inner_text()

    writing.write(f"没有开头的{after}")
    writing.colleague.sees("内容还有格式问题，下面是上一次能显示的样子")
    assert "早点" in web.inner_text()
    check(writing.colleague)
    writing.write(after)
    writing.colleague.sees("没有问题，可以提交")
    assert writing.colleague.problems == []


def test_a_second_person_approves(at_desk: Opening, pictures: Path | None) -> None:
    editor = Writing(at_desk("editor", article(APPROVED)))
    editor.add("以当年的通知为准。")
    editor.colleague.button("提交审批").click()
    editor.colleague.sees("已提交，请另一位同事审批")
    assert editor.colleague.button("批准").count() == 0

    supervisor = at_desk("supervisor", article(APPROVED))
    supervisor.button("对比").first.click()
    assert "以当年的通知为准。" in supervisor.page.get_by_role("region").inner_text()
    assert "<a " not in supervisor.page.locator(".knowledge-phone").inner_text()
    picture(supervisor, "approval", pictures)
    supervisor.button("批准").click()
    supervisor.sees("已批准，可以发布")
    supervisor.open("/knowledge/publish")
    supervisor.sees("（第 1 版，陈编辑）")
    assert supervisor.button("开始发布").is_enabled()


def test_nobody_approves_what_they_wrote(at_desk: Opening) -> None:
    supervisor = at_desk("supervisor", article(OWN))
    Writing(supervisor).add("带上身份证。")
    supervisor.button("提交审批").click()
    supervisor.sees("已提交，请另一位同事审批")
    supervisor.button("批准").click()
    supervisor.page.get_by_role("alert").filter(has_text="另一位").wait_for()
    supervisor.sees("待审批")


def test_what_was_not_saved_is_offered_again(at_desk: Opening) -> None:
    writing = Writing(at_desk("editor", article(KEPT))).add("写到一半的话。")
    writing.colleague.sees("有没保存的修改")
    writing.page.close(run_before_unload=False)

    again = Writing(at_desk("editor", article(KEPT)))
    again.page.get_by_role("dialog", name="有没存上的内容").wait_for()
    again.colleague.button("接着写").click()
    again.to_the_end()
    again.text.get_by_text("写到一半的话。").wait_for()


def test_the_hit_test_shows_every_stage(at_desk: Opening, pictures: Path | None) -> None:
    editor = at_desk("editor", "/knowledge/hit-test")
    editor.page.get_by_label("问题").fill("老板两个月没发工资，找谁要")
    editor.page.keyboard.press("Enter")
    editor.page.get_by_role("link", name="被拖欠工资怎么办").wait_for()
    heads = editor.page.get_by_role("columnheader").all_inner_texts()
    assert heads == ["名次", "条目", "匹配的小节", "词语", "拼音", "语义", "合并", "排序", "把握"]
    shown = editor.content.inner_text()
    assert "直接回答" in shown
    assert "到 0.62 直接回答，到 0.35 列出选项" in shown
    assert "0.930" in shown
    check(editor)
    picture(editor, "hit-test", pictures)


def test_a_file_is_looked_at_before_it_is_kept(
    at_desk: Opening, tmp_path: Path, pictures: Path | None
) -> None:
    notice = tmp_path / "notice.md"
    notice.write_text("# 疗休养报名通知\n\n五月起报名，问单位工会。\n", encoding="utf-8")
    editor = at_desk("editor2", "/knowledge/imports")
    with editor.page.expect_file_chooser() as chooser:
        editor.button("选择文件").click()
    chooser.value.set_files(notice)
    editor.sees("notice.md：1 份内容")
    editor.sees("五月起报名，问单位工会。")
    check(editor)
    picture(editor, "import", pictures)
    editor.button("放进待发布").click()
    editor.sees("已放进待发布，由另一位同事发布后生效")
    editor.sees("吴编辑")
    editor.button("撤下").click()
    editor.sees("没有等着发布的文件")

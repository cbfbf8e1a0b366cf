"""Every state of the window, on a phone and on a desk: seen, accessible, in one piece."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import replies
from tests.browser.conftest import DESKTOP, PHONE, Opening
from tests.browser.looks import check
from tests.browser.stage import Stage
from tests.browser.widget import Widget

Look = Callable[[Widget, str], None]


@pytest.fixture(params=[PHONE, DESKTOP], ids=["390x844", "1280x800"])
def widget(request: pytest.FixtureRequest, stage: Stage, open_page: Opening) -> Widget:
    """A fresh conversation."""
    return open_page(viewport=request.param).ready()


@pytest.fixture
def look(shots: Path | None) -> Look:
    return lambda widget, name: check(widget, name, shots)


@pytest.fixture
def held(stage: Stage) -> Iterator[Stage]:
    """A bot that thinks until it is let go."""
    stage.soon(stage.rasa.hold)
    yield stage
    stage.soon(stage.rasa.gate.set)


def with_staff(stage: Stage, widget: Widget) -> Widget:
    stage.bot_says("老板三个月没发工资", replies.HANDOFF)
    widget.say("老板三个月没发工资").sees("已经转给服务中心的同事")
    stage.claim("王芳")
    return widget.sees("王芳已经接手")


def test_greeting_with_topics(widget: Widget, look: Look) -> None:
    expect(widget.button("医疗互助怎么报")).to_be_visible()
    look(widget, "greeting")
    widget.button("讨薪").click()
    widget.sees("收到：老板拖欠工资怎么办")
    expect(widget.button("讨薪")).to_have_count(0)


def test_answer_with_sources(stage: Stage, widget: Widget, look: Look) -> None:
    stage.bot_says("加班费怎么算", replies.ANSWER)
    widget.say("加班费怎么算").sees("不低于工资的")
    bubble = widget.messages("bot").last
    expect(bubble.locator("li")).to_have_count(6)
    expect(bubble.locator("a[href='tel:12351']")).to_have_text("12351")
    look(widget, "answer")
    summary = widget.page.locator(".citations summary")
    expect(summary).to_contain_text("出处 2 条")
    expect(summary).to_contain_text("待确认")
    summary.click()
    sources = widget.page.locator(".citations li")
    expect(sources.first).to_contain_text("来源：《中华人民共和国劳动法》第四十四条")
    expect(sources.first).to_contain_text("1995-01-01 起执行 · 核对到 2026-11-01")
    expect(sources.first.locator("a")).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(sources.first.locator("mark")).to_have_count(0)
    expect(sources.last.locator("mark")).to_have_text("待确认")
    sources.last.scroll_into_view_if_needed()
    look(widget, "sources")


def test_helpful_and_not_helpful(stage: Stage, widget: Widget, look: Look) -> None:
    stage.bot_says("加班费怎么算", replies.ANSWER)
    widget.say("加班费怎么算").sees("不低于工资的")
    widget.button("有帮助").click()
    expect(widget.button("有帮助")).to_have_attribute("aria-pressed", "true")
    widget.sees("已记下，谢谢您")
    widget.button("没帮助").click()
    expect(widget.button("有帮助")).to_have_attribute("aria-pressed", "false")
    expect(widget.button("转人工，请同事来看")).to_be_visible()
    look(widget, "feedback")


def test_choices(stage: Stage, widget: Widget, look: Look) -> None:
    stage.bot_says("加班", replies.CHOICES)
    widget.say("加班").sees("您想问的是下面哪一项")
    expect(widget.button("加班时间有没有上限")).to_be_visible()
    look(widget, "choices")


QUESTIONS: dict[str, tuple[dict[str, Any], Callable[[Widget], object], str]] = {
    "number": (
        replies.calculation("好，我帮您算加班费。\n\n您一个月工资多少元？"),
        lambda widget: widget.page.get_by_label("填数字，单位元").fill("8,000"),
        "8000元",
    ),
    "date": (
        replies.calculation("您是哪天离职的？（比如：2026年3月5日）"),
        lambda widget: widget.page.get_by_label("选日期").fill("2026-03-05"),
        "2026年3月5日",
    ),
    "month": (
        replies.calculation("是哪年哪月的工资？"),
        lambda widget: (
            widget.page.get_by_label("年", exact=True).select_option("2026"),
            widget.page.get_by_label("月", exact=True).select_option("3"),
        ),
        "2026年3月",
    ),
    "span": (
        replies.calculation("您在这家单位一共干了多久？（比如：3年7个月）"),
        lambda widget: (
            widget.page.get_by_label("年", exact=True).fill("3"),
            widget.page.get_by_label("个月", exact=True).fill("7"),
        ),
        "3年7个月",
    ),
}


@pytest.mark.parametrize("kind", QUESTIONS)
def test_questions_with_their_inputs(stage: Stage, widget: Widget, look: Look, kind: str) -> None:
    question, fill, said = QUESTIONS[kind]
    stage.bot_says(f"算{kind}", question)
    widget.say(f"算{kind}")
    expect(widget.page.locator(".ask")).to_be_visible()
    look(widget, f"question-{kind}")
    widget.button("确定").click()
    expect(widget.page.get_by_role("alert")).to_have_text("请先填好；也可以在下面直接写")
    fill(widget)
    widget.button("确定").click()
    widget.sees(f"收到：{said}")
    expect(widget.page.locator(".ask")).to_have_count(0)


def test_a_question_with_options(stage: Stage, widget: Widget, look: Look) -> None:
    question = replies.calculation(
        "这个班是哪种日子加的？", "平时下班后", "周末休息日", "法定节假日"
    )
    stage.bot_says("算加班费", question)
    widget.say("算加班费").sees("哪种日子")
    look(widget, "question-choice")
    widget.button("周末休息日").click()
    widget.sees("收到：周末休息日")


def test_a_question_that_may_be_skipped(stage: Stage, widget: Widget, look: Look) -> None:
    stage.bot_says("被辞退了", replies.intake("您的单位叫什么名字？（写个大概也行）"))
    widget.say("被辞退了").sees("单位叫什么名字")
    look(widget, "question-text")
    widget.button("跳过").click()
    widget.sees("收到：跳过")


def test_bot_at_work(held: Stage, widget: Widget, look: Look) -> None:
    widget.say("年休假有几天")
    expect(widget.page.locator(".typing")).to_be_visible()
    expect(widget.page.locator(".message.worker .state").last).to_contain_text("已送达")
    look(widget, "typing")


def test_a_message_that_is_refused(widget: Widget, look: Look) -> None:
    widget.page.locator(".composer textarea").evaluate("(node) => { node.maxLength = 30000; }")
    widget.say("长" * 20_001)
    expect(widget.page.locator(".message[data-state=failed]")).to_contain_text("这条消息太长了")
    expect(widget.button("重试")).to_have_count(0)
    look(widget, "refused")
    widget.button("不发了").click()
    expect(widget.page.locator(".message[data-state=failed]")).to_have_count(0)


def test_waiting_for_a_colleague(stage: Stage, widget: Widget, look: Look) -> None:
    stage.bot_says("老板三个月没发工资", replies.HANDOFF)
    widget.say("老板三个月没发工资").sees("已经转给服务中心的同事")
    expect(widget.status).to_contain_text("正在等同事，您排在第")
    expect(widget.status).to_contain_text("工作时间内一般2小时内会有同事回复")
    expect(widget.button("发图片或 PDF")).to_be_visible()
    look(widget, "waiting")


def test_a_colleague(stage: Stage, widget: Widget, look: Look) -> None:
    with_staff(stage, widget)
    expect(widget.status).to_contain_text("同事王芳在线")
    stage.staff_types()
    expect(widget.page.locator(".message.staff .typing")).to_be_visible()
    stage.staff_says("您好，我是王芳。您说的是哪家单位？工资条还在手里吗？")
    widget.sees("您好，我是王芳")
    expect(widget.page.locator(".who").last).to_contain_text("王芳")
    expect(widget.page.locator(".typing")).to_have_count(0)
    widget.say("在的，三个月的都在")
    expect(widget.messages("worker").last).to_have_text("在的，三个月的都在")
    look(widget, "with-staff")


def test_rating_at_the_end(stage: Stage, widget: Widget, look: Look) -> None:
    with_staff(stage, widget)
    stage.resolve()
    expect(widget.page.locator(".rating")).to_be_visible()
    expect(widget.status).to_contain_text("这次会话已结束")
    widget.page.get_by_label("4 分，满意").check(force=True)
    look(widget, "rating")
    widget.button("提交评分").click()
    widget.sees("谢谢您，4 分已记下。")
    widget.say("还有一件事").sees("收到：还有一件事")
    expect(widget.page.locator(".rating")).to_have_count(0)


def test_settings(widget: Widget, look: Look) -> None:
    widget.menu()
    expect(widget.page.get_by_role("switch", name="新消息提示音")).not_to_be_checked()
    look(widget, "menu")


@pytest.mark.parametrize("size", ["大", "特大"])
def test_text_size(stage: Stage, widget: Widget, look: Look, size: str) -> None:
    stage.bot_says("加班费怎么算", replies.ANSWER)
    widget.say("加班费怎么算").sees("不低于工资的")
    widget.menu()
    widget.page.get_by_label(size, exact=True).check(force=True)
    widget.button("返回").click()
    look(widget, f"size-{'large' if size == '大' else 'huge'}")


def test_high_contrast(stage: Stage, widget: Widget, look: Look) -> None:
    stage.bot_says("加班费怎么算", replies.ANSWER)
    widget.say("加班费怎么算").sees("不低于工资的")
    widget.menu()
    widget.page.get_by_role("switch", name="高对比度").check(force=True)
    look(widget, "contrast-menu")
    widget.button("返回").click()
    look(widget, "contrast")


def test_english(stage: Stage, widget: Widget, look: Look) -> None:
    stage.bot_says("加班费怎么算", replies.ANSWER)
    widget.say("加班费怎么算").sees("不低于工资的")
    widget.menu()
    widget.page.get_by_label("English").check(force=True)
    look(widget, "english-menu")
    widget.button("Back").click()
    expect(widget.page.locator(".citations summary").last).to_contain_text("Sources: 2")
    look(widget, "english")


def test_privacy_notice(widget: Widget, look: Look) -> None:
    widget.button("隐私说明").click()
    expect(widget.page.get_by_role("heading", name="隐私说明")).to_be_focused()
    look(widget, "privacy")


def test_export(stage: Stage, widget: Widget, look: Look) -> None:
    widget.say("导出试试").sees("收到：导出试试")
    widget.menu("导出我的记录")
    with widget.page.expect_download() as download:
        widget.button("导出文件").click()
    assert download.value.suggested_filename == "union-assistant-export.json"
    assert "导出试试" in Path(download.value.path()).read_text(encoding="utf-8")
    look(widget, "export")


def test_deletion(stage: Stage, widget: Widget, look: Look) -> None:
    widget.say("要删掉的话").sees("收到：要删掉的话")
    widget.menu("删除我的记录")
    look(widget, "erase")
    widget.button("确认删除").click()
    expect(widget.page.locator(".sheet")).to_contain_text("都已经删除")
    expect(widget.page.locator(".sheet li").first).to_be_visible()
    assert "要删掉的话" not in widget.log.inner_text()
    look(widget, "erased")
    widget.button("开始新对话").click()
    widget.ready()
    assert "要删掉的话" not in widget.log.inner_text()


def test_no_connection_at_the_start(stage: Stage, open_page: Opening, look: Look) -> None:
    widget = open_page(viewport=PHONE, path="/static/favicon.svg")
    widget.page.route("**/api/v1/conversations", lambda route: route.abort())
    widget.page.goto(stage.url)
    widget.sees("暂时连不上小助手")
    look(widget, "start-failed")
    widget.page.unroute("**/api/v1/conversations")
    widget.button("重新连接").click()
    widget.ready()

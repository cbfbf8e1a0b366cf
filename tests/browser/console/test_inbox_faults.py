"""Bad input, and what goes wrong in the middle of a reply: no word is lost, none goes twice."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from api.handoff.desk import Desk as Acts
from api.staff.accounts import Accounts
from api.staff.passwords import Passwords
from api.storage.models import Author, Staff, new_id
from tests.browser import replies
from tests.browser.console.conftest import CHEN, LI, Case, NewCase, SignIn
from tests.browser.console.desk import Desk
from tests.browser.stage import Stage

SCRIPT = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
TURNED = "\u202e}厂{\u2066"
PAGES = "\n\n".join(f"第{number}页。" + "单位不发工资也不给说法。" * 70 for number in range(1, 21))


@pytest.fixture
def case(new_case: NewCase) -> Case:
    return new_case()


@pytest.fixture
def desk(stage: Stage, sign_in: SignIn, case: Case) -> Iterator[Desk]:
    """A colleague who has the case, over a line that can be cut."""
    yield sign_in(LI, base=stage.line.url).open(case.employer).claim()
    stage.soon(stage.line.mend)


@pytest.fixture
def acts_elsewhere(stage: Stage) -> Acts:
    """What colleagues do over another gateway whose news do not come through."""
    return Acts(stage.app.state.database, message_max_chars=20_000)


def write(desk: Desk, text: str) -> None:
    """Type a reply and pause, so that it is kept."""
    desk.reply.fill(text)
    expect(desk.reply_state).to_have_text("草稿已存")


def is_hacked(page: Page) -> bool:
    return bool(page.evaluate("'hacked' in window"))


def test_what_looks_like_a_program_is_text(
    stage: Stage, sign_in: SignIn, new_case: NewCase
) -> None:
    stage.bot_says("看看这个", replies.text(f"您说的是{SCRIPT}吗？"))
    case = new_case(f"老板是{SCRIPT}", employer=f"第九{SCRIPT}{TURNED}厂", summary=SCRIPT)
    case.worker.say("\u202etxt.exe " + SCRIPT)
    desk = sign_in(LI)
    expect(desk.row("第九<script>")).to_contain_text(SCRIPT)
    desk.open("第九<script>").claim()
    expect(desk.bubbles("worker").last).to_contain_text("txt.exe " + SCRIPT)
    expect(desk.side("案件")).to_contain_text(SCRIPT)
    # Marks that turn the writing end where the worker's words end.
    for place in (desk.heading, desk.row("第九<script>").locator("bdi").first):
        assert place.evaluate("(node) => getComputedStyle(node).unicodeBidi") == "isolate"
    desk.page.get_by_label("搜单位").fill("<script>")
    expect(desk.row("第九<script>")).to_be_visible()
    desk.say(SCRIPT)
    case.worker.sees(SCRIPT)
    assert not is_hacked(desk.page)
    assert not is_hacked(case.worker.page)
    desk.check()


def test_twenty_pages(desk: Desk, case: Case) -> None:
    case.worker.say(PAGES)
    bubble = desk.bubbles("worker").last
    expect(bubble).to_contain_text("第1页。")
    expect(bubble).not_to_contain_text("第20页。")
    bubble.get_by_role("button", name=f"展开全文（{len(PAGES)} 字）").click()
    expect(bubble).to_contain_text("第20页。")
    desk.check()
    bubble.get_by_role("button", name="收起").click()
    desk.say("看到了，我慢慢看。")
    case.worker.sees("看到了，我慢慢看。")


def test_a_reply_that_is_too_long(desk: Desk, case: Case) -> None:
    desk.reply.fill("长" * 20_005)
    expect(desk.reply_state).to_have_text("超出 5 字，请分成几条")
    expect(desk.button("发送")).to_be_disabled()
    desk.reply.fill("短")
    desk.button("发送").click()
    expect(desk.bubbles("staff").last).to_contain_text("短")


def test_a_case_that_was_finished_meanwhile(
    stage: Stage, acts_elsewhere: Acts, staff: dict[str, Staff], desk: Desk, case: Case
) -> None:
    write(desk, "明天来一趟镇街工会。")
    stage.soon(stage.line.hang)
    stage.run(acts_elsewhere.resolve(case.id, staff[LI], "电话里办结了"))
    desk.button("发送").click()
    stage.soon(stage.line.mend)
    desk.told("这次会话现在的状态不能这样操作")
    expect(desk.page.get_by_text("已结：电话里办结了")).to_be_visible()
    expect(desk.reply).to_have_value("明天来一趟镇街工会。")
    expect(desk.reply).not_to_be_editable()
    expect(desk.reply_state).to_have_text("这是您没发出的话，可以复制")
    assert stage.texts(Author.STAFF) == []
    desk.page.reload()
    expect(desk.reply).to_have_value("明天来一趟镇街工会。")


def test_two_reply_at_the_same_time(
    stage: Stage, acts_elsewhere: Acts, staff: dict[str, Staff], desk: Desk, case: Case
) -> None:
    write(desk, "我是李敏，明天来一趟。")
    stage.soon(stage.line.hang)
    stage.run(acts_elsewhere.put_back(case.id, staff[LI]))
    stage.run(acts_elsewhere.claim(case.id, staff[CHEN]))
    stage.run(acts_elsewhere.reply(case.id, staff[CHEN], "我是陈立，后天来一趟。", new_id()))
    desk.button("发送").click()
    stage.soon(stage.line.mend)
    desk.told("这件事已经由陈立接手了")
    unsent = desk.page.get_by_role("dialog", name="您没发出的话")
    expect(unsent.get_by_role("textbox")).to_have_value("我是李敏，明天来一趟。")
    assert stage.texts(Author.STAFF) == ["我是陈立，后天来一趟。"]


def test_a_login_that_ends_in_the_middle_of_a_reply(stage: Stage, desk: Desk, case: Case) -> None:
    accounts = Accounts(stage.app.state.database, Passwords())
    stage.run(accounts.end_logins(LI))
    desk.reply.fill("写到一半的话。")
    # Any news may find the end of the login first, and its dialog then lies over the button.
    desk.button("发送").dispatch_event("click")
    expect(desk.dialog).to_contain_text("您写的内容已经存好")
    desk.check()
    desk.button("重新登录").click()
    expect(desk.page.get_by_role("alert")).to_have_text("登录已过期，请重新登录")
    desk.fill_login(LI)
    expect(desk.heading).to_contain_text(case.employer)
    expect(desk.reply).to_have_value("写到一半的话。")
    assert stage.texts(Author.STAFF) == []
    desk.button("发送").click()
    case.worker.sees("写到一半的话。")


def test_a_line_that_is_cut(stage: Stage, desk: Desk, case: Case) -> None:
    desk.reply.fill("工资条还在吗？")
    stage.soon(stage.line.cut)
    expect(desk.page.locator("#popup")).to_be_visible()
    desk.button("发送").dispatch_event("click")
    case.worker.say("我补充一句")
    stage.until(lambda: stage.texts()[-1] == "我补充一句")
    stage.soon(stage.line.mend)
    case.worker.sees("工资条还在吗？")
    expect(desk.bubbles("worker").last).to_contain_text("我补充一句")
    expect(desk.bubbles("staff")).to_have_count(1)
    expect(desk.reply).to_have_value("")
    assert stage.texts(Author.STAFF) == ["工资条还在吗？"]


def test_without_a_mouse(stage: Stage, sign_in: SignIn, case: Case) -> None:
    desk = sign_in(LI)
    keys = desk.page.keyboard
    keys.press("j")
    while case.employer not in desk.page.locator(".case-row.cursor").inner_text():
        keys.press("j")
    keys.press("Enter")
    expect(desk.heading).to_contain_text(case.employer)
    expect(desk.button("接手")).to_be_visible()
    keys.press("c")
    expect(desk.reply).to_be_visible()
    keys.press("r")
    expect(desk.reply).to_be_focused()
    keys.type("您好，工资条还在吗？")
    keys.press("Control+Enter")
    case.worker.sees("您好，工资条还在吗？")
    expect(desk.reply).to_have_value("")
    expect(desk.reply).to_be_focused()
    keys.press("Escape")
    keys.press("e")
    expect(desk.dialog.locator(".q-dialog__inner")).to_be_focused()
    keys.press("Tab")
    expect(desk.dialog.get_by_label("结果")).to_be_focused()
    keys.press("Tab")
    keys.type("问清楚了")
    keys.press("Tab")
    keys.press("Tab")
    expect(desk.dialog.get_by_role("button", name="办结")).to_be_focused()
    keys.press("Enter")
    expect(desk.page.get_by_text("已结：问清楚了")).to_be_visible()

"""What the browser keeps, where, and for how long; several tabs."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.browser import replies
from tests.browser.conftest import DESKTOP, PHONE, Opening
from tests.browser.stage import Stage
from tests.browser.widget import Widget

_STORED = "() => JSON.stringify([{...localStorage}, document.cookie])"


def test_a_reload_brings_the_history_back(stage: Stage, open_page: Opening) -> None:
    stage.bot_says("加班费怎么算", replies.ANSWER)
    widget = open_page().ready()
    widget.say("加班费怎么算").sees("不低于工资的")
    widget.button("有帮助").click()
    widget.sees("已记下")
    count = stage.count()
    widget.page.reload()
    widget.sees("不低于工资的")
    assert widget.messages("worker").all_inner_texts() == ["加班费怎么算"]
    expect(widget.button("有帮助")).to_have_attribute("aria-pressed", "true")
    expect(widget.button("帮我算加班费")).to_be_visible()
    assert stage.count() == count


def test_nothing_is_begun_before_the_window_is_opened(stage: Stage, open_page: Opening) -> None:
    count = stage.count()
    widget = open_page(viewport=DESKTOP)
    widget.ready()
    widget.button("关闭对话").click()
    assert stage.count() == count + 1
    widget.page.evaluate(
        "sessionStorage.clear(); sessionStorage.setItem('union-assistant:open', 'false')"
    )
    widget.page.reload()
    expect(widget.launcher).to_be_visible()
    assert stage.count() == count + 1


def test_open_and_closed_are_remembered(open_page: Opening) -> None:
    widget = open_page(viewport=DESKTOP).ready()
    widget.button("关闭对话").click()
    expect(widget.panel).to_be_hidden()
    expect(widget.launcher).to_be_focused()
    widget.page.reload()
    expect(widget.launcher).to_be_visible()
    expect(widget.panel).to_be_hidden()
    widget.launcher.click()
    widget.ready()
    widget.page.reload()
    expect(widget.panel).to_be_visible()


def test_unread_messages_are_counted_while_closed(stage: Stage, open_page: Opening) -> None:
    stage.bot_says("老板三个月没发工资", replies.HANDOFF)
    widget = open_page(viewport=DESKTOP).ready()
    widget.page.evaluate(
        "window.counts = []; document.querySelector('union-assistant').addEventListener("
        "'union-assistant-unread', (event) => window.counts.push(event.detail.count))"
    )
    widget.say("老板三个月没发工资").sees("已经转给服务中心的同事")
    widget.button("关闭对话").click()
    stage.claim()
    stage.staff_says("您好，我是王芳")
    expect(widget.badge).to_have_text("2")
    expect(widget.launcher).to_have_accessible_name("问小助手, 2 条新消息")
    widget.launcher.click()
    widget.sees("您好，我是王芳")
    widget.button("关闭对话").click()
    expect(widget.badge).to_be_hidden()
    assert widget.page.evaluate("window.counts") == [1, 2, 0]


def test_the_token_is_in_the_session_only(open_page: Opening) -> None:
    widget = open_page().ready()
    widget.menu()
    widget.page.get_by_label("大", exact=True).check(force=True)
    kept = widget.page.evaluate("() => JSON.stringify({...sessionStorage})")
    assert "token" in kept
    stored = widget.page.evaluate(_STORED)
    assert "token" not in stored
    assert "large" in stored


def test_a_second_tab_shows_the_conversation_of_the_first(
    stage: Stage, open_page: Opening, context_of: Callable[..., BrowserContext]
) -> None:
    context = context_of(viewport=PHONE)
    first = open_page(context).ready()
    first.say("第一页说的").sees("收到：第一页说的")
    count = stage.count()
    second = open_page(context).sees("收到：第一页说的")
    assert stage.count() == count
    second.say("第二页说的").sees("收到：第二页说的")
    first.sees("收到：第二页说的")
    first.say("回到第一页").sees("收到：回到第一页")
    second.sees("收到：回到第一页")
    said = ["第一页说的", "第二页说的", "回到第一页"]
    assert first.messages("worker").all_inner_texts() == said
    assert second.messages("worker").all_inner_texts() == said
    assert stage.texts() == said


def test_tabs_are_in_step(
    stage: Stage, open_page: Opening, context_of: Callable[..., BrowserContext]
) -> None:
    context = context_of(viewport=PHONE)
    first = open_page(context).ready()
    first.say("旧的对话").sees("收到：旧的对话")
    second = open_page(context).sees("收到：旧的对话")
    second.menu()
    second.page.get_by_label("特大", exact=True).check(force=True)
    expect(first.page.locator(".root")).to_have_attribute("data-size", "huge")
    second.button("开始新对话").click()
    for widget in (first, second):
        widget.ready()
        expect(widget.log).not_to_contain_text("旧的对话")
    first.say("新的对话").sees("收到：新的对话")
    second.sees("收到：新的对话")
    second.menu("删除我的记录")
    second.button("确认删除").click()
    expect(first.log).not_to_contain_text("新的对话")


def test_two_browsers_share_nothing(open_page: Opening) -> None:
    open_page().ready().say("我的事").sees("收到：我的事")
    other: Widget = open_page().ready()
    expect(other.log).not_to_contain_text("我的事")

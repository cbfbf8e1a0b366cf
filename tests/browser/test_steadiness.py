"""Nothing that is read moves when something comes; long conversations stay usable."""

from playwright.sync_api import expect

from tests.browser import replies
from tests.browser.conftest import PHONE, Opening
from tests.browser.stage import Stage
from tests.browser.widget import Widget

_WATCH = """
  window.shift = [];
  new PerformanceObserver((list) => window.shift.push(...list.getEntries().map(e => e.value)))
    .observe({ type: 'layout-shift', buffered: true });
"""
_BOTTOM = "(log) => Math.round(log.scrollHeight - log.scrollTop - log.clientHeight)"


def watched(stage: Stage, open_page: Opening) -> Widget:
    widget = open_page(path="/static/favicon.svg", viewport=PHONE)
    widget.page.add_init_script(_WATCH)
    widget.page.goto(stage.url)
    return widget.ready()


def test_nothing_shifts_when_replies_arrive(stage: Stage, open_page: Opening) -> None:
    stage.bot_says("加班费怎么算", replies.ANSWER)
    stage.bot_says("老板三个月没发工资", replies.HANDOFF)
    widget = watched(stage, open_page)
    for text, answer in (
        ("您好", "收到：您好"),
        ("加班费怎么算", "不低于工资的"),
        ("还有呢", "收到：还有呢"),
    ):
        widget.say(text).sees(answer)
    stage.soon(stage.rasa.hold)
    widget.say("慢一点的")
    expect(widget.page.locator(".typing")).to_be_visible()
    stage.soon(stage.rasa.gate.set)
    widget.sees("收到：慢一点的")
    widget.say("老板三个月没发工资").sees("已经转给服务中心的同事")
    stage.claim()
    stage.staff_says("您好，我是王芳")
    widget.sees("您好，我是王芳")
    assert widget.page.evaluate("window.shift") == []


def test_a_long_answer_is_shown_from_its_beginning(stage: Stage, open_page: Opening) -> None:
    long = "\n\n".join(f"第{number}段，讲一讲加班费的规定。" for number in range(60))
    stage.bot_says("说详细点", replies.text(long))
    widget = open_page(viewport=PHONE).ready()
    widget.say("说详细点").sees("第59段")
    expect(widget.messages("bot").last.locator("p").first).to_be_in_viewport()


def test_whoever_reads_further_up_is_not_taken_away(stage: Stage, open_page: Opening) -> None:
    stage.bot_says("老板三个月没发工资", replies.HANDOFF)
    widget = open_page(viewport={"width": 390, "height": 500}).ready()
    widget.say("老板三个月没发工资").sees("已经转给服务中心的同事")
    widget.log.evaluate("(log) => { log.scrollTop = 0; }")
    stage.claim()
    expect(widget.button("有新消息")).to_be_visible()
    assert widget.log.evaluate("(log) => log.scrollTop") == 0
    widget.button("有新消息").click()
    expect(widget.button("有新消息")).to_be_hidden()
    assert widget.log.evaluate(_BOTTOM) <= 1


def test_five_hundred_messages_come_back_and_the_last_is_in_view(
    stage: Stage, open_page: Opening
) -> None:
    conversation, token = stage.conversation_of(500)
    widget = open_page(path="/static/favicon.svg", viewport=PHONE)
    widget.page.evaluate(
        "([key, kept]) => sessionStorage.setItem(key, JSON.stringify(kept))",
        [f"union-assistant:{stage.url}/", {"id": conversation, "token": token}],
    )
    widget.page.goto(stage.url)
    expect(widget.page.locator(".record .message")).to_have_count(500)
    expect(widget.page.locator(".record .message").last).to_be_in_viewport()
    assert widget.log.evaluate(_BOTTOM) <= 1
    widget.say("还在吗").sees("收到：还在吗")

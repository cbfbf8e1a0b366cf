"""The worker's messages: each comes into the record once, in order, whatever the network does."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from api.storage.models import Author
from tests.browser.conftest import PHONE, Opening
from tests.browser.looks import check
from tests.browser.stage import Stage
from tests.browser.widget import Widget

WAIT_MS = 15_000


@pytest.fixture
def widget(stage: Stage, open_page: Opening) -> Iterator[Widget]:
    """A window whose line to the gateway can be cut."""
    yield open_page(base=stage.line.url, viewport=PHONE).ready()
    stage.soon(stage.line.mend)


def state_of(widget: Widget, text: str) -> str:
    message = widget.page.locator(".message.worker", has_text=text).last
    return message.get_attribute("data-state") or ""


def shown(widget: Widget, author: str = "worker") -> list[str]:
    return widget.messages(author).all_inner_texts()


def test_from_sending_to_read(stage: Stage, widget: Widget) -> None:
    stage.soon(stage.rasa.hold)
    widget.say("在吗")
    expect(widget.page.locator(".message.worker")).to_have_attribute("data-state", "delivered")
    stage.soon(stage.rasa.gate.set)
    widget.sees("收到：在吗")


def test_messages_in_a_row_keep_their_order(stage: Stage, widget: Widget) -> None:
    said = [f"第{number}句" for number in range(6)]
    for text in said:
        widget.say(text)
    widget.sees("收到：第5句")
    assert shown(widget) == said
    assert stage.texts() == said


def test_the_same_words_twice_are_two_messages(stage: Stage, widget: Widget) -> None:
    widget.say("好的").say("好的")
    expect(widget.messages("bot")).to_have_count(3)
    assert shown(widget) == ["好的", "好的"]
    assert stage.texts() == ["好的", "好的"]


def test_a_cut_line_loses_and_doubles_nothing(
    stage: Stage, widget: Widget, shots: Path | None
) -> None:
    widget.say("断网之前").sees("收到：断网之前")
    stage.soon(stage.line.cut)
    expect(widget.status).to_contain_text("网络断了", timeout=WAIT_MS)
    widget.say("断网时一").say("断网时二")
    expect(widget.status).to_contain_text("2 条消息还没发出", timeout=WAIT_MS)
    expect(widget.page.locator("[data-state=queued]")).to_have_count(2)
    check(widget, "offline", shots)
    stage.soon(stage.line.mend)
    expect(widget.log).to_contain_text("收到：断网时二", timeout=WAIT_MS)
    expect(widget.status).to_be_hidden()
    assert shown(widget) == ["断网之前", "断网时一", "断网时二"]
    assert stage.texts() == ["断网之前", "断网时一", "断网时二"]


def test_a_line_cut_in_the_middle_of_a_turn(stage: Stage, widget: Widget) -> None:
    stage.soon(stage.rasa.hold)
    widget.say("说到一半")
    expect(widget.page.locator("[data-state=delivered]")).to_have_count(1)
    stage.soon(stage.line.cut)
    stage.soon(stage.rasa.gate.set)
    expect(widget.status).to_contain_text("网络断了", timeout=WAIT_MS)
    stage.soon(stage.line.mend)
    expect(widget.log).to_contain_text("收到：说到一半", timeout=WAIT_MS)
    assert shown(widget) == ["说到一半"]
    assert stage.texts() == ["说到一半"]
    assert stage.texts(Author.BOT).count("收到：说到一半") == 1


def test_messages_without_a_socket_go_over_http(stage: Stage, open_page: Opening) -> None:
    widget = open_page(path="/static/favicon.svg")
    widget.page.add_init_script("window.WebSocket = class { constructor() { throw 0; } };")
    widget.page.goto(stage.url)
    widget.ready().say("没有长连接").say("也要能说")
    widget.sees("收到：也要能说")
    assert shown(widget) == ["没有长连接", "也要能说"]
    assert stage.texts() == ["没有长连接", "也要能说"]


def test_an_unsent_message_outlives_a_reload(stage: Stage, widget: Widget) -> None:
    widget.say("一开始").sees("收到：一开始")
    stage.soon(stage.line.cut)
    widget.say("还没发出去")
    expect(widget.page.locator("[data-state=queued]")).to_have_count(1)
    stage.soon(stage.line.mend)
    widget.page.reload()
    widget.sees("收到：还没发出去")
    assert shown(widget) == ["一开始", "还没发出去"]
    assert stage.texts() == ["一开始", "还没发出去"]


def test_a_message_that_was_stored_but_not_answered_for_is_not_doubled_by_a_reload(
    stage: Stage, widget: Widget
) -> None:
    stage.soon(stage.rasa.hold)
    widget.say("存了没回")
    expect(widget.page.locator("[data-state=delivered]")).to_have_count(1)
    widget.page.reload()
    stage.soon(stage.rasa.gate.set)
    widget.sees("收到：存了没回")
    assert shown(widget) == ["存了没回"]
    assert stage.texts() == ["存了没回"]


def test_a_message_can_be_given_up(stage: Stage, widget: Widget) -> None:
    stage.soon(stage.line.cut)
    expect(widget.status).to_contain_text("网络断了", timeout=WAIT_MS)
    widget.say("算了不说了")
    widget.button("不发了").click()
    stage.soon(stage.line.mend)
    expect(widget.status).to_be_hidden(timeout=WAIT_MS)
    assert shown(widget) == []
    assert stage.texts() == []


def test_a_gateway_that_fails_is_asked_again_by_hand(stage: Stage, open_page: Opening) -> None:
    widget = open_page(path="/static/favicon.svg")
    widget.page.add_init_script("window.WebSocket = class { constructor() { throw 0; } };")
    failing = {
        "status": 503,
        "json": {"error": {"code": "storage_unavailable", "message": "系统正忙", "request_id": ""}},
    }
    widget.page.goto(stage.url)
    widget.ready()
    widget.page.route(
        "**/messages",
        lambda route: (
            route.fulfill(**failing) if route.request.method == "POST" else route.continue_()
        ),
    )
    widget.say("再试一次")
    expect(widget.page.locator("[data-state=failed]")).to_contain_text("系统正忙")
    widget.page.unroute("**/messages")
    widget.button("重试").click()
    widget.sees("收到：再试一次")
    assert stage.texts() == ["再试一次"]


def test_what_a_full_gateway_refuses_is_said_again_by_itself(
    stage: Stage, open_page: Opening
) -> None:
    widget = open_page(path="/static/favicon.svg")
    widget.page.add_init_script("window.WebSocket = class { constructor() { throw 0; } };")
    widget.page.goto(stage.url)
    widget.ready()
    refused: list[str] = []

    def refuse_twice(route: Route) -> None:
        if route.request.method != "POST" or len(refused) == 2:
            route.continue_()
            return
        refused.append(str(route.request.post_data_json["client_message_id"]))
        error = {"code": "storage_unavailable", "message": "系统正忙", "request_id": ""}
        route.fulfill(status=503, headers={"Retry-After": "1"}, json={"error": error})

    widget.page.route("**/messages", refuse_twice)
    widget.say("工资没发")
    expect(widget.page.locator("[data-state=failed]")).to_contain_text("过几秒会自动再发")
    widget.sees("收到：工资没发")
    assert len(set(refused)) == 1, "it keeps its id, so it cannot come twice"
    assert stage.texts() == ["工资没发"]


def test_the_browser_says_that_it_is_offline(
    stage: Stage, open_page: Opening, context_of: Callable[..., BrowserContext]
) -> None:
    context = context_of()
    widget = open_page(context).ready()
    context.set_offline(True)
    expect(widget.status).to_contain_text("网络断了")
    widget.say("地铁里说的")
    context.set_offline(False)
    widget.sees("收到：地铁里说的")
    expect(widget.status).to_be_hidden()


def test_an_answer_of_a_conversation_deleted_elsewhere_begins_a_new_one(
    stage: Stage, open_page: Opening
) -> None:
    widget = open_page().ready()
    widget.page.evaluate(
        """() => {
          const kept = Object.values(sessionStorage).find((text) => text.includes('token'));
          const headers = { Authorization: `Bearer ${JSON.parse(kept).token}` };
          return fetch('/api/v1/me', { method: 'DELETE', headers });
        }"""
    )
    expect(widget.status).to_contain_text("这次会话已结束")
    widget.say("重新来过").sees("收到：重新来过")
    assert stage.texts() == ["重新来过"]


def test_a_line_that_hangs_is_given_up(stage: Stage, widget: Widget) -> None:
    widget.page.clock.install()
    widget.page.reload()
    widget.ready().say("信号好的时候").sees("收到：信号好的时候")
    stage.soon(stage.line.hang)
    widget.say("信号没了")
    widget.page.clock.fast_forward(20_000)
    expect(widget.page.locator("[data-state=queued], [data-state=sending]")).to_have_count(1)
    stage.soon(stage.line.mend)
    widget.page.clock.run_for(40_000)
    expect(widget.log).to_contain_text("收到：信号没了", timeout=WAIT_MS)
    assert shown(widget) == ["信号好的时候", "信号没了"]
    assert stage.texts() == ["信号好的时候", "信号没了"]

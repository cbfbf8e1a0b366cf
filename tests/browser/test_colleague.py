"""What passes between worker and colleague beside words: marks, typing, sound, rating."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from api.conversations import access
from api.live.events import Event, Read, Typing
from api.live.read_marks import mark_read, read_marks
from api.storage.models import ActorKind, Rating
from tests.browser import replies
from tests.browser.conftest import DESKTOP, Opening
from tests.browser.stage import Stage
from tests.browser.widget import Widget

_COUNT_SOUNDS = """
  window.tones = 0;
  const create = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () {
    window.tones += 1;
    return create.call(this);
  };
"""

_NO_SOCKETS = """
  const Socket = WebSocket;
  window.hasSockets = false;
  window.WebSocket = function (...where) {
    if (!window.hasSockets) throw new Error("no sockets yet");
    return new Socket(...where);
  };
"""


@pytest.fixture
def widget(stage: Stage, open_page: Opening) -> Widget:
    """A conversation that 王芳 has."""
    stage.bot_says("老板三个月没发工资", replies.HANDOFF)
    widget = open_page(path="/static/favicon.svg", viewport=DESKTOP)
    widget.page.add_init_script(_COUNT_SOUNDS)
    widget.page.goto(stage.url)
    widget.ready().say("老板三个月没发工资").sees("已经转给服务中心的同事")
    stage.claim()
    widget.sees("王芳已经接手")
    is_live(stage)
    return widget


def is_live(stage: Stage) -> None:
    """The window has told over its socket how far it was seen."""
    stage.until(lambda: marks(stage).get(ActorKind.WORKER) == stage.latest().last_seq)


def marks(stage: Stage) -> dict[ActorKind, int]:
    return dict(read_marks(stage.latest()))


def test_the_desk_learns_what_was_seen(stage: Stage, widget: Widget) -> None:
    stage.staff_says("您好，我是王芳")
    widget.sees("您好，我是王芳")
    last = stage.latest().last_seq
    stage.until(lambda: marks(stage).get(ActorKind.WORKER) == last)


def test_the_worker_learns_what_was_read(stage: Stage, widget: Widget) -> None:
    widget.say("工资条都在").sees("已送达")

    conversation = stage.latest_id

    async def read() -> None:
        async with stage.app.state.database.write() as session:
            messages = await access.messages_after(session, conversation, 0)
            seq = await mark_read(session, conversation, messages[-1].id, by=ActorKind.STAFF)
        stage.app.state.publisher.publish(Read(conversation, ActorKind.STAFF, seq or 0))

    stage.until(lambda: stage.texts()[-1] == "工资条都在")
    stage.run(read())
    expect(widget.page.locator(".state").last).to_contain_text("同事已读")


@contextmanager
def listening(stage: Stage) -> Iterator[list[Event]]:
    """What the gateway's parts tell each other."""
    heard: list[Event] = []
    publish = stage.app.state.publisher.publish

    def listen(event: Event) -> None:
        heard.append(event)
        publish(event)

    stage.app.state.publisher.publish = listen
    try:
        yield heard
    finally:
        del stage.app.state.publisher.publish


def test_the_desk_is_told_that_the_worker_writes(stage: Stage, widget: Widget) -> None:
    told = Typing(stage.latest_id, ActorKind.WORKER)
    with listening(stage) as heard:
        widget.input.press_sequentially("我想想")
        stage.until(lambda: told in heard)


def test_the_desk_is_told_as_soon_as_the_socket_is_there(stage: Stage, widget: Widget) -> None:
    told = Typing(stage.latest_id, ActorKind.WORKER)
    widget.page.add_init_script(_NO_SOCKETS)
    widget.page.reload()
    widget.sees("王芳已经接手")
    stage.staff_says("您说")
    widget.sees("您说")
    with listening(stage) as heard:
        widget.input.press_sequentially("我")
        widget.page.evaluate("window.hasSockets = true; dispatchEvent(new Event('online'))")
        is_live(stage)
        assert told not in heard
        widget.input.press_sequentially("想想")
        stage.until(lambda: told in heard)


def test_sound_is_off_until_it_is_wanted(stage: Stage, widget: Widget) -> None:
    stage.staff_says("第一句")
    widget.sees("第一句")
    assert widget.page.evaluate("window.tones") == 0
    widget.menu()
    widget.page.get_by_role("switch", name="新消息提示音").check(force=True)
    widget.button("返回").click()
    stage.staff_says("第二句")
    widget.sees("第二句")
    assert widget.page.evaluate("window.tones") == 2


def test_a_rating_goes_to_the_conversation_that_ended(stage: Stage, widget: Widget) -> None:
    first = stage.latest_id
    stage.resolve()
    rate(widget, "2 分，不满意")
    widget.say("老板三个月没发工资")
    expect(widget.status).to_contain_text("正在等同事")
    second = stage.latest_id
    assert second != first
    stage.claim()
    stage.resolve()
    rate(widget, "5 分，很满意")

    async def read() -> dict[str, int]:
        async with stage.app.state.database.read() as session:
            found = await session.scalars(select(Rating))
            return {each.conversation_id: each.score for each in found}

    scores = stage.run(read())
    assert (scores[first], scores[second]) == (2, 5)


def rate(widget: Widget, score: str) -> None:
    widget.page.get_by_label(score).check(force=True)
    widget.button("提交评分").click()
    widget.sees("谢谢您")

from datetime import timedelta

import pytest
from wechatpy.messages import BaseMessage

from api.channels.wechat.simulator import By, Follower, Simulator
from api.channels.wechat.simulator.clock import MovableClock
from api.channels.wechat.simulator.follower import NotFollowingError, NothingToTapError
from api.channels.wechat.simulator.screen import Shown, menu_parts
from tests.api.channels.wechat.simulator.still_clock import START
from tests.api.channels.wechat.simulator.stub_gateway import StubGateway

pytestmark = pytest.mark.anyio


@pytest.fixture
def received(gateway: StubGateway) -> list[BaseMessage]:
    return gateway.received


async def test_messages_are_what_the_platform_sends(
    simulator: Simulator,
    follower: Follower,
    gateway: StubGateway,
    received: list[BaseMessage],
) -> None:
    await follower.text("你好")
    await follower.image(b"\xff\xd8")
    await follower.voice("你好")
    await follower.voice()
    await follower.video(b"film")
    await follower.video(b"film", short=True)
    await follower.location(30.27, 120.15, "余杭")
    await follower.link("题", "文", "https://example.org")
    assert gateway.kinds == [
        "text",
        "image",
        "voice",
        "voice",
        "video",
        "shortvideo",
        "location",
        "link",
    ]
    text, image, spoken, silent, _, _, location, link = received
    assert text.content == "你好"
    assert (spoken.recognition, silent.recognition, spoken.format) == ("你好", None, "amr")
    assert (location.label, float(location.location_x)) == ("余杭", 30.27)
    assert (link.title, link.url) == ("题", "https://example.org")
    assert {message.source for message in received} == {follower.openid}
    assert {message.target for message in received} == {simulator.account.user_name}
    assert len({message.id for message in received}) == len(received)
    assert simulator.state.media(image.media_id).data == b"\xff\xd8"


async def test_events_are_what_the_platform_sends(
    simulator: Simulator, gateway: StubGateway, received: list[BaseMessage]
) -> None:
    stranger = simulator.follower(following=False)
    await stranger.scan("poster")
    await stranger.scan("poster")
    await stranger.click("topics")
    await stranger.view("https://example.org")
    await stranger.unsubscribe()
    await stranger.subscribe()
    assert gateway.kinds == [
        "subscribe_scan",
        "scan",
        "click",
        "view",
        "unsubscribe",
        "subscribe",
    ]
    assert received[0].scene_id == "poster"
    assert (received[1].scene_id, received[2].key) == ("poster", "topics")


async def test_windows_open_as_the_platform_opens_them(
    follower: Follower, clock: MovableClock
) -> None:
    assert follower.quota_left == 0
    await follower.click("topics")
    assert follower.quota_left == 3
    clock.advance(timedelta(minutes=1))
    assert follower.quota_left == 0
    await follower.text("你好")
    assert follower.quota_left == 5
    clock.advance(timedelta(hours=48))
    assert follower.quota_left == 0


async def test_a_tap_counts_as_a_click_and_not_as_a_message(
    follower: Follower, received: list[BaseMessage]
) -> None:
    parts = menu_parts("满意吗？", [("a", "满意"), ("b", "不满意")], "")
    follower.screen.add(Shown(parts, By.CUSTOMER_SERVICE, START))
    await follower.tap("不满意")
    await follower.tap("a")
    assert [message.content for message in received] == ["不满意", "满意"]
    assert received[0]._data["bizmsgmenuid"] == "b"
    assert follower.quota_left == 3
    with pytest.raises(NothingToTapError):
        await follower.tap("别的")


async def test_a_link_to_a_page_sends_nothing(
    gateway: StubGateway, follower: Follower, received: list[BaseMessage]
) -> None:
    gateway.answer = lambda message: '请看 <a href="https://example.org">这里</a>'
    await follower.text("你好")
    assert await follower.tap("这里") is None
    assert len(received) == 1


async def test_who_does_not_follow_cannot_write(
    simulator: Simulator, received: list[BaseMessage]
) -> None:
    with pytest.raises(NotFollowingError):
        await simulator.follower(following=False).text("你好")
    assert received == []


async def test_who_has_left_sees_nothing_more(gateway: StubGateway, follower: Follower) -> None:
    gateway.answer = lambda message: "再见"
    await follower.text("你好")
    await follower.unsubscribe()
    assert follower.screen.texts == ["再见"]
    assert (follower.is_following, follower.quota_left) == (False, 0)


async def test_one_person_can_be_met_again(simulator: Simulator) -> None:
    first = simulator.follower("o1")
    await first.text("你好")
    assert simulator.follower("o1").quota_left == 5

"""The platform's rules of delivery, against a gateway that keeps them or does not."""

import asyncio

import httpx2
import pytest
from starlette.responses import PlainTextResponse, Response

from api.channels.wechat.simulator import (
    By,
    Follower,
    Mode,
    Outcome,
    SimulatedAccount,
    Simulator,
)
from api.channels.wechat.simulator.screen import PLATFORM_FAULT
from tests.api.channels.wechat.simulator.conftest import MEDIUM_S, SHORT_S
from tests.api.channels.wechat.simulator.stub_gateway import StubGateway

pytestmark = pytest.mark.anyio


async def test_a_passive_reply_is_shown(gateway: StubGateway, follower: Follower) -> None:
    gateway.answer = lambda message: f"收到：{message.content}"
    delivery = await follower.text("工伤 100% 报销 😀")
    assert delivery.outcome is Outcome.REPLIED
    assert len(delivery.attempts) == 1
    [shown] = follower.screen.shown
    assert (shown.text, shown.by) == ("收到：工伤 100% 报销 😀", By.PASSIVE)


@pytest.mark.parametrize("body", [b"success", b""])
async def test_an_acknowledgement_shows_nothing(
    gateway: StubGateway, follower: Follower, body: bytes
) -> None:
    gateway.answer = lambda message: body
    delivery = await follower.text("你好")
    assert delivery.outcome is Outcome.ACKNOWLEDGED
    assert follower.screen.shown == []


@pytest.mark.parametrize(
    "answer",
    [
        PlainTextResponse("Internal Server Error", 500),
        PlainTextResponse("success", 202),
        Response(status_code=302, headers={"Location": "/"}),
        b'{"error": {"code": "x"}}',
        b" success",
        b"<html></html>",
        b"<xml><ToUserName>x</ToUserName></xml>",
    ],
)
async def test_any_other_answer_is_a_fault_and_is_not_repeated(
    gateway: StubGateway, follower: Follower, answer: bytes | Response
) -> None:
    gateway.answer = lambda message: answer
    delivery = await follower.text("你好")
    assert delivery.outcome is Outcome.INVALID
    assert len(gateway.received) == 1
    [shown] = follower.screen.shown
    assert (shown.text, shown.by) == (PLATFORM_FAULT, By.PLATFORM_FAULT)


@pytest.mark.parametrize("limit_s", [MEDIUM_S])
async def test_a_silent_gateway_gets_three_deliveries_and_a_fault(
    gateway: StubGateway, follower: Follower
) -> None:
    gateway.hold()
    delivery = await follower.text("你好")
    assert [attempt.outcome for attempt in delivery.attempts] == [Outcome.TIMED_OUT] * 3
    assert all(attempt.seconds >= MEDIUM_S for attempt in delivery.attempts)
    assert {message.id for message in gateway.received} == {gateway.received[0].id}
    assert len(gateway.received) == 3
    assert [shown.by for shown in follower.screen.shown] == [By.PLATFORM_FAULT]


async def test_each_delivery_is_signed_afresh(gateway: StubGateway, follower: Follower) -> None:
    await follower.deliver(follower.compose.text("你好"))
    assert len({query["nonce"] for query in gateway.queries}) == 3
    assert len({query["msg_signature"] for query in gateway.queries}) == 3


@pytest.mark.parametrize("limit_s", [MEDIUM_S])
async def test_what_comes_on_a_dropped_connection_is_not_shown(
    gateway: StubGateway, follower: Follower
) -> None:
    gateway.hold()
    gateway.answer = lambda message: f"第{len(gateway.received)}次"
    acting = asyncio.create_task(follower.text("你好"))
    while len(gateway.received) < 2:  # noqa: ASYNC110 - the stub announces nothing
        await asyncio.sleep(0.005)
    gateway.gate.set()
    delivery = await acting
    assert [attempt.outcome for attempt in delivery.attempts] == [
        Outcome.TIMED_OUT,
        Outcome.REPLIED,
    ]
    assert follower.screen.texts == ["第2次"]


@pytest.mark.parametrize("limit_s", [MEDIUM_S])
async def test_a_lost_answer_is_asked_for_again(
    gateway: StubGateway, simulator: Simulator, follower: Follower
) -> None:
    gateway.answer = lambda message: "您好"
    simulator.faults.lose_answers(2)
    delivery = await follower.text("你好")
    assert len(delivery.attempts) == len(gateway.received) == 3
    assert follower.screen.texts == ["您好"]


@pytest.mark.parametrize("limit_s", [SHORT_S])
async def test_an_answer_that_is_long_on_its_way_is_too_late(
    gateway: StubGateway, simulator: Simulator, follower: Follower
) -> None:
    gateway.answer = lambda message: "您好"
    simulator.faults.answer_delay_s = 2 * SHORT_S
    delivery = await follower.text("你好")
    assert [attempt.outcome for attempt in delivery.attempts] == [Outcome.TIMED_OUT] * 3


async def test_a_shorter_way_is_in_time(
    gateway: StubGateway, simulator: Simulator, follower: Follower
) -> None:
    gateway.answer = lambda message: "您好"
    simulator.faults.answer_delay_s = 0.02
    delivery = await follower.text("你好")
    assert delivery.outcome is Outcome.REPLIED
    assert delivery.attempts[0].seconds >= 0.02


@pytest.mark.parametrize("limit_s", [SHORT_S])
async def test_a_gateway_that_is_away_has_time_to_come_back(
    simulator: Simulator, follower: Follower, unused_url: str
) -> None:
    simulator.gateway_url = unused_url
    loop = asyncio.get_running_loop()
    started = loop.time()
    delivery = await follower.text("你好")
    assert [attempt.outcome for attempt in delivery.attempts] == [Outcome.UNREACHABLE] * 3
    assert loop.time() - started >= 2 * SHORT_S
    assert [shown.by for shown in follower.screen.shown] == [By.PLATFORM_FAULT]


async def test_raw_deliveries_return_every_answer_and_show_none(
    gateway: StubGateway, follower: Follower
) -> None:
    gateway.answer = lambda message: "您好"
    push = follower.compose.text("你好")
    one_by_one = await follower.deliver(push)
    together = await follower.deliver(push, 2, at_once=True)
    assert [attempt.outcome for attempt in (*one_by_one, *together)] == [Outcome.REPLIED] * 5
    assert len({message.id for message in gateway.received}) == 1
    assert len(gateway.received) == 5
    assert follower.screen.shown == []
    assert follower.quota_left == 5


async def test_the_address_is_verified(simulator: Simulator, unused_url: str) -> None:
    assert await simulator.verify_gateway()
    simulator.gateway_url = simulator.api_base
    assert not await simulator.verify_gateway()
    simulator.gateway_url = unused_url
    with pytest.raises(httpx2.TransportError):
        await simulator.verify_gateway()


@pytest.mark.parametrize("mode", list(Mode))
class TestModes:
    @pytest.fixture
    def account(self, mode: Mode) -> SimulatedAccount:
        return SimulatedAccount(mode=mode)

    async def test_the_other_implementation_reads_and_answers(
        self, gateway: StubGateway, follower: Follower
    ) -> None:
        gateway.answer = lambda message: "答复 100% 😀"
        await follower.text("100% ]]> <b>😀")
        assert gateway.contents == ["100% ]]> <b>😀"]
        assert follower.screen.texts == ["答复 100% 😀"]

    async def test_the_words_are_readable_only_where_the_mode_says_so(
        self, gateway: StubGateway, follower: Follower, mode: Mode
    ) -> None:
        await follower.text("工伤")
        [body], [query] = gateway.bodies, gateway.queries
        assert ("工伤".encode() in body) is (mode is not Mode.AES)
        assert (b"<Encrypt>" in body) is (mode is not Mode.PLAIN)
        assert query.get("encrypt_type") == (None if mode is Mode.PLAIN else "aes")

    async def test_an_answer_in_clear_is_refused_where_it_must_be_encrypted(
        self, gateway: StubGateway, follower: Follower, mode: Mode
    ) -> None:
        xml = (
            "<xml><ToUserName>{}</ToUserName><FromUserName>gh_development01</FromUserName>"
            "<CreateTime>1</CreateTime><MsgType>text</MsgType><Content>a</Content></xml>"
        )
        gateway.answer = lambda message: xml.format(message.source).encode()
        delivery = await follower.text("你好")
        expected = Outcome.INVALID if mode is Mode.AES else Outcome.REPLIED
        assert delivery.outcome is expected

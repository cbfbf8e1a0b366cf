import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from api.channels.wechat import channel
from api.channels.wechat.accounts import WechatAccount
from api.settings import Settings
from api.storage.models import (
    Conversation,
    Handoff,
    HandoffState,
    Message,
    Status,
    WechatInbound,
    WechatPart,
)
from tests.api import fake_rasa
from tests.api.channels.wechat.account import Follower, running, with_account
from tests.api.channels.wechat.platform_requests import query
from tests.api.fake_rasa import FakeRasa
from tests.api.gateway import Gateway

pytestmark = pytest.mark.anyio


async def all_of(running_gateway: Gateway, table: type[Any]) -> list[Any]:
    async with running_gateway.database.read() as session:
        return list((await session.scalars(select(table).order_by(table.id))).all())


@pytest.fixture
def account(settings: Settings) -> Settings:
    return with_account(settings)


@pytest.fixture
def verified(settings: Settings) -> Settings:
    """A verified account, of a platform that cannot be reached."""
    return with_account(
        settings,
        wechat_account=WechatAccount.VERIFIED_SERVICE,
        wechat_app_secret=SecretStr("secret"),
        wechat_api_base="http://127.0.0.1:9",
    )


async def test_without_an_account_there_is_no_such_address(running_gateway: Gateway) -> None:
    response = await running_gateway.client.get("/wechat")
    assert response.status_code == 404


async def test_the_platform_verifies_the_address(account: Settings) -> None:
    async with running(account) as gateway:
        signed = query(at=_now()) | {"echostr": "5927301"}
        response = await gateway.client.get("/wechat", params=signed)
        assert (response.status_code, response.text) == (200, "5927301")
        forged = signed | {"signature": "0" * 40}
        assert (await gateway.client.get("/wechat", params=forged)).status_code == 403


async def test_a_question_gets_its_answer_as_the_passive_reply(
    account: Settings, rasa: FakeRasa
) -> None:
    rasa.answer = lambda _: fake_rasa.turn(fake_rasa.ANSWER)
    async with running(account) as gateway:
        shown = await Follower(gateway.client).says("医疗互助怎么报")
    assert "可以申请" in shown
    assert "**" not in shown
    assert "来源" in shown
    assert "回复 1" in shown


async def test_the_number_of_a_choice_stands_for_it(account: Settings, rasa: FakeRasa) -> None:
    async with running(account) as gateway:
        follower = Follower(gateway.client)
        rasa.answer = lambda _: fake_rasa.turn(fake_rasa.ANSWER)
        await follower.says("医疗互助怎么报")
        await follower.says("1")
    assert rasa.requests[-1]["text"] == "那要带什么材料"


async def test_three_deliveries_are_one_turn_with_one_reply(
    account: Settings, rasa: FakeRasa
) -> None:
    async with running(account) as gateway:
        follower = Follower(gateway.client)
        fields = follower.text_fields("工伤怎么申请")
        shown = await asyncio.gather(*(follower.deliver(fields) for _ in range(3)))
        assert set(shown) == {"收到：工伤怎么申请"}
    async with running(account) as gateway:  # after a restart
        assert await Follower(gateway.client).deliver(fields) == "收到：工伤怎么申请"
    assert len(rasa.requests) == 1


async def test_a_slow_answer_is_fetched_by_a_tap(
    account: Settings, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "ANSWER_WITHIN_S", 0.05)
    async with running(account) as gateway:
        follower = Follower(gateway.client)
        rasa.hold()
        announced = await follower.says("年休假几天")
        assert "weixin://bizmsgmenu" in announced
        rasa.gate.set()
        await _until(lambda: _is_handled(gateway))
        assert await follower.says("看回答") == "收到：年休假几天"
        assert "收到" not in await follower.says("看回答", bizmsgmenuid="view-x")
    assert len(rasa.requests) == 1


async def test_a_new_follower_is_greeted_once(account: Settings) -> None:
    async with running(account) as gateway:
        follower = Follower(gateway.client)
        greeting = await follower.does("subscribe")
        assert "工会" in greeting
        assert "回复 1" in greeting
        assert len([m for m in await all_of(gateway, Message) if m.author == "bot"]) == 1


async def test_a_menu_click_begins_a_topic(account: Settings, rasa: FakeRasa) -> None:
    async with running(account) as gateway:
        shown = await Follower(gateway.client).does("CLICK", EventKey="medical-mutual-aid")
    assert shown.startswith("收到：")
    assert "互助" in rasa.requests[0]["text"]


async def test_an_image_is_kept_and_answered_kindly(account: Settings, rasa: FakeRasa) -> None:
    async with running(account) as gateway:
        shown = await Follower(gateway.client).sends(
            "image", MediaId="media-1", PicUrl="http://mmbiz.qpic.cn/x"
        )
        texts = [message.text for message in await all_of(gateway, Message)]
    assert "转人工" in shown
    assert "[图片]" in texts
    assert rasa.requests == []


async def test_recognised_speech_is_a_question(account: Settings, rasa: FakeRasa) -> None:
    async with running(account) as gateway:
        follower = Follower(gateway.client)
        voice = {"MediaId": "media-2", "Format": "amr"}
        assert await follower.sends("voice", **voice, Recognition="加班费怎么算") == (
            "收到：加班费怎么算"
        )
        assert "打字" in await follower.sends("voice", **voice, Recognition="")
    assert len(rasa.requests) == 1


async def test_leaving_ends_the_case_as_unreachable(account: Settings, rasa: FakeRasa) -> None:
    async with running(account) as gateway:
        follower = Follower(gateway.client)
        rasa.answer = lambda _: fake_rasa.turn(fake_rasa.HANDOFF)
        await follower.says("三个月没发工资")
        assert await follower.does("unsubscribe") == ""
        handoff = (await all_of(gateway, Handoff))[0]
        conversation = (await all_of(gateway, Conversation))[0]
        assert (handoff.state, conversation.status) == (HandoffState.UNREACHABLE, Status.CLOSED)
        rasa.answer = fake_rasa.echo
        assert await follower.says("我回来了") == "收到：我回来了"
        assert len(await all_of(gateway, Conversation)) == 2


async def test_while_a_person_has_it_the_bot_is_silent(account: Settings, rasa: FakeRasa) -> None:
    async with running(account) as gateway:
        follower = Follower(gateway.client)
        rasa.answer = lambda _: fake_rasa.turn(fake_rasa.HANDOFF)
        assert "转给同事" in await follower.says("三个月没发工资")
        assert await follower.says("老板姓王") == ""
    assert len(rasa.requests) == 1


async def test_words_of_crisis_get_the_numbers_at_once(account: Settings, rasa: FakeRasa) -> None:
    async with running(account) as gateway:
        shown = await Follower(gateway.client).says("我不想活了")
    assert "12356" in shown
    assert rasa.requests == []


async def test_soft_words_leave_a_crisis_on_the_desk(account: Settings, rasa: FakeRasa) -> None:
    async with running(account) as gateway:
        follower = Follower(gateway.client)
        await follower.says("我不想活了")
        for words in ("算了", "没事了"):
            assert "12356" in await follower.says(words)
        (handoff,) = await all_of(gateway, Handoff)
        assert (handoff.state, handoff.priority) == (HandoffState.WAITING, 1)
        (conversation,) = await all_of(gateway, Conversation)
        assert conversation.status is Status.WAITING
    assert rasa.requests == []


async def test_a_failing_bot_is_a_clear_message_and_a_case(
    account: Settings, rasa: FakeRasa
) -> None:
    rasa.status = 500
    async with running(account) as gateway:
        shown = await Follower(gateway.client).says("老板不发工资")
        assert "12351" in shown
        assert (await all_of(gateway, Handoff))[0].state is HandoffState.WAITING


async def test_everything_deleted_is_confirmed_and_forgotten(account: Settings) -> None:
    async with running(account) as gateway:
        follower = Follower(gateway.client)
        await follower.says("删除我的记录")
        assert "删" in await follower.says("确认删除")
        assert all(not row.payload for row in await all_of(gateway, WechatInbound))
        assert await follower.says("你好") == "收到：你好"


async def test_a_flood_is_asked_to_wait_but_a_crisis_is_heard(
    account: Settings, rasa: FakeRasa
) -> None:
    limited = account.model_copy(update={"rate_limit_scale": 0.01})  # three a minute
    async with running(limited) as gateway:
        follower, other = Follower(gateway.client), Follower(gateway.client, "oSomebodyElse")
        shown = [await follower.says(f"第{number}条") for number in range(5)]
        assert [text.startswith("收到") for text in shown] == [True] * 3 + [False] * 2
        assert "发得有点快" in shown[-1]
        assert "12356" in await follower.says("我不想活了")
        assert (await other.says("你好")).startswith("收到")
    assert len(rasa.requests) == 4


@asynccontextmanager
async def flooded(gateway: Gateway, rasa: FakeRasa) -> AsyncIterator[list[asyncio.Task[str]]]:
    """As many followers wait for the bot as are waited for; it answers at the end."""
    rasa.hold()
    waiting = [
        asyncio.create_task(Follower(gateway.client, f"oWaits{number}").says(f"第{number}问"))
        for number in range(10)
    ]
    await _until(lambda: _has(gateway, 10))
    yield waiting
    rasa.gate.set()
    assert [await task for task in waiting] == [f"收到：第{number}问" for number in range(10)]


async def test_in_a_flood_one_is_acknowledged_at_once_and_answered_later(
    verified: Settings, rasa: FakeRasa
) -> None:
    async with running(verified) as gateway:
        follower = Follower(gateway.client)
        async with flooded(gateway, rasa):
            assert await follower.says("加班费怎么算") == ""
        await _until(lambda: _is_handled(gateway))
        await _until(lambda: _waits(gateway))
        # The platform cannot be reached here: what could not be sent waits for the next contact.
        assert "收到：加班费怎么算" in await follower.says("看回答")
    assert rasa.texts.count("加班费怎么算") == 1


async def test_a_flood_delays_neither_a_crisis_nor_what_a_person_has(
    verified: Settings, rasa: FakeRasa
) -> None:
    async with running(verified) as gateway:
        case = Follower(gateway.client, "oHasACase")
        rasa.answer = lambda _: fake_rasa.turn(fake_rasa.HANDOFF)
        await case.says("三个月没发工资")
        rasa.answer = fake_rasa.echo
        async with flooded(gateway, rasa):
            assert "12356" in await Follower(gateway.client).says("我不想活了")
            assert await case.says("老板姓王") == ""
            await _until(lambda: _is_stored(gateway, "老板姓王"))


async def test_a_signed_message_that_cannot_be_read_is_acknowledged(account: Settings) -> None:
    async with running(account) as gateway:
        response = await gateway.client.post(
            "/wechat", params=query(at=_now()), content=b"<xml><MsgType>text</MsgType></xml>"
        )
    assert (response.status_code, response.content) == (200, b"success")


@pytest.mark.parametrize("body", [b"", b"<xml/>", b"\xff" * 100])
async def test_an_unsigned_request_is_refused(account: Settings, body: bytes) -> None:
    async with running(account) as gateway:
        response = await gateway.client.post("/wechat", params={"signature": "x"}, content=body)
    assert response.status_code == 403
    assert response.json()["error"]["code"] == "signature_refused"


async def test_what_a_crash_left_is_taken_up(account: Settings, rasa: FakeRasa) -> None:
    async with running(account) as gateway:
        follower = Follower(gateway.client)
        await follower.says("你好")
        async with gateway.database.write() as session:
            row = (await session.scalars(select(WechatInbound))).one()
            session.add(
                WechatInbound(
                    id="01K" + "0" * 23,
                    dedupe_key="msg:42",
                    openid=row.openid,
                    kind=row.kind,
                    payload=row.payload | {"content": "工资被扣了", "msg_id": 42},
                )
            )
    async with running(account) as gateway:
        await _until(lambda: _is_handled(gateway))
        assert await Follower(gateway.client).says("在吗") == "收到：工资被扣了\n\n收到：在吗"


def _now() -> int:
    return int(time.time())


async def _is_handled(gateway: Gateway) -> bool:
    return all(row.handled_at for row in await all_of(gateway, WechatInbound))


async def _waits(gateway: Gateway) -> bool:
    """Something has been tried in vain: nobody is sending it any more."""
    parts = await all_of(gateway, WechatPart)
    return bool(parts) and all(part.lease_until is None for part in parts)


async def _has(gateway: Gateway, deliveries: int) -> bool:
    return len(await all_of(gateway, WechatInbound)) >= deliveries


async def _is_stored(gateway: Gateway, text: str) -> bool:
    return text in [message.text for message in await all_of(gateway, Message)]


async def _until(holds: Any) -> None:
    async with asyncio.timeout(5):
        while not await holds():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)

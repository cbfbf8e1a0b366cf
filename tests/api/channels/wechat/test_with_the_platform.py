"""The gateway against the played platform: what followers see, over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from api.app import create_app
from api.channels.wechat import channel
from api.channels.wechat.accounts import WechatAccount
from api.channels.wechat.simulator import SimulatedAccount, Simulator
from api.channels.wechat.simulator.serving import serving
from api.settings import Settings
from api.staff.accounts import Accounts
from api.staff.passwords import Passwords
from api.storage.database import Database
from api.storage.models import (
    Author,
    Conversation,
    Delivery,
    DeliveryState,
    Message,
    Role,
    Staff,
)
from tests.api import fake_rasa
from tests.api.fake_rasa import FakeRasa

pytestmark = pytest.mark.anyio
WITHIN_S = 20.0


def settings_for(settings: Settings, simulator: Simulator) -> Settings:
    environment = simulator.settings_env()
    values = {
        key.removeprefix("UNION_").lower(): value
        for key, value in environment.items()
        if key.startswith("UNION_WECHAT_")
    }
    return Settings(**settings.model_dump() | values)


@asynccontextmanager
async def playing(
    settings: Settings, account: SimulatedAccount | None = None
) -> AsyncIterator[tuple[Simulator, Any]]:
    """The platform and a gateway with its account."""
    async with Simulator(account=account) as simulator:
        app = create_app(settings_for(settings, simulator))
        async with serving(app) as url:
            simulator.gateway_url = url
            yield simulator, app.state


async def staff(database: Database) -> Staff:
    accounts = Accounts(database, Passwords())
    return await accounts.create("xiaoan", "小安", Role.AGENT, "correct horse battery staple")


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not await holds():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.02)


async def only_conversation(database: Database) -> Conversation:
    async with database.read() as session:
        return (await session.scalars(select(Conversation))).one()


async def test_a_late_answer_comes_by_customer_service(
    settings: Settings, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "ANSWER_WITHIN_S", 0.1)
    async with playing(settings) as (simulator, _):
        follower = simulator.follower()
        rasa.hold()
        delivery = await follower.text("加班费怎么算")
        assert not delivery.is_fault
        assert follower.screen.texts == []
        rasa.gate.set()
        await follower.sees("收到：加班费怎么算", within_s=WITHIN_S)
        assert [shown.by for shown in follower.screen.shown] == ["customer_service"]
    assert len(rasa.requests) == 1


async def test_an_account_that_may_not_send_has_its_answer_fetched(
    settings: Settings, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "ANSWER_WITHIN_S", 0.1)
    account = SimulatedAccount(kind=WechatAccount.UNVERIFIED)
    async with playing(settings, account) as (simulator, state):
        follower = simulator.follower()
        rasa.hold()
        await follower.text("加班费怎么算")
        rasa.gate.set()
        await until(lambda: _has_replies(state.database))
        await follower.tap("点这里看回答")
        assert follower.screen.texts[-1] == "收到：加班费怎么算"
    assert len(rasa.requests) == 1


async def test_a_colleagues_words_arrive_and_wait_while_the_window_is_closed(
    settings: Settings, rasa: FakeRasa
) -> None:
    async with playing(settings) as (simulator, state):
        colleague = await staff(state.database)
        follower = simulator.follower()
        rasa.answer = lambda _: fake_rasa.turn(fake_rasa.HANDOFF)
        await follower.text("三个月没发工资")
        conversation = await only_conversation(state.database)
        await state.desk.claim(conversation.id, colleague)
        await state.desk.reply(conversation.id, colleague, "合同带来了吗", "c1")
        await follower.sees("合同带来了吗", within_s=WITHIN_S)

        simulator.clock.advance(timedelta(hours=49))
        await state.desk.reply(conversation.id, colleague, "周五可以来窗口", "c2")
        await until(lambda: _is_held(state.database))
        assert "周五可以来窗口" not in follower.screen.texts

        await follower.text("在吗")
        await follower.sees("周五可以来窗口", within_s=WITHIN_S)
        assert sum("周五可以来窗口" in text for text in follower.screen.texts) == 1


async def test_an_expired_token_is_renewed_once(settings: Settings, rasa: FakeRasa) -> None:
    async with playing(settings) as (simulator, state):
        colleague = await staff(state.database)
        follower = simulator.follower()
        rasa.answer = lambda _: fake_rasa.turn(fake_rasa.HANDOFF)
        await follower.text("三个月没发工资")
        conversation = await only_conversation(state.database)
        await state.desk.claim(conversation.id, colleague)
        await follower.sees("接手", within_s=WITHIN_S)
        simulator.state.tokens.forget()
        await state.desk.reply(conversation.id, colleague, "您好", "c1")
        await follower.sees("您好", within_s=WITHIN_S)


async def test_lost_answers_are_given_again_and_seen_once(
    settings: Settings, rasa: FakeRasa
) -> None:
    async with (
        Simulator(limit_s=2.0) as simulator,
        serving(create_app(settings_for(settings, simulator))) as url,
    ):
        simulator.gateway_url = url
        follower = simulator.follower()
        simulator.faults.lose_answers(2)
        delivery = await follower.text("年休假几天")
        assert len(delivery.attempts) == 3
        assert follower.screen.texts == ["收到：年休假几天"]
    assert len(rasa.requests) == 1


async def test_two_gateways_take_one_delivery_once(
    settings: Settings, rasa: FakeRasa, migrated_postgres_url: str
) -> None:
    shared = settings.model_copy(update={"database_url": migrated_postgres_url})
    async with Simulator() as simulator, AsyncExitStack() as stack:
        urls = []
        for _ in range(2):
            app = create_app(settings_for(shared, simulator))
            urls.append(await stack.enter_async_context(serving(app)))
        followers = [simulator.follower() for _ in range(10)]
        for follower in followers:
            push = follower.compose.text("工伤怎么申请")
            simulator.gateway_url = urls[0]
            first = asyncio.ensure_future(follower.deliver(push, times=2, at_once=True))
            await asyncio.sleep(0)
            simulator.gateway_url = urls[1]
            second = asyncio.ensure_future(follower.deliver(push, times=2, at_once=True))
            await asyncio.gather(first, second)
        database = Database(migrated_postgres_url)
        async with database.read() as session:
            by_author = dict(
                (
                    await session.execute(
                        select(Message.author, func.count()).group_by(Message.author)
                    )
                ).all()
            )
        await database.close()
    assert by_author == {Author.WORKER: 10, Author.BOT: 10}


async def _has_replies(database: Database) -> bool:
    async with database.read() as session:
        count = select(func.count()).select_from(Message).where(Message.author == Author.BOT)
        return bool(await session.scalar(count))


async def _is_held(database: Database) -> bool:
    async with database.read() as session:
        states = (await session.scalars(select(Delivery.state))).all()
    return DeliveryState.HELD in states

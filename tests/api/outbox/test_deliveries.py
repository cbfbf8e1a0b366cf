from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from api.conversations import access
from api.outbox import deliveries, queue
from api.outbox.adapters import TemporaryError
from api.outbox.deliveries import PASSIVE_FIRST, PUSHED, Progress
from api.storage.database import Database
from api.storage.models import (
    Author,
    Channel,
    Conversation,
    DeliveryState,
    Message,
    MessageKind,
    OutboxItem,
)
from tests.api.outbox.clock import Clock

pytestmark = pytest.mark.anyio
ADAPTER = PUSHED[Channel.WECHAT]
# SQLite has one writer: there this cannot happen.
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class Talk:
    """A conversation in a channel that is pushed to."""

    def __init__(self, database: Database, clock: Clock, channel: Channel) -> None:
        self.database = database
        self.clock = clock
        self.channel = channel
        self.id = ""

    async def open(self) -> None:
        async with self.database.write() as session:
            made = await access.create_conversation(session, self.channel, token_hash=self.channel)
        self.id = made.id

    async def store(self, *messages: Message) -> list[str]:
        """What ``access.append`` does, by the clock of the test."""
        async with self.database.write() as session:
            conversation = await session.get_one(Conversation, self.id)
            for message in messages:
                conversation.last_seq += 1
                message.conversation_id, message.seq = self.id, conversation.last_seq
                session.add(message)
                await session.flush()
            await deliveries.expect(session, conversation, messages, clock=self.clock)
        return [message.id for message in messages]

    async def wake(self) -> None:
        async with self.database.write() as session:
            await deliveries.wake(session, self.channel, self.id, clock=self.clock)

    async def states(self) -> dict[str, Progress]:
        async with self.database.read() as session:
            return await deliveries.states_of(session, self.id)

    async def pending(self) -> list[str]:
        async with self.database.read() as session:
            return [message.id for message in await deliveries.pending_of(session, self.id)]

    async def items(self) -> Sequence[OutboxItem]:
        async with self.database.read() as session:
            return (await session.scalars(select(OutboxItem).order_by(OutboxItem.due_at))).all()

    async def claim(self) -> Sequence[queue.Delivery]:
        async with self.database.write() as session:
            return await queue.claim_due(session, at=self.clock(), limit=10)


@pytest.fixture
async def talk(database: Database, clock: Clock) -> Talk:
    talk = Talk(database, clock, Channel.WECHAT)
    await talk.open()
    return talk


def said(author: Author = Author.BOT, in_reply_to: str | None = None) -> Message:
    return Message.of(author, MessageKind.CHAT, "您好", in_reply_to=in_reply_to)


async def test_what_is_not_the_workers_is_owed_to_the_worker(talk: Talk) -> None:
    asked, answered = await talk.store(said(Author.WORKER), said())
    assert await talk.states() == {answered: Progress(DeliveryState.PENDING, None)}
    assert asked not in await talk.pending()
    (item,) = await talk.items()
    assert (item.adapter, item.payload) == (ADAPTER, {"conversation_id": talk.id})


async def test_workers_messages_alone_owe_nothing(talk: Talk) -> None:
    await talk.store(said(Author.WORKER))
    assert await talk.states() == {}
    assert await talk.items() == []


async def test_nothing_is_pushed_to_the_web(database: Database, clock: Clock) -> None:
    talk = Talk(database, clock, Channel.WEB)
    await talk.open()
    await talk.store(said())
    await talk.wake()
    assert await talk.states() == {}
    assert await talk.items() == []


async def test_a_reply_is_left_to_the_request_first(talk: Talk, clock: Clock) -> None:
    (asked,) = await talk.store(said(Author.WORKER))
    await talk.store(said(in_reply_to=asked), said())
    (item,) = await talk.items()
    assert item.due_at == clock() + PASSIVE_FIRST


async def test_what_replies_to_nothing_is_due_at_once(talk: Talk, clock: Clock) -> None:
    await talk.store(said(Author.STAFF))
    (item,) = await talk.items()
    assert item.due_at == clock()


async def test_one_open_item_is_enough(talk: Talk, clock: Clock) -> None:
    (asked,) = await talk.store(said(Author.WORKER))
    await talk.store(said(in_reply_to=asked))
    clock.advance(timedelta(seconds=1))
    await talk.store(said(in_reply_to=asked))
    assert len(await talk.items()) == 1


async def test_an_item_that_is_due_later_is_not_waited_for(talk: Talk, clock: Clock) -> None:
    (asked,) = await talk.store(said(Author.WORKER))
    await talk.store(said(in_reply_to=asked))
    await talk.store(said(Author.STAFF))
    assert [item.due_at - clock() for item in await talk.items()] == [timedelta(), PASSIVE_FIRST]


async def test_the_item_of_another_conversation_does_not_count(talk: Talk, clock: Clock) -> None:
    other = Talk(talk.database, clock, Channel.WECHAT)
    async with talk.database.write() as session:
        made = await access.create_conversation(session, Channel.WECHAT, token_hash="another")
    other.id = made.id
    await talk.store(said())
    await other.store(said())
    assert {item.payload["conversation_id"] for item in await talk.items()} == {talk.id, other.id}


async def test_an_item_that_was_tried_before_does_not_count(talk: Talk, clock: Clock) -> None:
    """Its attempt may be at work now, past the new message."""
    await talk.store(said())
    (attempt,) = await talk.claim()
    clock.advance(queue.LEASE)  # due again
    await talk.store(said())
    async with talk.database.write() as session:
        await queue.mark_sent(session, attempt, clock())
    assert len(await talk.claim()) == 1


async def test_an_item_that_waits_after_a_failure_does_not_hold_up_a_new_one(
    talk: Talk, clock: Clock
) -> None:
    await talk.store(said())
    (attempt,) = await talk.claim()
    async with talk.database.write() as session:
        error = TemporaryError("busy", timedelta(hours=1))
        await queue.mark_failed(session, attempt, error, clock(), jitter=lambda: 0)
    await talk.store(said())
    assert len(await talk.claim()) == 1


@on_postgresql
async def test_an_item_is_not_claimed_before_what_counts_on_it_is_committed(
    talk: Talk, clock: Clock
) -> None:
    """Or the attempt would not see the message, and no other would follow."""
    await talk.store(said())
    async with talk.database.write() as session:
        await deliveries.schedule(session, ADAPTER, talk.id, clock())
        assert await talk.claim() == []
    assert len(await talk.claim()) == 1


@on_postgresql
async def test_an_item_that_is_just_being_claimed_does_not_count(talk: Talk, clock: Clock) -> None:
    await talk.store(said())
    async with talk.database.write() as session:
        await queue.claim_due(session, at=clock(), limit=1)
        await talk.store(said())
    assert len(await talk.claim()) == 1


async def test_messages_go_through_their_states(talk: Talk, clock: Clock) -> None:
    first, second, third, fourth = await talk.store(said(), said(), said(), said())
    async with talk.database.write() as session:
        await deliveries.mark_sending(session, [first, second])
        await deliveries.mark_sent(session, [first], clock())
        await deliveries.mark_held(session, [second], "quota_used")
        await deliveries.mark_failed(session, [third], "not_following")
    assert await talk.states() == {
        first: Progress(DeliveryState.SENT, None),
        second: Progress(DeliveryState.HELD, "quota_used"),
        third: Progress(DeliveryState.FAILED, "not_following"),
        fourth: Progress(DeliveryState.PENDING, None),
    }
    assert await talk.pending() == [second, fourth]


async def test_what_was_sent_or_failed_stays_so(talk: Talk, clock: Clock) -> None:
    sent, failed = await talk.store(said(), said())
    async with talk.database.write() as session:
        await deliveries.mark_sent(session, [sent], clock())
        await deliveries.mark_failed(session, [failed], "not_following")
        await deliveries.mark_held(session, [sent, failed], "quota_used")
        await deliveries.mark_sending(session, [])
    assert await talk.pending() == []


async def test_what_was_held_goes_out_at_the_next_contact(talk: Talk, clock: Clock) -> None:
    held, sent = await talk.store(said(), said())
    async with talk.database.write() as session:
        await deliveries.mark_held(session, [held], "quota_used")
        await deliveries.mark_sent(session, [sent], clock())
        await queue.mark_sent(
            session, (await queue.claim_due(session, at=clock(), limit=1))[0], clock()
        )
    await talk.wake()
    assert (await talk.states())[held] == Progress(DeliveryState.PENDING, None)
    assert (await talk.states())[sent].state is DeliveryState.SENT
    clock.advance(PASSIVE_FIRST)
    assert [attempt.payload for attempt in await talk.claim()] == [{"conversation_id": talk.id}]


async def test_with_nothing_left_to_deliver_there_is_nothing_to_wake(
    talk: Talk, clock: Clock
) -> None:
    ids = await talk.store(said())
    (attempt,) = await talk.claim()
    async with talk.database.write() as session:
        await deliveries.mark_sent(session, ids, clock())
        await queue.mark_sent(session, attempt, clock())
    await talk.wake()
    assert len(await talk.items()) == 1


async def settle(talk: Talk) -> bool:
    async with talk.database.write() as session:
        return await deliveries.settle(session, {talk.id})


async def send(talk: Talk, *ids: str) -> None:
    async with talk.database.write() as session:
        await deliveries.mark_sent(session, ids, talk.clock())


async def test_nobody_is_called_for_what_is_delivered(talk: Talk) -> None:
    await send(talk, *await talk.store(said(), said()))
    assert not await settle(talk)
    assert await talk.items() == []


async def test_what_is_open_keeps_its_call(talk: Talk) -> None:
    sent, _ = await talk.store(said(), said())
    await send(talk, sent)
    assert await settle(talk)
    assert len(await talk.items()) == 1


async def test_a_call_that_was_tried_is_left_to_whoever_has_it(talk: Talk) -> None:
    ids = await talk.store(said())
    await talk.claim()
    await send(talk, *ids)
    assert not await settle(talk)
    assert len(await talk.items()) == 1


@on_postgresql
async def test_a_call_that_somebody_counts_on_is_not_taken_back(talk: Talk) -> None:
    ids = await talk.store(said())
    await send(talk, *ids)
    async with talk.database.write() as session:
        conversation = await session.get_one(Conversation, talk.id)
        late = said()
        late.conversation_id, late.seq = talk.id, 2
        session.add(late)
        await session.flush()
        await deliveries.expect(session, conversation, [late], clock=talk.clock)
        await settle(talk)
    assert len(await talk.items()) == 1

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import access
from api.outbox import queue
from api.outbox.adapters import DeliveryError, PermanentError, TemporaryError
from api.outbox.queue import ABANDONED, LEASE, MAX_ATTEMPTS, Delivery
from api.storage.database import Database
from api.storage.models import Channel, OutboxItem, OutboxState, new_id
from tests.api.outbox.clock import Clock

pytestmark = pytest.mark.anyio


class Outbox:
    """The queue's functions, each in a transaction of its own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    async def conversation(self) -> str:
        async with self.database.write() as session:
            created = await access.create_conversation(session, Channel.WEB, token_hash=new_id())
        return created.id

    async def enqueue(self, conversation_id: str | None = None, adapter: str = "web") -> str:
        async with self.database.write() as session:
            item = await queue.enqueue(
                session, adapter, {"text": "您好"}, conversation_id, clock=self.clock
            )
        return item.id

    async def claim(self, limit: int = 10, busy: Sequence[str] = ()) -> Sequence[Delivery]:
        async with self.database.write() as session:
            return await queue.claim_due(session, at=self.clock(), limit=limit, busy=busy)

    async def claimed_ids(self) -> list[str]:
        return [delivery.item_id for delivery in await self.claim()]

    async def sent(self, delivery: Delivery) -> None:
        async with self.database.write() as session:
            await queue.mark_sent(session, delivery, self.clock())

    async def failed(self, delivery: Delivery, error: DeliveryError) -> OutboxState | None:
        async with self.database.write() as session:
            return await queue.mark_failed(session, delivery, error, self.clock(), jitter=lambda: 0)

    async def item(self, item_id: str) -> OutboxItem:
        async with self.database.read() as session:
            return await session.get_one(OutboxItem, item_id)


@pytest.fixture
def outbox(database: Database, clock: Clock) -> Outbox:
    return Outbox(database, clock)


async def test_an_item_exists_only_if_its_transaction_commits(
    outbox: Outbox, database: Database
) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012
        async with database.write() as session:
            await queue.enqueue(session, "web", {})
            raise RuntimeError
    assert await outbox.claim() == []


async def test_a_claimed_item_is_leased(outbox: Outbox, clock: Clock) -> None:
    item_id = await outbox.enqueue()
    assert await outbox.claim() == [Delivery(item_id, "web", {"text": "您好"}, attempt=1)]
    clock.advance(LEASE - timedelta(seconds=1))
    assert await outbox.claim() == []
    clock.advance(timedelta(seconds=1))
    assert await outbox.claim() == [Delivery(item_id, "web", {"text": "您好"}, attempt=2)]


async def test_gateways_never_claim_the_same(outbox: Outbox, database_url: str) -> None:
    ids = [await outbox.enqueue() for _ in range(12)]
    other = Outbox(Database(database_url), outbox.clock)
    try:
        claims = await asyncio.gather(
            *(gateway.claim(limit=3) for _ in range(4) for gateway in (outbox, other))
        )
        # A gateway that met only rows of others got none; nobody holds up a later claim.
        claims += [await outbox.claim(limit=12)]
    finally:
        await other.database.close()
    assert sorted(delivery.item_id for claim in claims for delivery in claim) == sorted(ids)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
async def test_an_uncommitted_claim_does_not_hold_up_another_gateway(
    outbox: Outbox, database: Database
) -> None:
    first, second = await outbox.enqueue(), await outbox.enqueue()
    async with database.write() as session:
        [mine] = await queue.claim_due(session, at=outbox.clock(), limit=1)
        assert mine.item_id == first
        assert await outbox.claimed_ids() == [second]


async def test_items_of_a_conversation_follow_one_another(outbox: Outbox) -> None:
    conversation_id = await outbox.conversation()
    ids = [await outbox.enqueue(conversation_id) for _ in range(4)]
    delivered = []
    for _ in ids:
        [delivery] = await outbox.claim()
        assert await outbox.claim() == []
        await outbox.sent(delivery)
        delivered.append(delivery.item_id)
    assert delivered == ids


async def test_the_order_survives_a_clock_set_back(outbox: Outbox, clock: Clock) -> None:
    conversation_id = await outbox.conversation()
    first = await outbox.enqueue(conversation_id)
    clock.advance(-timedelta(minutes=1))
    await outbox.enqueue(conversation_id)
    clock.advance(timedelta(minutes=1))
    assert await outbox.claimed_ids() == [first]


async def test_a_failing_item_holds_up_its_conversation_only(outbox: Outbox, clock: Clock) -> None:
    stuck, free = await outbox.conversation(), await outbox.conversation()
    await outbox.enqueue(stuck)
    await outbox.enqueue(stuck)
    [delivery] = await outbox.claim()
    await outbox.failed(delivery, TemporaryError("status 503"))
    others = [await outbox.enqueue(free), await outbox.enqueue(None)]
    assert sorted(await outbox.claimed_ids()) == sorted(others)


async def test_a_dead_item_lets_the_next_one_go(outbox: Outbox) -> None:
    conversation_id = await outbox.conversation()
    await outbox.enqueue(conversation_id)
    following = await outbox.enqueue(conversation_id)
    [delivery] = await outbox.claim()
    assert await outbox.failed(delivery, PermanentError("status 410")) is OutboxState.DEAD
    assert await outbox.claimed_ids() == [following]


async def test_ten_attempts_then_dead(outbox: Outbox, clock: Clock) -> None:
    item_id = await outbox.enqueue()
    pauses = []
    for _ in range(MAX_ATTEMPTS - 1):
        [delivery] = await outbox.claim()
        assert await outbox.failed(delivery, TemporaryError("timeout")) is OutboxState.PENDING
        pause = (await outbox.item(item_id)).due_at - clock()
        clock.advance(pause - timedelta(milliseconds=1))
        assert await outbox.claim() == []
        clock.advance(timedelta(milliseconds=1))
        pauses.append(pause.total_seconds())
    assert pauses == [5, 15, 45, 135, 405, 1215, 3600, 3600, 3600]
    [delivery] = await outbox.claim()
    assert await outbox.failed(delivery, TemporaryError("status 500")) is OutboxState.DEAD
    assert (await outbox.item(item_id)).last_error == "status 500"


async def test_an_item_that_kills_its_process_is_given_up(outbox: Outbox, clock: Clock) -> None:
    item_id = await outbox.enqueue()
    for _ in range(MAX_ATTEMPTS):
        assert await outbox.claimed_ids() == [item_id]
        clock.advance(LEASE)
    assert await outbox.claim() == []
    item = await outbox.item(item_id)
    assert (item.state, item.last_error) == (OutboxState.DEAD, ABANDONED)


async def test_retry_after_is_honoured(outbox: Outbox, clock: Clock) -> None:
    item_id = await outbox.enqueue()
    [delivery] = await outbox.claim()
    await outbox.failed(delivery, TemporaryError("status 429", timedelta(minutes=10)))
    assert (await outbox.item(item_id)).due_at == clock() + timedelta(minutes=10)


async def test_whoever_lost_the_lease_cannot_fail_the_item(outbox: Outbox, clock: Clock) -> None:
    item_id = await outbox.enqueue()
    [late] = await outbox.claim()
    clock.advance(LEASE)
    [current] = await outbox.claim()
    assert await outbox.failed(late, PermanentError("status 400")) is None
    assert (await outbox.item(item_id)).state is OutboxState.PENDING
    await outbox.sent(current)
    assert await outbox.failed(current, PermanentError("status 400")) is None
    assert (await outbox.item(item_id)).state is OutboxState.SENT


async def test_what_arrived_late_still_counts_as_sent(outbox: Outbox, clock: Clock) -> None:
    item_id = await outbox.enqueue()
    [late] = await outbox.claim()
    clock.advance(LEASE)
    await outbox.claim()
    await outbox.sent(late)
    item = await outbox.item(item_id)
    assert (item.state, item.sent_at) == (OutboxState.SENT, clock())


async def test_busy_adapters_are_left_alone(outbox: Outbox, database: Database) -> None:
    await outbox.enqueue(adapter="slow")
    [delivery] = await outbox.claim(busy=["web"])
    assert delivery.adapter == "slow"
    await outbox.enqueue(adapter="slow")
    assert await outbox.claim(busy=["slow"]) == []
    async with database.read() as session:
        assert await queue.next_due(session, busy=["slow"]) is None


async def test_next_due_knows_nothing_of_items_that_wait_for_others(
    outbox: Outbox, database: Database, clock: Clock
) -> None:
    async def next_due(session: AsyncSession) -> timedelta | None:
        due = await queue.next_due(session)
        return due and due - clock()

    conversation_id = await outbox.conversation()
    async with database.read() as session:
        assert await next_due(session) is None
    await outbox.enqueue(conversation_id)
    await outbox.enqueue(conversation_id)
    await outbox.claim()
    async with database.read() as session:
        assert await next_due(session) == LEASE


async def test_what_a_clock_put_far_ahead_is_due_once_it_has_gone_back(
    outbox: Outbox, database: Database, clock: Clock
) -> None:
    async def pulled_forward() -> int:
        async with database.write() as session:
            return await queue.pull_forward(session, at=clock())

    usual, tried = await outbox.enqueue(), await outbox.enqueue(adapter="slow")
    [delivery] = await outbox.claim(busy=["web"])
    await outbox.failed(delivery, TemporaryError("closed", timedelta(hours=9)))  # an hour at most
    clock.advance(timedelta(hours=2))
    at_work = await outbox.enqueue(adapter="work")
    await outbox.claim(busy=["web", "slow"])
    ahead = await outbox.enqueue()
    clock.advance(timedelta(hours=-2))
    async with database.read() as session:
        assert await queue.has_too_far_ahead(session, at=clock())
    assert await pulled_forward() == 2
    assert await pulled_forward() == 0
    assert sorted(await outbox.claimed_ids()) == sorted([usual, ahead])
    clock.advance(LEASE)
    assert at_work in await outbox.claimed_ids()
    assert (await outbox.item(tried)).due_at == clock() - LEASE + timedelta(hours=1)


async def test_staff_see_dead_items_and_send_them_again(
    outbox: Outbox, database: Database, clock: Clock
) -> None:
    ids = []
    for _ in range(2):
        ids.append(await outbox.enqueue())
        [delivery] = await outbox.claim()
        await outbox.failed(delivery, PermanentError("status 404"))
        clock.advance(timedelta(seconds=1))
    pending = await outbox.enqueue()
    async with database.write() as session:
        assert [item.id for item in await queue.dead(session)] == ids[::-1]
        assert await queue.counts(session) == {
            OutboxState.PENDING: 1,
            OutboxState.SENT: 0,
            OutboxState.DEAD: 2,
        }
        assert await queue.resend(session, ids[0], clock())
        assert not await queue.resend(session, ids[0], clock())
        assert not await queue.resend(session, pending, clock())
        assert not await queue.resend(session, "unknown", clock())
        assert [item.id for item in await queue.dead(session)] == ids[1:]
    claimed = {delivery.item_id: delivery.attempt for delivery in await outbox.claim()}
    assert claimed == {ids[0]: 1, pending: 1}


async def test_a_resent_item_goes_before_what_came_after_it(outbox: Outbox, clock: Clock) -> None:
    conversation_id = await outbox.conversation()
    first = await outbox.enqueue(conversation_id)
    [delivery] = await outbox.claim()
    await outbox.failed(delivery, PermanentError("status 404"))
    await outbox.enqueue(conversation_id)
    async with outbox.database.write() as session:
        await queue.resend(session, first, clock())
    assert await outbox.claimed_ids() == [first]

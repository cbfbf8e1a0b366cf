import asyncio
import base64
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from api.conversations import access
from api.outbox import queue
from api.outbox.adapters import DeliveryError, PermanentError, Registry, TemporaryError
from api.outbox.dispatcher import CONCURRENCY, Dispatcher
from api.outbox.queue import LEASE
from api.outbox.webhook import WebhookAdapter
from api.storage.database import Database
from api.storage.models import Channel, OutboxItem, OutboxState
from tests.api.outbox.clock import Clock
from tests.api.outbox.receiver import Receiver

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
SECRET = base64.b64encode(bytes(32)).decode()
# A gateway that delivers what is due, until it is killed.
GATEWAY = """
import asyncio, sys
import httpx2
from api.outbox.dispatcher import Dispatcher
from api.outbox.webhook import WebhookAdapter
from api.storage.database import Database

async def main(database_url, url, secret):
    async with httpx2.AsyncClient(trust_env=False, timeout=None) as client:
        adapter = WebhookAdapter(client, url, secret=secret, timeout_s=60)
        Dispatcher(Database(database_url), {"test": adapter}).start()
        await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


class Recorder:
    """An adapter that keeps what it gets, after failing as it was told to."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.failures: list[Exception] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.running = 0

    async def deliver(self, payload: Mapping[str, Any], idempotency_key: str) -> None:
        self.running += 1
        try:
            await self.gate.wait()
        finally:
            self.running -= 1
        if self.failures:
            raise self.failures.pop(0)
        self.keys.append(idempotency_key)


@pytest.fixture
def adapter() -> Recorder:
    return Recorder()


@pytest.fixture
async def dispatcher(
    database: Database, adapter: Recorder, clock: Clock
) -> AsyncIterator[Dispatcher]:
    dispatcher = delivering(database, {"test": adapter}, clock)
    yield dispatcher
    adapter.gate.set()
    await dispatcher.close()


def delivering(database: Database, adapters: Registry, clock: Clock) -> Dispatcher:
    dispatcher = Dispatcher(database, adapters, clock=clock, jitter=lambda: 0)
    dispatcher.start()
    return dispatcher


async def enqueue(
    database: Database,
    clock: Clock,
    number: int = 1,
    *,
    conversation_id: str | None = None,
    adapter: str = "test",
) -> list[str]:
    async with database.write() as session:
        items = [
            await queue.enqueue(session, adapter, {}, conversation_id, clock=clock)
            for _ in range(number)
        ]
    return [item.id for item in items]


async def item(database: Database, item_id: str) -> OutboxItem:
    async with database.read() as session:
        return await session.get_one(OutboxItem, item_id)


async def eventually(is_so: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while True:
            answer = is_so()
            if await answer if isinstance(answer, Awaitable) else answer:
                return
            await asyncio.sleep(0.005)


async def has_state(database: Database, item_id: str, state: OutboxState) -> None:
    async def reached() -> bool:
        return (await item(database, item_id)).state is state

    await eventually(reached)


async def test_what_is_enqueued_is_delivered_once(
    database: Database, dispatcher: Dispatcher, adapter: Recorder, clock: Clock
) -> None:
    ids = await enqueue(database, clock, 10)
    dispatcher.notify()
    for item_id in ids:
        await has_state(database, item_id, OutboxState.SENT)
    assert sorted(adapter.keys) == sorted(ids)


async def test_what_was_enqueued_before_the_clock_went_back_is_delivered(
    database: Database, dispatcher: Dispatcher, adapter: Recorder, clock: Clock
) -> None:
    clock.advance(timedelta(minutes=50))
    [item_id] = await enqueue(database, clock)
    clock.advance(timedelta(minutes=-50))
    dispatcher.notify()
    await has_state(database, item_id, OutboxState.SENT)
    assert adapter.keys == [item_id]


async def test_what_a_process_left_is_delivered_at_the_start(
    database: Database, adapter: Recorder, clock: Clock
) -> None:
    [item_id] = await enqueue(database, clock)
    dispatcher = delivering(database, {"test": adapter}, clock)
    await has_state(database, item_id, OutboxState.SENT)
    await dispatcher.close()


async def test_a_conversation_keeps_its_order_over_failures(
    database: Database, dispatcher: Dispatcher, adapter: Recorder, clock: Clock
) -> None:
    async with database.write() as session:
        conversation = await access.create_conversation(session, Channel.WEB, token_hash="0")
    adapter.failures = [TemporaryError("timeout"), TemporaryError("timeout")]
    first, second, third = await enqueue(database, clock, 3, conversation_id=conversation.id)
    for attempts, pause_s in ((1, 5), (2, 15)):
        dispatcher.notify()

        async def failed(attempts: int = attempts) -> bool:
            stored = await item(database, first)
            return (stored.attempts, stored.last_error) == (attempts, "timeout") and (
                stored.due_at - clock() < LEASE / 2
            )

        await eventually(failed)
        assert adapter.keys == []
        clock.advance(timedelta(seconds=pause_s))
    dispatcher.notify()
    await has_state(database, third, OutboxState.SENT)
    assert adapter.keys == [first, second, third]


async def test_two_gateways_deliver_everything_once_and_in_order(
    database: Database, database_url: str, adapter: Recorder, clock: Clock
) -> None:
    threads = []
    for number in range(3):
        async with database.write() as session:
            conversation = await access.create_conversation(
                session, Channel.WEB, token_hash=str(number)
            )
        threads.append(await enqueue(database, clock, 6, conversation_id=conversation.id))
    other = Database(database_url)
    dispatchers = [delivering(each, {"test": adapter}, clock) for each in (database, other)]
    for thread in threads:
        await has_state(database, thread[-1], OutboxState.SENT)
    for dispatcher in dispatchers:
        await dispatcher.close()
    await other.close()
    for thread in threads:
        assert [key for key in adapter.keys if key in thread] == thread


async def test_a_hanging_receiver_has_its_share_of_attempts_and_no_more(
    database: Database, clock: Clock
) -> None:
    hanging, quick = Recorder(), Recorder()
    hanging.gate.clear()
    dispatcher = delivering(database, {"hanging": hanging, "quick": quick}, clock)
    slow = await enqueue(database, clock, 3 * CONCURRENCY, adapter="hanging")
    dispatcher.notify()
    await eventually(lambda: hanging.running == CONCURRENCY)
    for item_id in await enqueue(database, clock, 2 * CONCURRENCY, adapter="quick"):
        dispatcher.notify()
        await has_state(database, item_id, OutboxState.SENT)
    assert hanging.running == CONCURRENCY
    hanging.gate.set()
    for item_id in slow:
        await has_state(database, item_id, OutboxState.SENT)
    await dispatcher.close()


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (PermanentError("status 410"), OutboxState.DEAD, "status 410"),
        (TemporaryError("status 503"), OutboxState.PENDING, "status 503"),
        (KeyError("张三"), OutboxState.PENDING, "KeyError"),
        (TimeoutError(), OutboxState.PENDING, "timeout"),
    ],
)
async def test_a_failure_is_recorded(
    database: Database,
    dispatcher: Dispatcher,
    adapter: Recorder,
    clock: Clock,
    error: DeliveryError,
    state: OutboxState,
    reason: str,
) -> None:
    adapter.failures = [error]
    [item_id] = await enqueue(database, clock)
    dispatcher.notify()

    async def recorded() -> bool:
        stored = await item(database, item_id)
        return (stored.state, stored.last_error) == (state, reason)

    await eventually(recorded)
    assert adapter.keys == []


async def test_an_unknown_adapter_may_be_configured_later(
    database: Database, dispatcher: Dispatcher, adapter: Recorder, clock: Clock
) -> None:
    [item_id] = await enqueue(database, clock, adapter="later")
    dispatcher.notify()

    async def recorded() -> bool:
        return (await item(database, item_id)).last_error == "adapter not configured"

    await eventually(recorded)
    await dispatcher.close()
    clock.advance(timedelta(seconds=5))
    restarted = delivering(database, {"later": adapter}, clock)
    await has_state(database, item_id, OutboxState.SENT)
    await restarted.close()


async def test_closing_lets_attempts_end_and_starts_none(
    database: Database, dispatcher: Dispatcher, adapter: Recorder, clock: Clock
) -> None:
    adapter.gate.clear()
    ids = await enqueue(database, clock, CONCURRENCY + 1)
    dispatcher.notify()
    await eventually(lambda: adapter.running == CONCURRENCY)
    closing = asyncio.create_task(dispatcher.close())
    await asyncio.sleep(0)
    adapter.gate.set()
    await closing
    states = [(await item(database, item_id)).state for item_id in ids]
    assert states.count(OutboxState.SENT) == CONCURRENCY
    assert states.count(OutboxState.PENDING) == 1


async def rename(database: Database, old: str, new: str) -> None:
    async with database.write() as session:
        await session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


async def test_a_failing_database_is_tried_again(
    database: Database, dispatcher: Dispatcher, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    [item_id] = await enqueue(database, clock)
    await rename(database, "outbox", "away")
    dispatcher.notify()
    await eventually(lambda: "outbox unavailable" in caplog.text)
    await rename(database, "away", "outbox")
    await has_state(database, item_id, OutboxState.SENT)


async def test_a_delivered_item_is_marked_once_the_database_is_back(
    database: Database,
    dispatcher: Dispatcher,
    adapter: Recorder,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    adapter.gate.clear()
    [item_id] = await enqueue(database, clock)
    dispatcher.notify()
    await eventually(lambda: adapter.running == 1)
    await rename(database, "outbox", "away")
    adapter.gate.set()
    await eventually(lambda: "delivery not marked" in caplog.text)
    await rename(database, "away", "outbox")
    await has_state(database, item_id, OutboxState.SENT)
    assert adapter.keys == [item_id]


async def killed_while_sending(database_url: str, peer: Receiver) -> None:
    peer.gate.clear()
    process: Process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", GATEWAY, database_url, peer.url, SECRET), cwd=ROOT
    )
    try:
        async with asyncio.timeout(30):
            await peer.arrived.wait()
    finally:
        process.kill()
        await process.wait()
    peer.gate.set()


async def test_a_process_killed_between_sending_and_marking_sends_again_under_the_same_key(
    database: Database, database_url: str, peer: Receiver, clock: Clock
) -> None:
    [item_id] = await enqueue(database, clock)
    await killed_while_sending(database_url, peer)
    stored = await item(database, item_id)
    assert (stored.state, stored.attempts) == (OutboxState.PENDING, 1)
    clock.time = stored.due_at
    async with httpx2.AsyncClient(trust_env=False, timeout=None) as client:
        webhook = WebhookAdapter(client, peer.url, secret=SECRET)
        dispatcher = delivering(database, {"test": webhook}, clock)
        await has_state(database, item_id, OutboxState.SENT)
        await dispatcher.close()
    assert peer.ids == [item_id, item_id]

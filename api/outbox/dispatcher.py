"""Delivers what is in the outbox, for as long as the gateway runs."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Set
from contextlib import suppress
from datetime import datetime

import tracing
from api.operations import metrics
from api.operations.metrics import AttemptResult
from api.outbox import queue
from api.outbox.adapters import DeliveryError, Registry, TemporaryError
from api.outbox.queue import Delivery
from api.storage.database import Database
from api.storage.models import OutboxState, now

CONCURRENCY = 4
"""Attempts at once, for each adapter: a receiver that hangs does not hold up the others."""
ATTEMPT_LIMIT_S = 20.0
"""Well below the lease, so that nobody else starts on an item that is being delivered."""
_POLL_S = 2.0
"""How often to look for items that another gateway enqueued and did not live to deliver."""
_CONTENDED_S = 0.2
"""Pause where another gateway was quicker."""
_MARK_PAUSES_S = (0.2, 1.0, 5.0)
"""The database fails while a delivered item is to be marked: its lease leaves time to repeat."""
_FIRST_RETRY_S = 0.5
_LONGEST_RETRY_S = 30.0
"""Pauses while the database fails; they double."""
_SHUTDOWN_S = 5.0
_log = logging.getLogger(__name__)


class Dispatcher:
    """One task that claims what is due, and one for each attempt."""

    def __init__(
        self,
        database: Database,
        adapters: Registry,
        *,
        clock: Callable[[], datetime] = now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._adapters = adapters
        self._clock = clock
        self._jitter = jitter
        self._wake = asyncio.Event()
        self._stopping = False
        self._running: Counter[str] = Counter()
        self._attempts: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to deliver, with what an earlier process left."""
        self._loop = asyncio.create_task(self._run())

    def notify(self) -> None:
        """Something was enqueued and committed; without this it is found some seconds later."""
        self._wake.set()

    async def close(self) -> None:
        """Claim nothing more and let running attempts end. Those that take longer than 5 seconds
        are cut off; their items are delivered again after the lease."""
        self._stopping = True
        self._wake.set()
        if self._loop is not None:
            await _end({self._loop})
        await _end(self._attempts)

    async def _run(self) -> None:
        retry_s = _FIRST_RETRY_S
        while not self._stopping:
            self._wake.clear()
            try:
                pause_s = await self._round()
                retry_s = _FIRST_RETRY_S
            except Exception:  # whatever the database does, deliveries must go on after it
                pause_s = retry_s
                retry_s = min(2 * retry_s, _LONGEST_RETRY_S)
                _log.exception("outbox unavailable", extra={"retry_s": pause_s})
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._wake.wait()

    async def _round(self) -> float:
        """Start what is due; returns the seconds until there can be more."""
        free = {name: CONCURRENCY - self._running[name] for name in self._running}
        busy = [name for name, slots in free.items() if slots == 0]
        async with self._database.read() as session:
            due = await queue.next_due(session, busy)
        if due is None:
            return _POLL_S
        wait_s = (due - self._clock()).total_seconds()
        if wait_s > 0:
            return 0 if await self._is_pulled_forward() else min(wait_s, _POLL_S)
        limit = min((slots for slots in free.values() if slots), default=CONCURRENCY)
        async with self._database.write() as session:
            deliveries = await queue.claim_due(session, at=self._clock(), limit=limit, busy=busy)
        for delivery in deliveries:
            self._running[delivery.adapter] += 1
            task = asyncio.create_task(self._attempt(delivery))
            self._attempts.add(task)
            task.add_done_callback(self._attempts.discard)
        return 0 if deliveries else _CONTENDED_S

    async def _is_pulled_forward(self) -> bool:
        """Items that waited for a time which the clock, gone back, would reach in hours."""
        async with self._database.read() as session:
            if not await queue.has_too_far_ahead(session, at=self._clock()):
                return False
        async with self._database.write() as session:
            moved = await queue.pull_forward(session, at=self._clock())
        _log.warning("clock went back", extra={"items": moved})
        return moved > 0

    async def _attempt(self, delivery: Delivery) -> None:
        attributes: tracing.Attributes = {
            "messaging.message.id": delivery.item_id,
            "union.outbox.adapter": delivery.adapter,
            "union.outbox.attempt": delivery.attempt,
        }
        try:
            with tracing.span("delivery", attributes=attributes) as span:
                error = await self._deliver(delivery)
                if error is not None:
                    span.fail(type(error).__name__)
                await self._mark(delivery, error)
        finally:
            self._running[delivery.adapter] -= 1
            self._wake.set()

    async def _deliver(self, delivery: Delivery) -> DeliveryError | None:
        """One attempt; returns why it failed."""
        adapter = self._adapters.get(delivery.adapter)
        if adapter is None:  # not here; another gateway, or this one after a restart, may have it
            return TemporaryError("adapter not configured")
        try:
            async with asyncio.timeout(ATTEMPT_LIMIT_S):
                await adapter.deliver(delivery.payload, delivery.item_id)
        except DeliveryError as error:
            return error
        except TimeoutError:
            return TemporaryError("timeout")
        except Exception as error:
            _log.exception("adapter failed", extra={"adapter": delivery.adapter})
            return TemporaryError(type(error).__name__)
        return None

    async def _mark(self, delivery: Delivery, error: DeliveryError | None) -> None:
        for pause_s in (*_MARK_PAUSES_S, None):
            try:
                await self._mark_once(delivery, error)
                return
            except Exception:
                _log.exception("delivery not marked", extra={"item_id": delivery.item_id})
                if pause_s is not None:
                    await asyncio.sleep(pause_s)

    async def _mark_once(self, delivery: Delivery, error: DeliveryError | None) -> None:
        async with self._database.write() as session:
            if error is None:
                await queue.mark_sent(session, delivery, self._clock())
                metrics.attempted(delivery.adapter, AttemptResult.SENT)
                return
            state = await queue.mark_failed(
                session, delivery, error, self._clock(), jitter=self._jitter
            )
        is_dead = state is OutboxState.DEAD
        metrics.attempted(delivery.adapter, AttemptResult.DEAD if is_dead else AttemptResult.RETRY)
        _log.warning(
            "delivery failed",
            extra={
                "item_id": delivery.item_id,
                "adapter": delivery.adapter,
                "attempt": delivery.attempt,
                "reason": error.reason,
                "state": state,
            },
        )


async def _end(tasks: Set[asyncio.Task[None]]) -> None:
    """Wait for the tasks, and cancel those that take too long."""
    if not tasks:
        return
    _, left = await asyncio.wait(tasks, timeout=_SHUTDOWN_S)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)

"""What the shared database and the index say now, for Prometheus: the same at every gateway.

Read when asked, so that nothing has to be kept in step; all but one statement are answered from
an index. They are bounded in time: a database that hangs must not hang the scrape.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api.storage.database import Database
from api.storage.models import (
    Delivery,
    DeliveryState,
    Handoff,
    HandoffState,
    OutboxItem,
    OutboxState,
    now,
)
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError

WITHIN_S = 3.0
"""Prometheus waits 10 s by default."""
PRIORITIES = range(1, 5)
_OPEN_DELIVERIES = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.HELD)
_OPEN_ITEMS = (OutboxState.PENDING, OutboxState.DEAD)


@dataclass
class State:
    """``queue``: cases that wait, seconds of the oldest and cases past their promise, by priority;
    ``outbox``: items by adapter and state."""

    queue: dict[int, tuple[int, float, int]] = field(default_factory=dict)
    outbox: dict[tuple[str, OutboxState], int] = field(default_factory=dict)
    outbox_late_s: float = 0.0
    deliveries: dict[DeliveryState, int] = field(default_factory=dict)


async def read_state(database: Database, at: datetime) -> State | None:
    """Ask the database; None where it does not answer in time."""
    try:
        async with asyncio.timeout(WITHIN_S), database.read() as session:
            state = State()
            state.queue = await _queue(session, at)
            rows = await session.execute(
                select(OutboxItem.adapter, OutboxItem.state, func.count())
                .where(OutboxItem.state.in_(_OPEN_ITEMS))
                .group_by(OutboxItem.adapter, OutboxItem.state)
            )
            state.outbox = {(adapter, kind): count for adapter, kind, count in rows}
            due_at = await session.scalar(
                select(func.min(OutboxItem.due_at)).where(OutboxItem.state == OutboxState.PENDING)
            )
            state.outbox_late_s = max(0.0, (at - due_at).total_seconds()) if due_at else 0.0
            open_deliveries = await session.execute(
                select(Delivery.state, func.count())
                .where(Delivery.state.in_(_OPEN_DELIVERIES))
                .group_by(Delivery.state)
            )
            state.deliveries = dict.fromkeys(_OPEN_DELIVERIES, 0) | dict(open_deliveries.all())
            return state
    except (SQLAlchemyError, OSError, TimeoutError):
        return None


async def _queue(session: AsyncSession, at: datetime) -> dict[int, tuple[int, float, int]]:
    rows = await session.execute(
        select(
            Handoff.priority,
            func.count(),
            func.min(Handoff.created_at),
            func.count().filter(Handoff.due_at < at),
        )
        .where(Handoff.state == HandoffState.WAITING)
        .group_by(Handoff.priority)
    )
    queue = dict.fromkeys(PRIORITIES, (0, 0.0, 0))
    for priority, count, oldest, overdue in rows:
        queue[priority] = (count, max(0.0, (at - oldest).total_seconds()), overdue)
    return queue


class StateCollector(Collector):
    """One reading, as metrics."""

    def __init__(self, state: State | None, index: Path) -> None:
        self._state = state
        self._index = index

    def collect(self) -> Iterable[Metric]:
        """The families."""
        yield GaugeMetricFamily(
            "union_database_up",
            "Whether the database answered this scrape.",
            value=float(self._state is not None),
        )
        if self._state is not None:
            yield from _families(self._state)
        yield from self._index_families()

    def _index_families(self) -> Iterator[Metric]:
        info = GaugeMetricFamily(
            "union_index_info", "The index version in use; always 1.", labels=["version"]
        )
        built = GaugeMetricFamily(
            "union_index_built_timestamp_seconds", "When the index in use was built."
        )
        try:
            in_use = next(each for each in IndexStore(self._index).versions() if each.in_use)
        except (IndexUnavailableError, CorruptIndexError, OSError, StopIteration):
            return
        info.add_metric([in_use.name], 1)
        built.add_metric([], in_use.created_at.timestamp())
        yield info
        yield built


def _families(state: State) -> Iterator[Metric]:
    waiting = GaugeMetricFamily(
        "union_queue_cases", "Cases that wait for a person.", labels=["priority"]
    )
    oldest = GaugeMetricFamily(
        "union_queue_oldest_seconds", "How long the oldest of them waits.", labels=["priority"]
    )
    overdue = GaugeMetricFamily(
        "union_queue_overdue_cases",
        "Cases that wait past the time promised to the worker.",
        labels=["priority"],
    )
    for priority, (count, seconds, past) in state.queue.items():
        waiting.add_metric([str(priority)], count)
        oldest.add_metric([str(priority)], seconds)
        overdue.add_metric([str(priority)], past)
    items = GaugeMetricFamily(
        "union_outbox_items",
        "What is in the outbox: pending, or dead after its last attempt.",
        labels=["adapter", "state"],
    )
    for (adapter, kind), count in state.outbox.items():
        items.add_metric([adapter, kind.value], count)
    deliveries = GaugeMetricFamily(
        "union_deliveries",
        "Messages on their way to followers: pending, sending, or held until their next contact.",
        labels=["state"],
    )
    for delivery_state, count in state.deliveries.items():
        deliveries.add_metric([delivery_state.value], count)
    late = GaugeMetricFamily(
        "union_outbox_late_seconds",
        "How long the item of the outbox waits that should have gone out first.",
        value=state.outbox_late_s,
    )
    yield from (waiting, oldest, overdue, items, late, deliveries)


async def registry_of(
    database: Database, index: Path, clock: Callable[[], datetime] = now
) -> CollectorRegistry:
    """A registry with one reading of database and index."""
    registry = CollectorRegistry()
    registry.register(StateCollector(await read_state(database, clock()), index))
    return registry

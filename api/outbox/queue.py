"""The outbox as a queue in the database.

Whoever delivers an item first moves ``due_at`` forward: that is its lease. It runs out by itself
where a process dies, and the item is delivered again, under the same id. Items of a conversation
go out one after another, in the order in which they were enqueued.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from api.outbox.adapters import DeliveryError, PermanentError, TemporaryError
from api.outbox.backoff import LONGEST_PAUSE, pause_after
from api.storage.models import OutboxItem, OutboxState, now

LEASE = timedelta(seconds=60)
"""Longer than any attempt, by more than clocks of gateways differ."""
MAX_ATTEMPTS = 10
ABANDONED = "abandoned"
"""``last_error`` of an item whose last attempt never ended: its process died."""
_CLOCKS_DIFFER = timedelta(seconds=30)
"""At most, between gateways."""
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt at an item, counted from 1; the lease belongs to the attempt."""

    item_id: str
    adapter: str
    payload: Mapping[str, Any]
    attempt: int


async def enqueue(
    session: AsyncSession,
    adapter: str,
    payload: Mapping[str, Any],
    conversation_id: str | None = None,
    *,
    clock: Callable[[], datetime] = now,
) -> OutboxItem:
    """Add an item; it is delivered if the caller's transaction commits.

    With a conversation the caller holds that conversation's lock, which makes the order of the
    calls the order of delivery. What needs no order names none, so that nothing waits for it.
    """
    at = created_at = clock()
    if conversation_id is not None:
        latest = await session.scalar(
            select(func.max(OutboxItem.created_at)).where(
                OutboxItem.conversation_id == conversation_id
            )
        )
        if latest is not None:  # clocks jump, and gateways' clocks differ
            created_at = max(created_at, latest + _TICK)
    item = OutboxItem(
        adapter=adapter,
        conversation_id=conversation_id,
        payload=dict(payload),
        due_at=at,
        created_at=created_at,
    )
    session.add(item)
    await session.flush()
    return item


async def claim_due(
    session: AsyncSession, *, at: datetime, limit: int, busy: Collection[str] = ()
) -> Sequence[Delivery]:
    """Lease up to ``limit`` items that are due, the longest due first; none of ``busy`` adapters.

    Several gateways may call it at once: on PostgreSQL each skips the rows that another is
    taking, SQLite has one writer.
    """
    rows = await session.scalars(
        select(OutboxItem)
        .where(_is_next(busy), OutboxItem.due_at <= at)
        .order_by(OutboxItem.due_at, OutboxItem.created_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=OutboxItem)
    )
    deliveries = []
    for item in rows:
        if item.attempts >= MAX_ATTEMPTS:
            item.state, item.last_error = OutboxState.DEAD, ABANDONED
            continue
        item.attempts += 1
        item.due_at = at + LEASE
        deliveries.append(Delivery(item.id, item.adapter, item.payload, item.attempts))
    await session.flush()
    return deliveries


async def next_due(session: AsyncSession, busy: Collection[str] = ()) -> datetime | None:
    """When ``claim_due`` finds something next, as far as is known now."""
    return await session.scalar(select(func.min(OutboxItem.due_at)).where(_is_next(busy)))


async def pull_forward(session: AsyncSession, *, at: datetime) -> int:
    """Bring back what a clock put too far ahead before it went back; returns how many items.

    What was never tried is due now; what was tried may be at work, and is due after a lease.
    """
    moved = await session.scalars(
        update(OutboxItem)
        .where(_is_too_far_ahead(at))
        .values(due_at=case((OutboxItem.attempts == 0, at), else_=at + LEASE))
        .returning(OutboxItem.id)
    )
    return len(moved.all())


async def has_too_far_ahead(session: AsyncSession, *, at: datetime) -> bool:
    """Whether ``pull_forward`` finds something."""
    return bool(await session.scalar(select(exists().where(_is_too_far_ahead(at)))))


async def mark_sent(session: AsyncSession, delivery: Delivery, at: datetime) -> None:
    """The receiver has it, whatever else became of the item in the meantime."""
    await session.execute(
        update(OutboxItem)
        .where(OutboxItem.id == delivery.item_id)
        .values(state=OutboxState.SENT, sent_at=at, last_error=None)
    )


async def mark_failed(
    session: AsyncSession,
    delivery: Delivery,
    error: DeliveryError,
    at: datetime,
    *,
    jitter: Callable[[], float],
) -> OutboxState | None:
    """Set when to try again, or give up; returns the item's new state.

    Changes nothing and returns None where the lease ran out and somebody else has the item.
    ``jitter`` draws from [0, 1).
    """
    values: dict[str, Any] = {"last_error": error.reason}
    if isinstance(error, PermanentError) or delivery.attempt >= MAX_ATTEMPTS:
        state = OutboxState.DEAD
    else:
        state = OutboxState.PENDING
        asked_for = error.retry_after if isinstance(error, TemporaryError) else None
        values["due_at"] = at + pause_after(delivery.attempt, jitter(), asked_for)
    changed = await session.scalar(
        update(OutboxItem)
        .where(
            OutboxItem.id == delivery.item_id,
            OutboxItem.state == OutboxState.PENDING,
            OutboxItem.attempts == delivery.attempt,
        )
        .values(state=state, **values)
        .returning(OutboxItem.id)
    )
    return None if changed is None else state


async def dead(session: AsyncSession, limit: int = 100) -> Sequence[OutboxItem]:
    """Items that were given up, the latest first."""
    rows = await session.scalars(
        select(OutboxItem)
        .where(OutboxItem.state == OutboxState.DEAD)
        .order_by(OutboxItem.created_at.desc(), OutboxItem.id.desc())
        .limit(limit)
    )
    return rows.all()


async def resend(session: AsyncSession, item_id: str, at: datetime) -> bool:
    """Give an item that was given up all its attempts again; False where there is none such."""
    changed = await session.scalar(
        update(OutboxItem)
        .where(OutboxItem.id == item_id, OutboxItem.state == OutboxState.DEAD)
        .values(state=OutboxState.PENDING, attempts=0, due_at=at)
        .returning(OutboxItem.id)
    )
    return changed is not None


async def counts(session: AsyncSession) -> Mapping[OutboxState, int]:
    """How many items are in each state."""
    rows = await session.execute(select(OutboxItem.state, func.count()).group_by(OutboxItem.state))
    return dict.fromkeys(OutboxState, 0) | dict(rows.all())


def _is_too_far_ahead(at: datetime) -> ColumnElement[bool]:
    """Pending, due later, and stored at a time that has not come, or due after any pause."""
    is_of_the_future = (OutboxItem.attempts == 0) & (OutboxItem.created_at > at + _CLOCKS_DIFFER)
    return (
        (OutboxItem.state == OutboxState.PENDING)
        & (OutboxItem.due_at > at)
        & (is_of_the_future | (OutboxItem.due_at > at + LONGEST_PAUSE + _CLOCKS_DIFFER))
    )


def _is_next(busy: Collection[str]) -> ColumnElement[bool]:
    """Pending, and nothing of the conversation is before it."""
    earlier = aliased(OutboxItem)
    waits = exists().where(
        earlier.conversation_id == OutboxItem.conversation_id,
        earlier.state == OutboxState.PENDING,
        earlier.created_at < OutboxItem.created_at,
    )
    return (OutboxItem.state == OutboxState.PENDING) & OutboxItem.adapter.not_in(busy) & ~waits

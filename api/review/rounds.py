"""Puts answers of the bot up for review, round after round."""

import logging
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from api.review import signals
from api.review.signals import Signal
from api.storage.database import Database
from api.storage.models import Review, ReviewReason, ReviewState, new_id, now

DEFAULT_SHARE = 0.02
_LOOK_BACK = timedelta(days=7)
"""How far the first round of a process goes back: a gateway may have stood still for a week."""
_OVERLAP = timedelta(minutes=5)
"""Transactions that were open, and clocks of other gateways that go wrong."""
_STRENGTH = (
    ReviewReason.SAMPLED,
    ReviewReason.ABANDONED,
    ReviewReason.LOW_PROBABILITY,
    ReviewReason.DECLINED,
    ReviewReason.HANDED_OFF,
    ReviewReason.NEGATIVE_FEEDBACK,
)
"""From the least telling reason to the most telling one."""
_log = logging.getLogger(__name__)


class ReviewRound:
    """One round finds what is new since the one before; the application runs it every few minutes.

    What was found is there once, whoever else looks. A message that is put up gets a more
    telling reason when there is one, as long as nobody has judged it. ``share``: the part of all
    answers, from 0 to 1, that is put up without any other reason.
    """

    def __init__(
        self,
        database: Database,
        *,
        share: float = DEFAULT_SHARE,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._share = share
        self._clock = clock
        self._done_until: datetime | None = None

    async def round(self) -> int:
        """Put up what is new; returns how many messages."""
        at = self._clock()
        since = at - _LOOK_BACK if self._done_until is None else self._done_until - _OVERLAP
        added = 0
        async for found in self._found(since, at):
            added += await self._put_up(found, at)
        self._done_until = at
        if added:
            _log.info("put up for review", extra={"messages": added})
        return added

    async def _found(self, since: datetime, at: datetime) -> AsyncIterator[list[Signal]]:
        async for batch in signals.in_messages(self._database, since, at, self._share):
            yield batch
        async with self._database.read() as session:
            batches = [
                await signals.abandoned(session, since, at),
                await signals.handed_off(session, since),
                await signals.disliked(session, since),
            ]
        for batch in batches:
            yield batch

    async def _put_up(self, found: Iterable[Signal], at: datetime) -> int:
        by_message = {signal.message_id: signal for signal in found}
        async with self._database.read() as session:
            due = await _due(session, by_message)
        if not due:
            return 0
        # Most rounds find nothing new and never wait for the one who writes.
        async with self._database.write() as session:
            return await _store(session, due, at)


async def _due(session: AsyncSession, by_message: dict[str, Signal]) -> list[Signal]:
    """Those that are not put up yet, or only for a weaker reason."""
    known = {
        message_id: (reason, state)
        for message_id, reason, state in await session.execute(
            select(Review.message_id, Review.reason, Review.state).where(
                Review.message_id.in_(by_message)
            )
        )
    }
    return [
        signal
        for message_id, signal in by_message.items()
        if message_id not in known
        or (
            known[message_id][1] is ReviewState.OPEN
            and known[message_id][0] in _weaker(signal.reason)
        )
    ]


async def _store(session: AsyncSession, due: Iterable[Signal], at: datetime) -> int:
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    added = 0
    for signal in due:
        created = await session.scalar(
            insert(Review)
            .values(
                id=new_id(),
                conversation_id=signal.conversation_id,
                message_id=signal.message_id,
                reason=signal.reason,
                probability=signal.probability,
                state=ReviewState.OPEN,
                comment="",
                created_at=at,
            )
            .on_conflict_do_nothing(index_elements=[Review.message_id])
            .returning(Review.id)
        )
        if created is not None:
            added += 1
            continue
        await session.execute(
            update(Review)
            .where(
                Review.message_id == signal.message_id,
                Review.state == ReviewState.OPEN,
                Review.reason.in_(_weaker(signal.reason)),
            )
            .values(reason=signal.reason)
        )
    return added


def _weaker(reason: ReviewReason) -> tuple[ReviewReason, ...]:
    return _STRENGTH[: _STRENGTH.index(reason)]

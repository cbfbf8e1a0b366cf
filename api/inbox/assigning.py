"""Fair distribution: the next case goes to who has the fewest.

Runs where the claim mode is ``automatic``. Cases for a role go to that role alone, all others to
agents. Among those with as few cases it goes to who was given one longest ago, and a case that
came back goes to somebody new where there is somebody.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.errors import ApiError
from api.handoff.desk import Desk
from api.handoff.states import Act
from api.inbox.colleagues import Colleague, answering
from api.storage.database import Database
from api.storage.models import (
    AuditEntry,
    Conversation,
    Handoff,
    HandoffState,
    Role,
    Staff,
    StaffSession,
    Status,
    now,
)

_AT_MOST = 100
"""Cases of one round; the next round takes the rest."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_log = logging.getLogger(__name__)


class Assigning:
    """One round gives out all cases for which somebody has room."""

    def __init__(
        self, database: Database, desk: Desk, *, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._desk = desk
        self._clock = clock

    async def round(self) -> int:
        """Returns how many cases were given out."""
        async with self._database.read() as session:
            waiting = await _waiting(session)
            if not waiting:
                return 0
            logged_in = await self._logged_in(session)
            there = [
                each
                for each in await answering(session)
                if each.is_online and each.staff.id in logged_in
            ]
            had = await _had_before(session, [case.conversation_id for case in waiting])
        given = 0
        for case in waiting:
            able = [each for each in there if each.has_room and _is_for(case, each.staff)]
            if not able:
                continue
            chosen = min(able, key=lambda each: _turn(each, had[case.conversation_id]))
            if await self._give(case.conversation_id, chosen.staff):
                given += 1
                there[there.index(chosen)] = replace(
                    chosen, cases=chosen.cases + 1, assigned_at=self._clock()
                )
        return given

    async def _give(self, conversation_id: str, staff: Staff) -> bool:
        try:
            await self._desk.claim(conversation_id, staff)
        except ApiError as error:
            # Somebody took it, or the worker does not need it any more.
            _log.info("case not given out", extra={"cause": error.code})
            return False
        return True

    async def _logged_in(self, session: AsyncSession) -> set[str]:
        """Who has a login that counts: a browser that was closed leaves its presence behind."""
        found = await session.scalars(
            select(StaffSession.staff_id).where(
                StaffSession.ended_at.is_(None), StaffSession.expires_at > self._clock()
            )
        )
        return set(found)


def _is_for(case: Handoff, staff: Staff) -> bool:
    return staff.role is (case.for_role or Role.AGENT)


def _turn(colleague: Colleague, had: set[str]) -> tuple[bool, int, datetime, str]:
    return (
        colleague.staff.id in had,
        colleague.cases,
        colleague.assigned_at or _LONG_AGO,
        colleague.staff.id,
    )


async def _waiting(session: AsyncSession) -> Sequence[Handoff]:
    # A case that the bot still takes down is left to it until it is done.
    with_bot = exists().where(
        Conversation.id == Handoff.conversation_id, Conversation.status != Status.WAITING
    )
    found = await session.scalars(
        select(Handoff)
        .where(Handoff.state == HandoffState.WAITING, ~with_bot)
        .order_by(Handoff.priority, Handoff.due_at.nulls_last(), Handoff.created_at)
        .limit(_AT_MOST)
    )
    return found.all()


async def _had_before(
    session: AsyncSession, conversation_ids: Sequence[str]
) -> dict[str, set[str]]:
    found = await session.execute(
        select(AuditEntry.subject_id, AuditEntry.actor_id).where(
            AuditEntry.subject_id.in_(conversation_ids),
            AuditEntry.action == f"handoff.{Act.CLAIM}",
        )
    )
    had: dict[str, set[str]] = defaultdict(set)
    for conversation_id, staff_id in found:
        if conversation_id is not None and staff_id is not None:
            had[conversation_id].add(staff_id)
    return had

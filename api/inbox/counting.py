"""How many cases there are, for the tabs of the inbox and its alarms."""

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.inbox.conditions import IS_OPEN, meant_for
from api.staff.permissions import Permission, may
from api.storage.models import Handoff, HandoffState, Staff


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of cases for one member of staff.

    ``warned``, ``overdue``: without a first answer, among those that wait for this person and
    the person's own.
    """

    waiting: int
    mine: int
    open: int
    warned: int
    overdue: int


async def counts(session: AsyncSession, staff: Staff) -> Counts:
    """How many cases there are now."""
    waits = and_(Handoff.state == HandoffState.WAITING, meant_for(staff))
    mine = and_(Handoff.state == HandoffState.CLAIMED, Handoff.claimed_by == staff.id)
    concerns = or_(waits, mine)
    unanswered = and_(concerns, Handoff.answered_at.is_(None))
    overdue = and_(unanswered, Handoff.breached_at.is_not(None))
    warned = and_(unanswered, Handoff.warned_at.is_not(None), Handoff.breached_at.is_(None))
    seen = (
        IS_OPEN
        if may(staff.role, Permission.SEE_ALL)
        else or_(Handoff.state == HandoffState.WAITING, mine)
    )
    conditions = (waits, mine, seen, warned, overdue)
    rows = await session.execute(
        select(*(func.count().filter(condition) for condition in conditions)).where(IS_OPEN)
    )
    numbers = rows.one()
    return Counts(*[int(number) for number in numbers])

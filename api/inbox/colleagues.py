"""Who works at the desk now, and how much they have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.inbox.recording import record
from api.inbox.refusals import invalid, not_found
from api.staff.permissions import PERMISSIONS, Permission
from api.storage.database import Database
from api.storage.models import Handoff, HandoffState, Presence, Role, Staff

CAPACITY_AT_MOST = 100
_ANSWERING = [role for role in Role if Permission.REPLY in PERMISSIONS[role]]


@dataclass(frozen=True)
class Colleague:
    """Somebody who can answer. ``cases``: how many they have; ``assigned_at``: when they took the
    latest of these."""

    staff: Staff
    cases: int
    assigned_at: datetime | None

    @property
    def is_online(self) -> bool:
        """Whether they take cases now."""
        return self.staff.presence is Presence.ONLINE

    @property
    def has_room(self) -> bool:
        """Whether they can take one more."""
        return self.staff.capacity is None or self.cases < self.staff.capacity


async def answering(session: AsyncSession) -> Sequence[Colleague]:
    """Everybody whose role answers workers: who is there first, then by name."""
    load = (
        select(
            Handoff.claimed_by,
            func.count().label("cases"),
            func.max(Handoff.claimed_at).label("assigned_at"),
        )
        .where(Handoff.state == HandoffState.CLAIMED)
        .group_by(Handoff.claimed_by)
        .subquery()
    )
    found = await session.execute(
        select(Staff, load.c.cases, load.c.assigned_at)
        .outerjoin(load, load.c.claimed_by == Staff.id)
        .where(Staff.disabled_at.is_(None), Staff.role.in_(_ANSWERING))
        .order_by(Staff.name)
    )
    everybody = [Colleague(staff, cases or 0, since) for staff, cases, since in found]
    return sorted(everybody, key=lambda colleague: not colleague.is_online)


async def set_capacity(
    database: Database, staff: Staff, colleague_id: str, capacity: int | None
) -> None:
    """Set how many cases a colleague has at a time; None: as many as they take.

    Raises ``ApiError``: invalid_request, not_found.
    """
    if capacity is not None and not 0 <= capacity <= CAPACITY_AT_MOST:
        raise invalid("capacity")
    async with database.write() as session:
        colleague = await session.get(Staff, colleague_id)
        if colleague is None or colleague.role not in _ANSWERING:
            raise not_found()
        colleague.capacity = capacity
        details = {} if capacity is None else {"capacity": capacity}
        record(session, "staff.capacity", staff, "staff", colleague.id, **details)

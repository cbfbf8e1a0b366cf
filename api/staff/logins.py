"""Logins that have not ended, as their owner and an administrator see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.storage.models import StaffSession

LASTS = timedelta(hours=12)
"""After its last use."""
NOTED_EVERY = timedelta(minutes=10)
"""A login in use is extended this often at most: not every request shall write."""


@dataclass(frozen=True, slots=True)
class OpenLogin:
    """``last_used_at`` may be ten minutes behind. ``is_this``: the one that asks."""

    id: str
    created_at: datetime
    last_used_at: datetime
    is_this: bool


async def list_open(
    session: AsyncSession, staff_id: str, at: datetime, *, this: str | None = None
) -> list[OpenLogin]:
    """The latest first. ``this``: the hash of the token that asks."""
    rows = await session.scalars(
        select(StaffSession)
        .where(
            StaffSession.staff_id == staff_id,
            StaffSession.ended_at.is_(None),
            StaffSession.expires_at > at,
        )
        .order_by(StaffSession.expires_at.desc(), StaffSession.id.desc())
    )
    return [
        OpenLogin(row.id, row.created_at, row.expires_at - LASTS, row.token_hash == this)
        for row in rows
    ]


async def end(
    session: AsyncSession,
    staff_id: str,
    at: datetime,
    *,
    only: str | None = None,
    but: str | None = None,
) -> Sequence[str]:
    """End all of somebody's logins, or ``only`` the one with this id, or all ``but`` the one with
    this token hash. Returns the ids of those that were open."""
    which = [StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None)]
    if only is not None:
        which.append(StaffSession.id == only)
    if but is not None:
        which.append(StaffSession.token_hash != but)
    ended = await session.scalars(
        update(StaffSession).where(*which).values(ended_at=at).returning(StaffSession.id)
    )
    return ended.all()

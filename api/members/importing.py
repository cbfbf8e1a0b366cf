"""Puts a roster in place of the one before: everybody or nobody, and twice is as good as once."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.members import refresh
from api.members.refresh import ImportReport, KnownMember, Refresh
from api.members.roster import Roster
from api.members.vault import Vault
from api.storage.database import Database
from api.storage.models import ActorKind, AuditEntry, Member, Staff, now

IMPORTED = "members.import"
_BATCH = 5_000
_members = cast(Table, Member.__table__)
# On PostgreSQL two imports at once wait for each other here; SQLite has one writer anyway.
_LOCK_IMPORTS = (
    select(AuditEntry.id)
    .where(AuditEntry.action == IMPORTED)
    .order_by(AuditEntry.id.desc())
    .limit(1)
    .with_for_update()
)
_UPDATE = update(_members).where(_members.c.id == bindparam("wanted"))


class RosterChangedError(Exception):
    """Somebody else changed the members meanwhile; nothing was imported."""


async def import_roster(
    database: Database,
    vault: Vault,
    roster: Roster,
    *,
    force: bool = False,
    by: Staff | None = None,
    clock: Callable[[], datetime] = now,
) -> ImportReport:
    """Add, change and take out members in one transaction, with an audit entry.

    ``force``: even if more than 20 % of the members leave. ``by``: None for an operator.
    Writing takes about 2 s per 100,000 new members, while nobody else can write on SQLite.
    Raises ``TooManyLeavingError``, ``RosterChangedError``, ``UnsealError``.
    """
    async with database.read() as session:
        version = await _version(session)
        known = await _known_members(session)
    at = clock()
    # Comparing takes seconds for a district; meanwhile workers' messages have to be stored.
    planned = await asyncio.to_thread(refresh.plan, known, roster, vault, at=at, force=force)
    async with database.write() as session:
        await session.execute(_LOCK_IMPORTS)
        if await _version(session) != version:
            raise RosterChangedError
        await _apply(session, planned, at)
        audit.record(
            session,
            IMPORTED,
            by=ActorKind.STAFF if by else ActorKind.SYSTEM,
            actor_id=by.id if by else None,
            subject_kind="roster",
            forced=force,
            fingerprint=roster.fingerprint,
            counts=planned.report.counts(),
        )
    return planned.report


async def latest_import(session: AsyncSession) -> datetime | None:
    """When the roster was last put in place."""
    return await session.scalar(
        select(func.max(AuditEntry.created_at)).where(AuditEntry.action == IMPORTED)
    )


async def _version(session: AsyncSession) -> str | None:
    """The latest import: it tells whether there was one in between."""
    return await session.scalar(
        select(AuditEntry.id)
        .where(AuditEntry.action == IMPORTED)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )


async def _known_members(session: AsyncSession) -> list[KnownMember]:
    columns = [_members.c[name] for name in KnownMember._fields]
    return [KnownMember(*row) for row in await session.execute(select(*columns))]


async def _apply(session: AsyncSession, planned: Refresh, at: datetime) -> None:
    for inserts in _batches(planned.inserts):
        await session.execute(insert(_members), inserts)
    for updates in _batches(planned.updates):
        await session.execute(_UPDATE, updates)
    leaving = [
        {"wanted": member_id, "left_at": at, "updated_at": at} for member_id in planned.leaving
    ]
    for updates in _batches(leaving):
        await session.execute(_UPDATE, updates)


def _batches(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]

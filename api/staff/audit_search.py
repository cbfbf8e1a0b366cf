"""The audit as people search it: the latest entry first, page by page."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from api.staff import accounts
from api.storage.database import Database
from api.storage.models import ActorKind, AuditEntry, Staff

_EXPORT_PAGE = 500
_ID_CHARS = 26


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What is looked for; None: anything.

    ``actor``: a username. ``action``: one act such as ``staff.login``, or the part before the
    dot. ``subject``: an id, or the username of an account. ``since`` belongs to the range,
    ``until`` does not.
    """

    actor: str | None = None
    actor_kind: ActorKind | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry with the accounts that it names."""

    entry: AuditEntry
    actor: Staff | None
    subject: Staff | None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """``after``: where the next page begins; None: this is the last one."""

    lines: Sequence[AuditLine]
    after: str | None


async def search(
    session: AsyncSession, looked_for: AuditFilter, *, limit: int, after: str | None = None
) -> AuditPage:
    """Up to ``limit`` entries older than the one named ``after``."""
    actor, subject = aliased(Staff), aliased(Staff)
    query = (
        select(AuditEntry, actor, subject)
        .outerjoin(actor, actor.id == AuditEntry.actor_id)
        .outerjoin(subject, subject.id == AuditEntry.subject_id)
        .where(*_conditions(looked_for))
        .order_by(AuditEntry.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(AuditEntry.id < after)
    lines = [AuditLine(*row) for row in await session.execute(query)]
    if len(lines) <= limit:
        return AuditPage(lines, None)
    return AuditPage(lines[:limit], lines[limit - 1].entry.id)


async def everything(
    database: Database, looked_for: AuditFilter
) -> AsyncIterator[Sequence[AuditLine]]:
    """All entries, in pages; none of them keeps a transaction open while it is used."""
    after = None
    while True:
        async with database.read() as session:
            page = await search(session, looked_for, limit=_EXPORT_PAGE, after=after)
        yield page.lines
        if page.after is None:
            return
        after = page.after


def _conditions(looked_for: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if looked_for.actor is not None:
        conditions += [
            AuditEntry.actor_kind == ActorKind.STAFF,
            AuditEntry.actor_id == _account(looked_for.actor),
        ]
    if looked_for.actor_kind is not None:
        conditions.append(AuditEntry.actor_kind == looked_for.actor_kind)
    if looked_for.action is not None:
        conditions.append(_action(looked_for.action))
    if looked_for.subject is not None:
        conditions.append(_subject(looked_for.subject))
    if looked_for.since is not None:
        conditions.append(AuditEntry.created_at >= looked_for.since)
    if looked_for.until is not None:
        conditions.append(AuditEntry.created_at < looked_for.until)
    return conditions


def _action(action: str) -> ColumnElement[bool]:
    if "." in action:
        return AuditEntry.action == action
    return AuditEntry.action.startswith(f"{action}.", autoescape=True)


def _subject(subject: str) -> ColumnElement[bool]:
    by_id = AuditEntry.subject_id == subject.strip().upper()
    if len(subject.strip()) == _ID_CHARS:
        return by_id
    return and_(AuditEntry.subject_kind == "staff", AuditEntry.subject_id == _account(subject))


def _account(username: str) -> ColumnElement[str]:
    return select(Staff.id).where(Staff.username == accounts.canonical(username)).scalar_subquery()

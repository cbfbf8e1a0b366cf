"""Revisions of articles: written, submitted, decided on by a second person.

A revision that is being written is changed in place by its author; everything else that is
written over it becomes the next number. Functions work in the caller's transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.storage.models import ActorKind, ArticleRevision, RevisionState, Staff, new_id

OPEN_STATES = (RevisionState.DRAFT, RevisionState.SUBMITTED, RevisionState.APPROVED)
"""Revisions that may still come into service."""
_WRITTEN_OVER = (RevisionState.DRAFT, RevisionState.SUBMITTED, RevisionState.REJECTED)


@dataclass(frozen=True)
class Base:
    """What an editor started from: a number (0: the article that came with the program), and
    when that revision was last changed."""

    number: int
    updated_at: datetime | None = None


async def latest(
    session: AsyncSession, article_id: str, *, lock: bool = False
) -> ArticleRevision | None:
    """The newest revision of an article, or None."""
    query = (
        select(ArticleRevision)
        .where(ArticleRevision.article_id == article_id)
        .order_by(ArticleRevision.number.desc())
        .limit(1)
    )
    return await session.scalar(query.with_for_update() if lock else query)


async def latest_of_all(session: AsyncSession) -> dict[str, ArticleRevision]:
    """The newest revision of every article that has one."""
    rows = await session.scalars(select(ArticleRevision).order_by(ArticleRevision.number))
    return {row.article_id: row for row in rows}


async def history(session: AsyncSession, article_id: str) -> Sequence[ArticleRevision]:
    """All revisions of an article, newest first."""
    query = select(ArticleRevision).where(ArticleRevision.article_id == article_id)
    return (await session.scalars(query.order_by(ArticleRevision.number.desc()))).all()


async def find(session: AsyncSession, revision_id: str, *, lock: bool = False) -> ArticleRevision:
    """A revision by its id. Raises ``ApiError``: revision_not_found."""
    found = await session.get(ArticleRevision, revision_id, with_for_update=lock or None)
    if found is None:
        raise ApiError(ErrorCode.REVISION_NOT_FOUND)
    return found


async def in_state(session: AsyncSession, *states: RevisionState) -> Sequence[ArticleRevision]:
    """Revisions in one of the states, in the order in which they were changed."""
    query = select(ArticleRevision).where(ArticleRevision.state.in_(states))
    return (await session.scalars(query.order_by(ArticleRevision.updated_at))).all()


async def names_of(session: AsyncSession, ids: set[str]) -> dict[str, str]:
    """The names of members of staff by their ids."""
    rows = await session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))
    return {row.id: row.name for row in rows}


async def save(
    session: AsyncSession,
    staff: Staff,
    article_id: str,
    source: str,
    *,
    based_on: Base,
    comment: str,
    at: datetime,
) -> ArticleRevision:
    """Keep what an editor has written.

    Raises ``ApiError``: edited_by_other with the name of who saved something since it was opened.
    """
    newest = await latest(session, article_id, lock=True)
    seen = Base(newest.number, newest.updated_at) if newest else Base(0)
    if based_on != seen:
        author = await session.get(Staff, newest.author_id) if newest else None
        raise ApiError(ErrorCode.EDITED_BY_OTHER, name=author.name if author else "")
    own = newest is not None and newest.author_id == staff.id
    if newest is not None and own and newest.state is RevisionState.DRAFT and not newest.retires:
        revision = newest
        revision.source, revision.comment, revision.updated_at = source, comment, at
    else:
        revision = _next(newest, article_id, staff, at)
        revision.source, revision.comment = source, comment
        session.add(revision)
    _record(session, "article.save", staff, revision)
    return revision


async def submit(
    session: AsyncSession, staff: Staff, revision_id: str, *, comment: str, at: datetime
) -> ArticleRevision:
    """Ask a second person to look at a draft. Raises ``ApiError``: revision_not_found,
    revision_not_open."""
    revision = await find(session, revision_id, lock=True)
    _require(revision, RevisionState.DRAFT)
    revision.state, revision.submitted_at, revision.updated_at = RevisionState.SUBMITTED, at, at
    revision.comment = comment or revision.comment
    _record(session, "article.submit", staff, revision)
    return revision


async def retire(
    session: AsyncSession,
    staff: Staff,
    article_id: str,
    source: str,
    *,
    comment: str,
    at: datetime,
) -> ArticleRevision:
    """Ask a second person to take an article out of service."""
    revision = _next(await latest(session, article_id, lock=True), article_id, staff, at)
    revision.source, revision.comment, revision.retires = source, comment, True
    revision.state, revision.submitted_at = RevisionState.SUBMITTED, at
    session.add(revision)
    _record(session, "article.retire", staff, revision)
    return revision


async def decide(
    session: AsyncSession,
    staff: Staff,
    revision_id: str,
    *,
    approve: bool,
    comment: str,
    at: datetime,
) -> ArticleRevision:
    """Approve or reject what somebody else has submitted.

    Whoever has written a part of it since the last publication is not a second person.

    Raises ``ApiError``: revision_not_found, revision_not_open, own_revision.
    """
    revision = await find(session, revision_id, lock=True)
    _require(revision, RevisionState.SUBMITTED)
    earlier = await history(session, revision.article_id)
    if approve and staff.id in _authors(earlier, revision):
        raise ApiError(ErrorCode.OWN_REVISION)
    if approve:
        for other in earlier:
            if other.state is RevisionState.APPROVED:
                other.state = RevisionState.SUPERSEDED
    revision.state = RevisionState.APPROVED if approve else RevisionState.REJECTED
    revision.decided_by, revision.decided_at, revision.updated_at = staff.id, at, at
    revision.comment = "\n".join(filter(None, [revision.comment, comment]))
    _record(session, "article.approve" if approve else "article.reject", staff, revision)
    return revision


def _authors(history: Sequence[ArticleRevision], revision: ArticleRevision) -> set[str]:
    published = max((each.number for each in history if each.published_at), default=0)
    return {each.author_id for each in history if published < each.number <= revision.number}


def _next(
    newest: ArticleRevision | None, article_id: str, staff: Staff, at: datetime
) -> ArticleRevision:
    number = newest.number if newest else 0
    if newest is not None and newest.state in _WRITTEN_OVER:
        newest.state = RevisionState.SUPERSEDED
    return ArticleRevision(
        id=new_id(),
        article_id=article_id,
        number=number + 1,
        based_on=number,
        author_id=staff.id,
        state=RevisionState.DRAFT,
        retires=False,
        created_at=at,
        updated_at=at,
    )


def _require(revision: ArticleRevision, state: RevisionState) -> None:
    if revision.state is not state:
        raise ApiError(ErrorCode.REVISION_NOT_OPEN)


def _record(session: AsyncSession, action: str, staff: Staff, revision: ArticleRevision) -> None:
    audit.record(
        session,
        action,
        by=ActorKind.STAFF,
        actor_id=staff.id,
        subject_kind="article_revision",
        subject_id=revision.id,
        article=revision.article_id,
        number=revision.number,
    )

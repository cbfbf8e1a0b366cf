"""What was put into service, and when; functions work in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.knowledge.catalogue import title_in
from api.knowledge.texts import knowledge_texts
from api.storage.models import (
    ActorKind,
    ArticleRevision,
    Publication,
    PublicationState,
    RevisionState,
    Staff,
)
from knowledge_base.publishing.plan import GateReport


class PublishedArticle(BaseModel):
    """An article of a publication."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    number: int
    retires: bool


class Report(BaseModel):
    """``Publication.report``: what was to be published, and what came of it."""

    model_config = ConfigDict(frozen=True)

    articles: list[PublishedArticle] = []
    imports: list[str] = []
    gate: GateReport | None = None
    index_before: str | None = None
    overlay_before: str | None = None
    reason: str = ""


def report_of(publication: Publication) -> Report:
    """The report of a publication."""
    return Report.model_validate(publication.report)


async def recent(session: AsyncSession, limit: int = 50) -> Sequence[Publication]:
    """Publications, newest first."""
    query = select(Publication).order_by(Publication.id.desc()).limit(limit)
    return (await session.scalars(query)).all()


async def find(session: AsyncSession, publication_id: str) -> Publication:
    """A publication by its id. Raises ``ApiError``: publication_not_found."""
    found = await session.get(Publication, publication_id)
    if found is None:
        raise ApiError(ErrorCode.PUBLICATION_NOT_FOUND)
    return found


async def running(session: AsyncSession) -> Sequence[Publication]:
    """Publications that have not ended."""
    query = select(Publication).where(Publication.state == PublicationState.RUNNING)
    return (await session.scalars(query)).all()


async def last_live(session: AsyncSession) -> Publication:
    """What is in service now. Raises ``ApiError``: nothing_to_roll_back."""
    query = select(Publication).where(Publication.state == PublicationState.LIVE)
    found = await session.scalar(query.order_by(Publication.id.desc()).limit(1))
    if found is None:
        raise ApiError(ErrorCode.NOTHING_TO_ROLL_BACK)
    return found


async def begin(
    session: AsyncSession,
    staff: Staff,
    revisions: Sequence[ArticleRevision],
    imports: Sequence[str],
    at: datetime,
) -> Publication:
    """Note that one has begun. Raises ``ApiError``: publication_running, nothing_to_publish."""
    if await running(session):
        raise ApiError(ErrorCode.PUBLICATION_RUNNING)
    if not revisions and not imports:
        raise ApiError(ErrorCode.NOTHING_TO_PUBLISH)
    articles = [
        PublishedArticle(
            id=each.article_id,
            title=title_in(each.source) or each.article_id,
            number=each.number,
            retires=each.retires,
        )
        for each in revisions
    ]
    publication = Publication(
        state=PublicationState.RUNNING,
        revision_ids=[each.id for each in revisions],
        report=Report(articles=articles, imports=list(imports)).model_dump(mode="json"),
        started_by=staff.id,
        created_at=at,
    )
    session.add(publication)
    await session.flush()
    _record(session, "knowledge.publish", publication, staff.id)
    return publication


async def end(
    session: AsyncSession,
    publication_id: str,
    state: PublicationState,
    at: datetime,
    *,
    reason: str = "",
) -> None:
    """Note what came of it; revisions that are in service now take the place of earlier ones."""
    publication = await find(session, publication_id)
    publication.state, publication.ended_at = state, at
    report = report_of(publication).model_copy(update={"reason": reason})
    publication.report = report.model_dump(mode="json")
    if state is PublicationState.LIVE:
        for revision in await _revisions(session, publication):
            await _supersede(session, revision)
            revision.state, revision.published_at = RevisionState.PUBLISHED, at
    _record(session, f"knowledge.publication_{state}", publication, None)


async def roll_back(session: AsyncSession, staff: Staff, publication_id: str) -> None:
    """Note that it is out of service again, and what it replaced is back."""
    publication = await find(session, publication_id)
    publication.state = PublicationState.ROLLED_BACK
    comment = knowledge_texts().rolled_back_comment
    for revision in await _revisions(session, publication):
        # Not approved any more: it would otherwise come with the next publication.
        if revision.state is RevisionState.PUBLISHED:
            revision.state = RevisionState.REJECTED
            revision.comment = "\n".join(filter(None, [revision.comment, comment]))
        revision.published_at = None
        earlier = await session.scalar(
            select(ArticleRevision)
            .where(
                ArticleRevision.article_id == revision.article_id,
                ArticleRevision.state == RevisionState.SUPERSEDED,
                ArticleRevision.published_at.is_not(None),
                ArticleRevision.number < revision.number,
            )
            .order_by(ArticleRevision.number.desc())
            .limit(1)
        )
        if earlier is not None:
            earlier.state = RevisionState.PUBLISHED
    _record(session, "knowledge.roll_back", publication, staff.id)


async def _revisions(session: AsyncSession, publication: Publication) -> list[ArticleRevision]:
    found = [await session.get(ArticleRevision, each) for each in publication.revision_ids]
    return [each for each in found if each is not None]


async def _supersede(session: AsyncSession, revision: ArticleRevision) -> None:
    """Earlier revisions that were in service, or could have come into it."""
    earlier = await session.scalars(
        select(ArticleRevision).where(
            ArticleRevision.article_id == revision.article_id,
            ArticleRevision.number < revision.number,
            ArticleRevision.state.in_((RevisionState.PUBLISHED, RevisionState.APPROVED)),
        )
    )
    for each in earlier:
        each.state = RevisionState.SUPERSEDED


def _record(
    session: AsyncSession, action: str, publication: Publication, staff_id: str | None
) -> None:
    audit.record(
        session,
        action,
        by=ActorKind.STAFF if staff_id else ActorKind.SYSTEM,
        actor_id=staff_id,
        subject_kind="publication",
        subject_id=publication.id,
        revisions=publication.revision_ids,
    )

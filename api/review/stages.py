"""How far proposals have come: read from the articles themselves, so that it is always true."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.knowledge.questions import questions_in, stands_in
from api.review.payloads import ArticleDraft, QuestionVariant, RegressionCase, payload_of
from api.storage.models import ArticleRevision, Proposal, ProposalState, RevisionState

_WRITTEN = (
    RevisionState.DRAFT,
    RevisionState.SUBMITTED,
    RevisionState.APPROVED,
    RevisionState.REJECTED,
)
"""Revisions that an editor still works on, or could go on from."""


class Stage(StrEnum):
    """What has become of a proposal."""

    PROPOSED = "proposed"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    """A regression case is put at every publication from now on; an NLU example waits for its
    export; an editor has taken a question variant out of the article again."""
    IN_DRAFT = "in_draft"
    PUBLISHED = "published"
    EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class Standing:
    """``article_id``: the article that it is about, or became. ``number`` and ``state`` of the
    newest revision, while the proposal is in a draft."""

    stage: Stage
    article_id: str | None = None
    number: int | None = None
    state: RevisionState | None = None


async def standings(
    session: AsyncSession,
    in_service: Mapping[str, Sequence[str]],
    proposals: Iterable[Proposal],
) -> dict[str, Standing]:
    """Standings by the ids of the proposals. ``in_service``: articles with their questions."""
    kept = list(proposals)
    articles = await _articles(session, kept)
    newest = await _newest(session, set(articles.values()))
    return {
        proposal.id: _standing(proposal, articles.get(proposal.id), in_service, newest)
        for proposal in kept
    }


async def _articles(session: AsyncSession, proposals: Iterable[Proposal]) -> dict[str, str]:
    """Ids of the articles that proposals are about, or became."""
    found: dict[str, str] = {}
    revisions: dict[str, str] = {}
    for proposal in proposals:
        match payload_of(proposal):
            case QuestionVariant(article_id=article_id):
                found[proposal.id] = article_id
            case RegressionCase(article_id=str() as article_id):
                found[proposal.id] = article_id
            case ArticleDraft() if proposal.revision_id is not None:
                revisions[proposal.id] = proposal.revision_id
    rows = await session.execute(
        select(ArticleRevision.id, ArticleRevision.article_id).where(
            ArticleRevision.id.in_(revisions.values())
        )
    )
    began = {row.id: row.article_id for row in rows}
    return found | {key: began[revision] for key, revision in revisions.items()}


async def _newest(session: AsyncSession, article_ids: Iterable[str]) -> dict[str, ArticleRevision]:
    last = (
        select(ArticleRevision.article_id, func.max(ArticleRevision.number).label("number"))
        .where(ArticleRevision.article_id.in_(article_ids))
        .group_by(ArticleRevision.article_id)
        .subquery()
    )
    rows = await session.scalars(
        select(ArticleRevision).join(
            last,
            (last.c.article_id == ArticleRevision.article_id)
            & (last.c.number == ArticleRevision.number),
        )
    )
    return {row.article_id: row for row in rows}


def _standing(
    proposal: Proposal,
    article_id: str | None,
    in_service: Mapping[str, Sequence[str]],
    newest: Mapping[str, ArticleRevision],
) -> Standing:
    if proposal.state is not ProposalState.ACCEPTED:
        is_open = proposal.state is ProposalState.OPEN
        return Standing(Stage.PROPOSED if is_open else Stage.REJECTED, article_id)
    if proposal.exported_at is not None:
        return Standing(Stage.EXPORTED)
    revision = newest.get(article_id or "")
    if revision is not None and (revision.retires or revision.state not in _WRITTEN):
        revision = None
    match payload_of(proposal):
        case QuestionVariant(text=text):
            is_live = stands_in(text, in_service.get(article_id or "", ()))
            is_written = revision is not None and stands_in(text, questions_in(revision.source))
        case ArticleDraft():
            is_live, is_written = article_id in in_service, revision is not None
        case _:
            is_live = is_written = False
    if is_live:
        return Standing(Stage.PUBLISHED, article_id)
    if is_written and revision is not None:
        return Standing(Stage.IN_DRAFT, article_id, revision.number, revision.state)
    return Standing(Stage.ACCEPTED, article_id)

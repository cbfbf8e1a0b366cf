"""Proposals: what reviewers make of a message."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.review.catalogue import Catalogue
from api.review.intents import intents
from api.review.payloads import (
    ArticleDraft,
    NluExample,
    Payload,
    QuestionVariant,
    RegressionCase,
    payload_of,
)
from api.storage.database import Database
from api.storage.models import (
    ActorKind,
    ArticleRevision,
    Message,
    Proposal,
    ProposalKind,
    ProposalState,
    Staff,
    now,
)

PAGE = 50


class Proposals:
    """Makes proposals; see :mod:`api.review.deciding` for what becomes of them."""

    def __init__(
        self, database: Database, catalogue: Catalogue, *, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    async def propose(
        self, staff: Staff, payload: Payload, *, message_id: str | None = None
    ) -> Proposal:
        """Keep a proposal; the same one made twice is one. ``message_id``: what it was made of.

        Raises ``ApiError``: invalid_request for an article, area or intent that there is not,
        message_not_found.
        """
        await require_known(self._catalogue, payload)
        async with self._database.write() as session:
            if message_id is not None and await session.get(Message, message_id) is None:
                raise ApiError(ErrorCode.MESSAGE_NOT_FOUND)
            stored = payload.stored()
            same = await session.scalars(
                select(Proposal).where(
                    Proposal.kind == payload.kind,
                    Proposal.state == ProposalState.OPEN,
                    Proposal.message_id == message_id,
                )
            )
            for known in same:
                if known.payload == stored:
                    return known
            proposal = Proposal(
                kind=payload.kind,
                payload=stored,
                message_id=message_id,
                created_by=staff.id,
                created_at=self._clock(),
            )
            session.add(proposal)
            await session.flush()
            record(session, "proposal.create", staff, proposal)
        return proposal


async def require_known(catalogue: Catalogue, payload: Payload) -> None:
    """Refuse what is not there, or not there any more. Raises ``ApiError``: invalid_request."""
    match payload:
        case ArticleDraft(area=area):
            unknown = "area" if area not in catalogue.areas() else None
        case NluExample(intent=intent):
            unknown = "intent" if intent not in intents() else None
        case QuestionVariant(article_id=article) | RegressionCase(article_id=article):
            known = await asyncio.to_thread(catalogue.articles)
            unknown = "article_id" if article is not None and article not in known else None
    if unknown is not None:
        raise ApiError(ErrorCode.INVALID_REQUEST, fields=unknown)


async def listing(
    session: AsyncSession,
    *,
    kind: ProposalKind | None = None,
    state: ProposalState | None = ProposalState.OPEN,
    after: str | None = None,
    limit: int = PAGE,
) -> list[tuple[Proposal, str]]:
    """Proposals with the names of who made them, the latest first."""
    statement = (
        select(Proposal, Staff.name)
        .join(Staff, Staff.id == Proposal.created_by)
        .order_by(Proposal.id.desc())
        .limit(limit)
    )
    if kind is not None:
        statement = statement.where(Proposal.kind == kind)
    if state is not None:
        statement = statement.where(Proposal.state == state)
    if after is not None:
        statement = statement.where(Proposal.id < after)
    return [(proposal, name) for proposal, name in await session.execute(statement)]


async def accepted(session: AsyncSession, kind: ProposalKind) -> Sequence[Proposal]:
    """Accepted proposals of a kind, the oldest first."""
    return (
        await session.scalars(
            select(Proposal)
            .where(Proposal.kind == kind, Proposal.state == ProposalState.ACCEPTED)
            .order_by(Proposal.id)
        )
    ).all()


async def regression_set(session: AsyncSession) -> dict[str, RegressionCase]:
    """What a publication must not make worse, by the ids of the proposals; of two about one
    question the later one counts."""
    latest: dict[str, tuple[str, RegressionCase]] = {}
    for proposal in await accepted(session, ProposalKind.REGRESSION_CASE):
        case = payload_of(proposal)
        assert isinstance(case, RegressionCase)  # noqa: S101 - by the kind
        latest[case.question] = proposal.id, case
    return dict(latest.values())


async def of_article(session: AsyncSession, article_id: str) -> Sequence[Proposal]:
    """Proposals about an article that nobody has rejected, the oldest first: those that name it,
    and what it was begun from."""
    revisions = select(ArticleRevision.id).where(ArticleRevision.article_id == article_id)
    return (
        await session.scalars(
            select(Proposal)
            .where(
                Proposal.state != ProposalState.REJECTED,
                or_(
                    Proposal.payload["article_id"].as_string() == article_id,
                    Proposal.revision_id.in_(revisions),
                ),
            )
            .order_by(Proposal.id)
        )
    ).all()


def record(
    session: AsyncSession, action: str, staff: Staff, proposal: Proposal, **details: str | int
) -> None:
    """Add what somebody did with a proposal to the audit."""
    audit.record(
        session,
        action,
        by=ActorKind.STAFF,
        actor_id=staff.id,
        subject_kind="proposal",
        subject_id=proposal.id,
        kind=proposal.kind,
        **details,
    )

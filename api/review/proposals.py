"""Proposals: what reviewers make of a message, and who decides about them.

An editor decides about articles. What trains the bot or guards a publication is decided by
somebody who may publish, and who did not propose it.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
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
from api.staff.permissions import Permission, may
from api.storage.database import Database
from api.storage.models import (
    ActorKind,
    Message,
    Proposal,
    ProposalKind,
    ProposalState,
    Staff,
    now,
)

PAGE = 50
_SECOND_PERSON = frozenset({ProposalKind.NLU_EXAMPLE, ProposalKind.REGRESSION_CASE})


def may_decide(staff: Staff, proposal: Proposal, *, accept: bool) -> bool:
    """Whether this person may accept or reject a proposal, given its state."""
    if proposal.kind not in _SECOND_PERSON:
        return may(staff.role, Permission.EDIT_KNOWLEDGE)
    if not accept and proposal.state is ProposalState.OPEN:
        return may(staff.role, Permission.EDIT_KNOWLEDGE)
    is_another = not accept or staff.id != proposal.created_by
    return may(staff.role, Permission.PUBLISH_KNOWLEDGE) and is_another


class Proposals:
    """Makes proposals and decides about them."""

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
        await self._require_known(payload)
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
            _record(session, "proposal.create", staff, proposal)
        return proposal

    async def decide(self, proposal_id: str, staff: Staff, *, accept: bool) -> Proposal:
        """Accept or reject; what was accepted can be taken back by rejecting it.

        Raises ``ApiError``: not_found, forbidden, not_possible_now, invalid_request where the
        article, area or intent is not there any more.
        """
        if accept:
            async with self._database.read() as session:
                known = await session.get(Proposal, proposal_id)
            if known is not None:
                await self._require_known(payload_of(known))
        async with self._database.write() as session:
            proposal = await session.scalar(
                select(Proposal).where(Proposal.id == proposal_id).with_for_update()
            )
            if proposal is None:
                raise ApiError(ErrorCode.NOT_FOUND)
            if not may_decide(staff, proposal, accept=accept):
                raise ApiError(ErrorCode.FORBIDDEN)
            if proposal.state is ProposalState.REJECTED or (
                accept and proposal.state is ProposalState.ACCEPTED
            ):
                raise ApiError(ErrorCode.NOT_POSSIBLE_NOW)
            proposal.state = ProposalState.ACCEPTED if accept else ProposalState.REJECTED
            proposal.decided_by, proposal.decided_at = staff.id, self._clock()
            _record(session, "proposal.accept" if accept else "proposal.reject", staff, proposal)
        return proposal

    async def _require_known(self, payload: Payload) -> None:
        """Refuse what is not there, or not there any more."""
        match payload:
            case ArticleDraft(area=area):
                unknown = "area" if area not in self._catalogue.areas() else None
            case NluExample(intent=intent):
                unknown = "intent" if intent not in intents() else None
            case QuestionVariant(article_id=article) | RegressionCase(article_id=article):
                known = await asyncio.to_thread(self._catalogue.articles)
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


async def accepted_regression_cases(session: AsyncSession) -> list[RegressionCase]:
    """What a publication must not make worse; of two about one question the later one counts."""
    cases: dict[str, RegressionCase] = {}
    for proposal in await accepted(session, ProposalKind.REGRESSION_CASE):
        case = payload_of(proposal)
        assert isinstance(case, RegressionCase)  # noqa: S101 - by the kind
        cases[case.question] = case
    return list(cases.values())


def _record(session: AsyncSession, action: str, staff: Staff, proposal: Proposal) -> None:
    audit.record(
        session,
        action,
        by=ActorKind.STAFF,
        actor_id=staff.id,
        subject_kind="proposal",
        subject_id=proposal.id,
        kind=proposal.kind,
    )

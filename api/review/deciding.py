"""Who decides about proposals, and what becomes of them.

An editor decides about articles: what is accepted goes into a draft in the same transaction. What
trains the bot or guards a publication is decided by somebody who may publish, and who did not
propose it.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.knowledge.drafting import Drafting
from api.review.catalogue import Catalogue
from api.review.payloads import ArticleDraft, QuestionVariant, payload_of
from api.review.proposals import record, require_known
from api.staff.permissions import Permission, may
from api.storage.database import Database
from api.storage.models import ArticleRevision, Proposal, ProposalKind, ProposalState, Staff, now

_SECOND_PERSON = frozenset({ProposalKind.NLU_EXAMPLE, ProposalKind.REGRESSION_CASE})


def may_decide(staff: Staff, proposal: Proposal, *, accept: bool) -> bool:
    """Whether this person may accept or reject a proposal, given its state."""
    if proposal.kind not in _SECOND_PERSON:
        return may(staff.role, Permission.EDIT_KNOWLEDGE)
    if not accept and proposal.state is ProposalState.OPEN:
        return may(staff.role, Permission.EDIT_KNOWLEDGE)
    is_another = not accept or staff.id != proposal.created_by
    return may(staff.role, Permission.PUBLISH_KNOWLEDGE) and is_another


class Decisions:
    """Accepts and rejects. All acts raise ``ApiError``: item_not_found, forbidden,
    second_person_needed, edit_conflict for a proposal that was decided about meanwhile."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        drafting: Drafting,
        *,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._drafting = drafting
        self._clock = clock

    async def accept(
        self, proposal_id: str, staff: Staff, *, article_id: str | None = None
    ) -> Proposal:
        """Take a proposal over: a question variant into the draft of its article, a missing
        article into a new draft, called ``article_id`` or by its area.

        Raises ``ApiError`` also as :class:`Drafting`, and invalid_request where the article, area
        or intent is not there any more.
        """
        async with self._database.read() as session:
            known = await session.get(Proposal, proposal_id)
        if known is None:
            raise ApiError(ErrorCode.ITEM_NOT_FOUND)
        await require_known(self._catalogue, payload_of(known))
        snapshot = await self._drafting.snapshot() if known.kind not in _SECOND_PERSON else None
        try:
            async with self._database.write() as session:
                proposal = await _lock(session, proposal_id, staff, accept=True)
                revision = None
                match payload_of(proposal):
                    case QuestionVariant() as variant if snapshot is not None:
                        revision = await self._drafting.add_question(
                            session, staff, snapshot, variant
                        )
                    case ArticleDraft() as draft if snapshot is not None:
                        revision = await self._drafting.begin_article(
                            session, staff, snapshot, draft, article_id
                        )
                await session.flush()
                self._decide(session, proposal, staff, ProposalState.ACCEPTED, revision)
        except IntegrityError as error:
            # Two first revisions at once, on an engine where writers do not queue.
            raise ApiError(ErrorCode.EDIT_CONFLICT) from error
        return proposal

    async def reject(self, proposal_id: str, staff: Staff) -> Proposal:
        """Turn a proposal down, or take an accepted one back. What it added to a draft stays for
        the editor to take out."""
        async with self._database.write() as session:
            proposal = await _lock(session, proposal_id, staff, accept=False)
            self._decide(session, proposal, staff, ProposalState.REJECTED, None)
        return proposal

    def _decide(
        self,
        session: AsyncSession,
        proposal: Proposal,
        staff: Staff,
        state: ProposalState,
        revision: ArticleRevision | None,
    ) -> None:
        proposal.state, proposal.decided_by, proposal.decided_at = state, staff.id, self._clock()
        details: dict[str, str | int] = {}
        if revision is not None:
            proposal.revision_id = revision.id
            details = {"article": revision.article_id, "number": revision.number}
        accepts = state is ProposalState.ACCEPTED
        action = "proposal.accept" if accepts else "proposal.reject"
        record(session, action, staff, proposal, **details)


async def _lock(session: AsyncSession, proposal_id: str, staff: Staff, *, accept: bool) -> Proposal:
    proposal = await session.scalar(
        select(Proposal).where(Proposal.id == proposal_id).with_for_update()
    )
    if proposal is None:
        raise ApiError(ErrorCode.ITEM_NOT_FOUND)
    if not may_decide(staff, proposal, accept=accept):
        may_edit = may(staff.role, Permission.EDIT_KNOWLEDGE)
        raise ApiError(ErrorCode.SECOND_PERSON_NEEDED if may_edit else ErrorCode.FORBIDDEN)
    if proposal.state is ProposalState.REJECTED or (
        accept and proposal.state is ProposalState.ACCEPTED
    ):
        raise ApiError(ErrorCode.EDIT_CONFLICT)
    return proposal

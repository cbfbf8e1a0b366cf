"""The JSON of proposals."""

from datetime import datetime
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from api.review.deciding import may_decide
from api.review.payloads import ArticleDraft, NewProposal
from api.review.stages import Stage, Standing
from api.storage.models import Proposal, ProposalKind, ProposalState, RevisionState, Staff
from knowledge_base.article import Slug


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProposalRequest(_Request):
    """A proposal, made of an answer that was looked at."""

    proposal: Annotated[NewProposal, Field(discriminator="kind")]


class AcceptRequest(_Request):
    """What an editor adds to a proposal. ``article_id``: of a new article, which cannot be
    changed later; without one it is numbered within its area."""

    article_id: Annotated[Slug, Field(max_length=128)] | None = None


class DraftRequest(_Request):
    """A draft made of a group of unanswered questions; ``message_id`` as the group names it."""

    message_id: Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]
    draft: ArticleDraft


class ProposalView(BaseModel):
    """A proposal. ``may_accept``, ``may_reject``: by the one who asks.

    ``article_id``: the article that it is about, or became; ``revision``, ``revision_state``: its
    newest one, while the proposal is in a draft.
    """

    id: str
    kind: ProposalKind
    state: ProposalState
    stage: Stage
    article_id: str | None
    revision: int | None
    revision_state: RevisionState | None
    payload: dict[str, Any]
    message_id: str | None
    created_by: str | None
    created_at: datetime
    decided_at: datetime | None
    may_accept: bool
    may_reject: bool

    @classmethod
    def of(
        cls,
        proposal: Proposal,
        standing: Standing,
        staff: Staff,
        zone: ZoneInfo,
        *,
        created_by: str | None = None,
    ) -> Self:
        """The view for somebody, times in the given zone; ``created_by``: a name."""
        decided_at = proposal.decided_at
        return cls(
            id=proposal.id,
            kind=proposal.kind,
            state=proposal.state,
            stage=standing.stage,
            article_id=standing.article_id,
            revision=standing.number,
            revision_state=standing.state,
            payload=proposal.payload,
            message_id=proposal.message_id,
            created_by=created_by,
            created_at=proposal.created_at.astimezone(zone),
            decided_at=decided_at.astimezone(zone) if decided_at else None,
            may_accept=may_decide(staff, proposal, accept=True),
            may_reject=may_decide(staff, proposal, accept=False),
        )


class ProposalsResponse(BaseModel):
    """A page of proposals. ``next``: where the next page begins."""

    proposals: list[ProposalView]
    next: str | None

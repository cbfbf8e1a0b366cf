"""The review's JSON."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from api.review.intents import Intent
from api.review.items import ReviewDetail, ReviewLine, Spoken
from api.review.proposal_messages import ProposalView
from api.review.reviews import COMMENT_MAX_CHARS, Verdict
from api.review.stages import Standing
from api.review.unanswered import Overview, QuestionGroup
from api.storage.models import (
    Author,
    Channel,
    MessageKind,
    ReviewReason,
    ReviewState,
    Staff,
    Status,
)
from contract import HandoffReason, Trace


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class VerdictRequest(_Request):
    """What an answer was, and what would have been right."""

    state: ReviewState
    right_article_id: str | None = Field(default=None, max_length=128)
    right_intent: str | None = Field(default=None, max_length=64)
    comment: str = Field(default="", max_length=COMMENT_MAX_CHARS)

    def verdict(self) -> Verdict:
        """The verdict as the service takes it."""
        return Verdict(self.state, self.right_article_id, self.right_intent, self.comment)


class ReviewItem(BaseModel):
    """One answer that is or was up for review.

    ``article_id``: what the bot answered with or came closest to.
    """

    id: str
    conversation_id: str
    message_id: str
    state: ReviewState
    reason: ReviewReason
    probability: float | None
    channel: Channel
    kind: MessageKind
    question: str
    answer: str
    article_id: str | None
    right_article_id: str | None
    right_intent: str | None
    comment: str
    answered_at: datetime
    reviewed_at: datetime | None

    @classmethod
    def of(cls, line: ReviewLine, zone: ZoneInfo) -> Self:
        """The view of a line, its times in the given zone."""
        review, message = line.review, line.message
        return cls(
            id=review.id,
            conversation_id=review.conversation_id,
            message_id=message.id,
            state=review.state,
            reason=review.reason,
            probability=review.probability,
            channel=line.channel,
            kind=message.kind,
            question=line.question,
            answer=line.answer,
            article_id=line.article_id,
            right_article_id=review.right_article_id,
            right_intent=review.right_intent,
            comment=review.comment,
            answered_at=message.created_at.astimezone(zone),
            reviewed_at=review.reviewed_at.astimezone(zone) if review.reviewed_at else None,
        )


class ReviewsResponse(BaseModel):
    """A page of the list. ``next``: where the next page begins; ``open``: what waits in all."""

    items: list[ReviewItem]
    next: str | None
    open: dict[ReviewReason, int]


class SpokenView(BaseModel):
    """A message of the conversation, personal data covered for those who may not see it."""

    id: str
    author: Author
    kind: MessageKind
    text: str
    created_at: datetime

    @classmethod
    def of(cls, spoken: Spoken, zone: ZoneInfo) -> Self:
        """The view of a message, its time in the given zone."""
        message = spoken.message
        return cls(
            id=message.id,
            author=message.author,
            kind=message.kind,
            text=spoken.text,
            created_at=message.created_at.astimezone(zone),
        )


class ReviewDetailResponse(BaseModel):
    """One answer with the talk around it; see ``api.review.items.ReviewDetail``."""

    item: ReviewItem
    status: Status
    messages: list[SpokenView]
    earlier: int
    later: int
    trace: Trace | None
    helpful: bool | None
    rating: int | None
    rating_comment: str
    handoff_reason: HandoffReason | None
    reviewed_by: str | None
    proposals: list[ProposalView]
    is_masked: bool

    @classmethod
    def of(
        cls,
        detail: ReviewDetail,
        standings: Mapping[str, Standing],
        staff: Staff,
        zone: ZoneInfo,
    ) -> Self:
        """The view for somebody, times in the given zone; ``standings``: of its proposals."""
        return cls(
            item=ReviewItem.of(detail.line, zone),
            status=detail.conversation.status,
            messages=[SpokenView.of(each, zone) for each in detail.messages],
            earlier=detail.earlier,
            later=detail.later,
            trace=detail.trace,
            helpful=detail.helpful,
            rating=detail.rating,
            rating_comment=detail.rating_comment,
            handoff_reason=detail.handoff_reason,
            reviewed_by=detail.reviewed_by,
            proposals=[
                ProposalView.of(each, standings[each.id], staff, zone) for each in detail.proposals
            ],
            is_masked=detail.is_masked,
        )


class IntentsResponse(BaseModel):
    """The intents to choose from."""

    intents: list[Intent]


class NearestArticle(BaseModel):
    """An article that came up, though it was not certain."""

    id: str
    title: str
    area: str


class QuestionGroupView(BaseModel):
    """Questions that ask the same thing; ``weeks`` by their Mondays."""

    title: str
    message_id: str
    size: int
    examples: list[str]
    weeks: dict[date, int]
    nearest: NearestArticle | None

    @classmethod
    def of(cls, group: QuestionGroup) -> Self:
        """The view of a group."""
        near = group.nearest
        return cls(
            title=group.title,
            message_id=group.message_id,
            size=group.size,
            examples=list(group.examples),
            weeks=dict(group.weeks),
            nearest=NearestArticle(id=near.id, title=near.title, area=near.area) if near else None,
        )


class UnansweredResponse(BaseModel):
    """Groups of unanswered questions, the largest first. ``lonely``: questions in none."""

    groups: list[QuestionGroupView]
    questions: int
    lonely: int
    made_at: datetime

    @classmethod
    def of(cls, overview: Overview, zone: ZoneInfo) -> Self:
        """The view of an overview, its time in the given zone."""
        return cls(
            groups=[QuestionGroupView.of(group) for group in overview.groups],
            questions=overview.questions,
            lonely=overview.lonely,
            made_at=overview.made_at.astimezone(zone),
        )

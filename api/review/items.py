"""What is up for review: the list with its filters, and one answer with all that belongs to it.

Whoever may not see all conversations sees the words with personal data covered.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.privacy.masking import mask
from api.review.signals import ARTICLE
from api.staff.permissions import Permission, may
from api.storage.models import (
    Author,
    Channel,
    Conversation,
    Feedback,
    Handoff,
    Message,
    Proposal,
    Rating,
    Review,
    ReviewReason,
    ReviewState,
    Staff,
)
from contract import HandoffReason, Trace

PAGE = 50
_BEFORE, _AFTER = 12, 8
"""Messages around the answer that are shown with it."""
_question = aliased(Message)
_CITED = Message.citations[(0, "article_id")].as_string()
_ANSWERED_WITH = func.coalesce(_CITED, ARTICLE)
Cover = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Filters:
    """What to list; None: whatever. Times are of the message. ``article_ids``: one of these was
    the answer, or would have been right."""

    state: ReviewState | None = ReviewState.OPEN
    reason: ReviewReason | None = None
    article_ids: Collection[str] | None = None
    intent: str | None = None
    channel: Channel | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """For a statement over reviews, messages and conversations."""
        wanted: list[tuple[object, ColumnElement[bool]]] = [
            (self.state, Review.state == self.state),
            (self.reason, Review.reason == self.reason),
            (self.intent, Review.right_intent == self.intent),
            (self.channel, Conversation.channel == self.channel),
        ]
        conditions = [condition for value, condition in wanted if value is not None]
        if self.article_ids is not None:
            conditions.append(
                or_(
                    _ANSWERED_WITH.in_(self.article_ids),
                    Review.right_article_id.in_(self.article_ids),
                )
            )
        if self.since is not None:
            conditions.append(Message.created_at >= self.since)
        if self.until is not None:
            conditions.append(Message.created_at < self.until)
        return conditions


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One line of the list. ``question``: what the worker had said; ``answer``: the bot's words.
    ``article_id``: what the bot answered with or came closest to."""

    review: Review
    message: Message
    channel: Channel
    question: str
    answer: str
    article_id: str | None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message of the conversation, as the one who looks may read it."""

    message: Message
    text: str


@dataclass(frozen=True, slots=True)
class ReviewDetail:
    """One answer with the talk around it.

    ``is_masked``: personal data is covered. ``earlier``, ``later``: how many messages there are
    beyond those shown. ``proposals``: made of this answer so far.
    """

    line: ReviewLine
    conversation: Conversation
    messages: Sequence[Spoken]
    earlier: int
    later: int
    trace: Trace | None
    helpful: bool | None
    rating: int | None
    rating_comment: str
    handoff_reason: HandoffReason | None
    reviewed_by: str | None
    proposals: Sequence[Proposal]
    is_masked: bool


def cover_for(staff: Staff) -> Cover:
    """What a text goes through before this person reads it."""
    return str if may(staff.role, Permission.SEE_ALL) else mask


async def listing(
    session: AsyncSession,
    staff: Staff,
    filters: Filters,
    *,
    after: str | None = None,
    limit: int = PAGE,
) -> list[ReviewLine]:
    """What is up, the latest answer first; ``after``: the message of the last one that is known."""
    statement = (
        _lines().where(*filters.conditions()).order_by(Review.message_id.desc()).limit(limit)
    )
    if after is not None:
        statement = statement.where(Review.message_id < after)
    return [_line(row, cover_for(staff)) for row in await session.execute(statement)]


async def open_counts(session: AsyncSession) -> dict[ReviewReason, int]:
    """How many answers wait, for each reason."""
    rows = await session.execute(
        select(Review.reason, func.count())
        .where(Review.state == ReviewState.OPEN)
        .group_by(Review.reason)
    )
    counted = dict(rows.all())
    return {reason: counted.get(reason, 0) for reason in ReviewReason}


async def read(session: AsyncSession, staff: Staff, review_id: str) -> ReviewDetail:
    """One answer. Raises ``ApiError``: review_not_found."""
    row = (await session.execute(_lines().where(Review.id == review_id))).one_or_none()
    if row is None:
        raise ApiError(ErrorCode.REVIEW_NOT_FOUND)
    cover = cover_for(staff)
    line = _line(row, cover)
    message = line.message
    conversation = await session.get_one(Conversation, message.conversation_id)
    first, last = message.seq - _BEFORE, message.seq + _AFTER
    around = await session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.seq.between(first, last))
        .order_by(Message.seq)
    )
    feedback = await session.get(Feedback, message.id)
    rating = await session.get(Rating, conversation.id)
    reviewer = line.review.reviewed_by
    return ReviewDetail(
        line=line,
        conversation=conversation,
        messages=[Spoken(each, cover(each.text)) for each in around],
        earlier=max(0, first - 1),
        later=max(0, conversation.last_seq - last),
        trace=_trace(message, cover),
        helpful=feedback.helpful if feedback else None,
        rating=rating.score if rating else None,
        rating_comment=cover(rating.comment) if rating else "",
        handoff_reason=await _handoff_reason(session, conversation.id),
        reviewed_by=(await session.get_one(Staff, reviewer)).name if reviewer else None,
        proposals=(
            await session.scalars(
                select(Proposal).where(Proposal.message_id == message.id).order_by(Proposal.id)
            )
        ).all(),
        is_masked=cover is mask,
    )


def _lines() -> Any:
    return (
        select(Review, Message, Conversation.channel, _question.text, _ANSWERED_WITH)
        .join(Message, Message.id == Review.message_id)
        .join(Conversation, Conversation.id == Review.conversation_id)
        .outerjoin(
            _question,
            (_question.id == Message.in_reply_to) & (_question.author == Author.WORKER),
        )
    )


def _line(row: Any, cover: Cover) -> ReviewLine:
    review, message, channel, question, article_id = row
    return ReviewLine(
        review, message, channel, cover(question or ""), cover(message.text), article_id
    )


def _trace(message: Message, cover: Cover) -> Trace | None:
    if message.trace is None:
        return None
    trace = Trace.model_validate(message.trace)
    return trace.model_copy(
        update={"query": cover(trace.query), "rewritten_query": cover(trace.rewritten_query)}
    )


async def _handoff_reason(session: AsyncSession, conversation_id: str) -> HandoffReason | None:
    return await session.scalar(
        select(Handoff.reason)
        .where(Handoff.conversation_id == conversation_id)
        .order_by(Handoff.id.desc())
        .limit(1)
    )


async def message_of(session: AsyncSession, review_id: str) -> str:
    """The id of the bot's message. Raises ``ApiError``: review_not_found."""
    found = await session.scalar(select(Review.message_id).where(Review.id == review_id))
    if found is None:
        raise ApiError(ErrorCode.REVIEW_NOT_FOUND)
    return found


async def reviews_of(session: AsyncSession, message_ids: Collection[str | None]) -> dict[str, str]:
    """Ids of reviews by the messages they are of."""
    rows = await session.execute(
        select(Review.message_id, Review.id).where(Review.message_id.in_(message_ids))
    )
    return dict(rows.all())

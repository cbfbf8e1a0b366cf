"""What makes an answer of the bot worth a look: queries that only read.

Messages are found by their id, which begins with their time, so none of these reads the whole
table of messages.
"""

import hashlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.review.ids import first_id_at
from api.storage.database import Database
from api.storage.models import (
    Author,
    Conversation,
    Feedback,
    Handoff,
    Message,
    MessageKind,
    Rating,
    ReviewReason,
    Status,
)
from contract import Decision, HandoffReason

ANSWERING: Final = (MessageKind.ANSWER, MessageKind.CHOICES, MessageKind.DECLINE)
"""Replies to a question about the union's matters."""
ABANDONED_AFTER: Final = timedelta(minutes=30)
DECISION: Final = Message.trace[("decision",)].as_string()
ARTICLE: Final = Message.trace[("hits", 0, "article_id")].as_string()
PROBABILITY: Final = Message.trace[("hits", 0, "scores", "probability")].as_float()

_POOR_SCORE = 2
_FAILED_HANDOFFS = (HandoffReason.REPEATED_FAILURE, HandoffReason.NEGATIVE_FEEDBACK)
_STEPS_TO_A_PERSON = 3
"""The bot asks twice before it brings a person (``actions/ladder.py``)."""
# Small talk, hand-offs and what the roster says of a member are nobody's to look over.
_SAMPLED = (*ANSWERING, MessageKind.QUESTION)
_BATCH = 1000
_SHARES = 2**32


@dataclass(frozen=True, slots=True)
class Signal:
    """A message that should be looked at. ``probability``: of its answer, if there was one."""

    message_id: str
    conversation_id: str
    reason: ReviewReason
    probability: float | None


_SIGNAL = (Message.id, Message.conversation_id, PROBABILITY)


def is_sampled(message_id: str, share: float) -> bool:
    """Whether a message is of the sample: the same for every gateway and every round."""
    digest = hashlib.blake2b(message_id.encode(), digest_size=4).digest()
    return int.from_bytes(digest) < share * _SHARES


async def in_messages(
    database: Database, since: datetime, until: datetime, share: float
) -> AsyncIterator[list[Signal]]:
    """Declined, shown as a guess, or sampled; in batches, each read on its own."""
    after, before = first_id_at(since), first_id_at(until)
    while True:
        async with database.read() as session:
            rows = (
                await session.execute(
                    select(*_SIGNAL, Message.kind, DECISION)
                    .where(
                        Message.id >= after,
                        Message.id < before,
                        Message.author == Author.BOT,
                        Message.kind.in_(_SAMPLED),
                        Message.text != "",
                    )
                    .order_by(Message.id)
                    .limit(_BATCH)
                )
            ).all()
        found = [
            Signal(message_id, conversation_id, reason, probability)
            for message_id, conversation_id, probability, kind, decision in rows
            if (reason := _reason(kind, decision))
            or (is_sampled(message_id, share) and (reason := ReviewReason.SAMPLED))
        ]
        if found:
            yield found
        if len(rows) < _BATCH:
            return
        after = rows[-1][0] + "0"  # sorts right behind it


def _reason(kind: MessageKind, decision: str | None) -> ReviewReason | None:
    if kind is MessageKind.DECLINE:
        return ReviewReason.DECLINED
    if kind is MessageKind.CHOICES and decision == Decision.DECLINE:
        return ReviewReason.DECLINED  # the main topics are offered when nothing fits
    if kind is MessageKind.ANSWER and decision == Decision.CHOICES:
        return ReviewReason.LOW_PROBABILITY  # "what you probably mean"
    return None


async def disliked(session: AsyncSession, since: datetime) -> list[Signal]:
    """Answers that did not help, and the latest answer before a poor rating."""
    unhelpful = (
        select(*_SIGNAL)
        .join(Feedback, Feedback.message_id == Message.id)
        .where(Feedback.helpful.is_(False), Feedback.created_at >= since)
    )
    earlier = Message.__table__.alias()
    latest = (
        select(func.max(earlier.c.seq))
        .where(
            earlier.c.conversation_id == Rating.conversation_id,
            earlier.c.author == Author.BOT,
            earlier.c.kind.in_(ANSWERING),
            earlier.c.created_at <= Rating.created_at,
        )
        .scalar_subquery()
    )
    poor = (
        select(*_SIGNAL)
        .join(Rating, Rating.conversation_id == Message.conversation_id)
        .where(Rating.score <= _POOR_SCORE, Rating.created_at >= since, Message.seq == latest)
    )
    found = [*await session.execute(unhelpful), *await session.execute(poor)]
    return list(_signals(found, ReviewReason.NEGATIVE_FEEDBACK))


async def abandoned(session: AsyncSession, since: datetime, now: datetime) -> list[Signal]:
    """Questions and choices of the bot that have been the last word for half an hour."""
    rows = await session.execute(
        select(*_SIGNAL)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Conversation.status == Status.BOT,
            Conversation.last_message_at >= since - ABANDONED_AFTER,
            Conversation.last_message_at < now - ABANDONED_AFTER,
            Message.seq == Conversation.last_seq,
            Message.author == Author.BOT,
            Message.kind.in_((MessageKind.QUESTION, MessageKind.CHOICES)),
            Message.text != "",
        )
    )
    return list(_signals(rows, ReviewReason.ABANDONED))


async def handed_off(session: AsyncSession, since: datetime) -> list[Signal]:
    """The answers after which the bot gave up, or the worker had enough of it."""
    handoffs = await session.execute(
        select(Handoff.conversation_id, Message.seq)
        .join(Message, Message.id == Handoff.message_id)
        .where(Handoff.id >= first_id_at(since), Handoff.reason.in_(_FAILED_HANDOFFS))
    )
    found: list[Signal] = []
    for conversation_id, seq in handoffs.all():
        replies = await session.execute(
            select(*_SIGNAL, Message.kind)
            .where(
                Message.conversation_id == conversation_id,
                Message.seq < seq,
                Message.author == Author.BOT,
                Message.text != "",
            )
            .order_by(Message.seq.desc())
            .limit(_STEPS_TO_A_PERSON)
        )
        answers = [row[:3] for row in replies if row.kind in ANSWERING]
        found += _signals(answers, ReviewReason.HANDED_OFF)
    return found


def _signals(
    rows: "Iterable[tuple[str, str, float | None]]", reason: ReviewReason
) -> "Iterable[Signal]":
    return (
        Signal(message_id, conversation_id, reason, probability)
        for message_id, conversation_id, probability in rows
    )

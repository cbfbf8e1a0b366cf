"""Hand-offs: the package that goes to a person, and the queue of those that wait."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, JsonValue
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import access
from api.conversations.cleaning import clean, shorten
from api.handoff.states import Act, next_status
from api.operations import metrics
from api.storage.models import (
    ActorKind,
    Conversation,
    Handoff,
    HandoffState,
    Message,
    Status,
    now,
)
from api.texts import crisis_texts, gateway_texts
from contract import BotTurn, HandoffReason, Reply, Trace, TraceHit
from contract import Handoff as HandoffRequest

SUMMARY_MAX_CHARS = 200
CRISIS_PRIORITY = 1
UNAVAILABLE_PRIORITY = 4
_CATEGORY_MAX_CHARS = 64


class RaisedFrom(BaseModel):
    """What a hand-off was before a crisis message made it urgent."""

    message_id: str
    reason: HandoffReason
    priority: int


class HandoffPackage(BaseModel):
    """What a person sees beside the conversation itself."""

    why: str
    cause: str | None = None
    intent: str | None = None
    confidence: float | None = None
    active_form: str | None = None
    slots: dict[str, JsonValue] = {}
    passages: list[TraceHit] = []
    raised_from: RaisedFrom | None = None


async def from_bot(
    session: AsyncSession,
    conversation: Conversation,
    message: Message,
    turn: BotTurn,
    request: HandoffRequest,
    act: Act,
) -> None:
    """Store the hand-off that the bot asked for, or bring the open one up to date.

    ``act``: ``HEAR`` while the bot still takes the case down: it is on the desk already, but the
    conversation stays with the bot; ``HAND_OVER``: it waits from now on.
    """
    in_crisis = request.reason is HandoffReason.CRISIS
    package = HandoffPackage(
        why=gateway_texts().handoff_why[request.reason],
        intent=turn.intent.name,
        confidence=turn.intent.confidence,
        active_form=turn.active_form,
        slots={name: value for name, value in turn.slots.items() if value is not None},
        passages=await _passages(session, conversation.id, turn.replies),
    )
    handoff = await access.open_handoff(session, conversation.id)
    if handoff is None:
        _open(session, conversation, message, request, package, in_crisis=in_crisis)
    else:
        _update(handoff, request, package, in_crisis=in_crisis)
    conversation.status = next_status(act, conversation.status, ActorKind.BOT)


async def bot_unavailable(
    session: AsyncSession, conversation: Conversation, message: Message, *, cause: str
) -> None:
    """Store a hand-off because the bot gave no answer; a case that is on the desk stays it."""
    conversation.status = next_status(Act.HAND_OVER, conversation.status, ActorKind.SYSTEM)
    if await access.open_handoff(session, conversation.id) is not None:
        return
    reason = HandoffReason.BOT_UNAVAILABLE
    request = HandoffRequest(
        reason=reason,
        category=gateway_texts().queue.reasons[reason],
        priority=UNAVAILABLE_PRIORITY,
        summary=message.text,
    )
    package = HandoffPackage(why=gateway_texts().handoff_why[reason], cause=cause)
    _open(session, conversation, message, request, package, in_crisis=False)


async def crisis(session: AsyncSession, conversation: Conversation, message: Message) -> bool:
    """Make a hand-off for a crisis, or the open one the most urgent.

    Returns whether the worker has yet to be given the numbers to call on this hand-off.
    """
    reason = HandoffReason.CRISIS
    if conversation.status is not Status.WITH_STAFF:
        conversation.status = next_status(Act.HAND_OVER, conversation.status, ActorKind.SYSTEM)
    handoff = await access.open_handoff(session, conversation.id)
    if handoff is None:
        request = HandoffRequest(
            reason=reason,
            category=crisis_texts().category,
            priority=CRISIS_PRIORITY,
            summary=message.text,
        )
        package = HandoffPackage(why=gateway_texts().handoff_why[reason])
        _open(session, conversation, message, request, package, in_crisis=True)
        return True
    if handoff.priority != CRISIS_PRIORITY or handoff.reason is not reason:
        raised_from = RaisedFrom(
            message_id=message.id, reason=handoff.reason, priority=handoff.priority
        )
        handoff.package = handoff.package | {"raised_from": raised_from.model_dump(mode="json")}
        handoff.reason, handoff.priority = reason, CRISIS_PRIORITY
    if conversation.status is Status.WITH_STAFF or handoff.crisis_notice_at is not None:
        return False
    handoff.crisis_notice_at = now()
    return True


def _open(
    session: AsyncSession,
    conversation: Conversation,
    message: Message,
    request: HandoffRequest,
    package: HandoffPackage,
    *,
    in_crisis: bool,
) -> None:
    metrics.handed_over(request.reason, request.priority)
    summary = clean(request.summary) or message.text
    session.add(
        Handoff(
            conversation_id=conversation.id,
            message_id=message.id,
            reason=request.reason,
            category=shorten(request.category, _CATEGORY_MAX_CHARS),
            priority=request.priority,
            summary=shorten(summary, SUMMARY_MAX_CHARS),
            case_facts=request.case_facts.model_dump(mode="json", exclude_none=True),
            package=package.model_dump(mode="json"),
            crisis_notice_at=now() if in_crisis else None,
        )
    )


def _update(
    handoff: Handoff,
    request: HandoffRequest,
    package: HandoffPackage,
    *,
    in_crisis: bool,
) -> None:
    """Add to a case that is on the desk; it only becomes more urgent, and no fact is lost."""
    told = request.case_facts.model_dump(mode="json", exclude_none=True)
    handoff.case_facts = handoff.case_facts | told
    if request.priority < handoff.priority:
        handoff.reason, handoff.priority = request.reason, request.priority
    before = HandoffPackage.model_validate(handoff.package)
    handoff.package = package.model_copy(
        update={
            "why": gateway_texts().handoff_why[handoff.reason],
            "passages": package.passages or before.passages,
            "raised_from": before.raised_from,
        }
    ).model_dump(mode="json")
    if in_crisis and handoff.crisis_notice_at is None:
        handoff.crisis_notice_at = now()


async def _passages(
    session: AsyncSession, conversation_id: str, replies: Iterable[Reply]
) -> list[TraceHit]:
    """Passages behind this turn, or else behind the latest answer: often a worker asks for a
    person because of what the answer before said."""
    hits = [hit for reply in replies if reply.trace for hit in reply.trace.hits]
    if hits:
        return hits
    stored: dict[str, Any] | None = await access.latest_trace(session, conversation_id)
    return Trace.model_validate(stored).hits if stored else []


async def waiting(session: AsyncSession) -> Sequence[Handoff]:
    """The queue: most urgent first, then the one that has waited longest."""
    return (
        await session.scalars(
            select(Handoff)
            .where(Handoff.state == HandoffState.WAITING)
            .order_by(Handoff.priority, Handoff.created_at)
        )
    ).all()

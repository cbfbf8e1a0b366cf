"""What the desk sees: the queue, and one case with everything that is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from api.attachments import access as attachments
from api.conversations import access
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.outbox import deliveries
from api.outbox.deliveries import Progress
from api.storage.models import (
    OPEN_HANDOFF_STATES,
    Attachment,
    Conversation,
    Handoff,
    HandoffState,
    Message,
    Note,
    Staff,
    Status,
    Worker,
)

QUEUE_AT_MOST = 500


@dataclass(frozen=True)
class QueueEntry:
    """One case of the queue."""

    handoff: Handoff
    conversation: Conversation
    claimed_by: Staff | None


@dataclass(frozen=True)
class CaseDetail:
    """One case: the whole conversation, the latest hand-off, notes and what was before."""

    conversation: Conversation
    handoff: Handoff | None
    claimed_by: Staff | None
    messages: Sequence[Message]
    notes: Sequence[tuple[Note, str]]
    """Each with the name of who wrote it."""
    earlier: Sequence[Conversation]
    """The other conversations of the same person, by whatever channel, the latest first."""
    deliveries: Mapping[str, Progress]
    """How far messages that have to be pushed have come, by message id."""
    attachments: Sequence[Attachment]
    """Files of the worker, in order of arrival."""


async def queue(
    session: AsyncSession,
    *,
    status: Status | None = None,
    claimed_by: str | None = None,
    priority: int | None = None,
) -> Sequence[QueueEntry]:
    """Open cases: the most urgent first, then those due first, then the oldest.

    ``claimed_by``: only the cases of this member of staff.
    """
    conditions: list[ColumnElement[bool]] = [Handoff.state.in_(OPEN_HANDOFF_STATES)]
    if status is Status.WAITING:
        conditions.append(Handoff.state == HandoffState.WAITING)
    elif status is not None:
        conditions.append(Conversation.status == status)
    if claimed_by is not None:
        conditions.append(Handoff.claimed_by == claimed_by)
    if priority is not None:
        conditions.append(Handoff.priority == priority)
    rows = await session.execute(
        select(Handoff, Conversation, Staff)
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .outerjoin(Staff, Staff.id == Handoff.claimed_by)
        .where(*conditions)
        .order_by(Handoff.priority, Handoff.due_at.nulls_last(), Handoff.created_at)
        .limit(QUEUE_AT_MOST)
    )
    return [QueueEntry(handoff, conversation, staff) for handoff, conversation, staff in rows]


async def position(session: AsyncSession, handoff: Handoff) -> int:
    """How many waiting cases stand before this one."""
    before = select(func.count()).where(
        Handoff.state == HandoffState.WAITING,
        Handoff.id != handoff.id,
        (Handoff.priority < handoff.priority)
        | ((Handoff.priority == handoff.priority) & (Handoff.created_at < handoff.created_at)),
    )
    return (await session.scalars(before)).one()


def same_person(worker_id: str) -> Select[str]:
    """Ids of a worker and of all others who were recognised as the same member of the roster."""
    this, known = aliased(Worker), aliased(Worker)
    member_id = select(known.member_id).where(known.id == worker_id).scalar_subquery()
    # Nobody's member_id equals that of a worker who was not recognised: it is NULL. Two look-ups
    # by an index each; with both conditions in one place SQLite reads every worker.
    same_member = select(this.id).where(this.member_id == member_id)
    return select(Worker.id).where(or_(Worker.id == worker_id, Worker.id.in_(same_member)))


async def detail(session: AsyncSession, conversation_id: str) -> CaseDetail:
    """One case. Raises ``ApiError``: conversation_not_found."""
    conversation = await access.find_conversation(session, conversation_id)
    if conversation is None:
        raise ApiError(ErrorCode.CONVERSATION_NOT_FOUND)
    handoff = await session.scalar(
        select(Handoff)
        .where(Handoff.conversation_id == conversation_id)
        .order_by(Handoff.created_at.desc())
        .limit(1)
    )
    holder = handoff.claimed_by if handoff else None
    notes = await session.execute(
        select(Note, Staff.name)
        .join(Staff, Staff.id == Note.staff_id)
        .where(Note.conversation_id == conversation_id)
        .order_by(Note.created_at)
    )
    earlier = await session.scalars(
        select(Conversation)
        .where(
            Conversation.worker_id.in_(same_person(conversation.worker_id)),
            Conversation.id != conversation_id,
        )
        .order_by(Conversation.created_at.desc())
    )
    return CaseDetail(
        conversation=conversation,
        handoff=handoff,
        claimed_by=await session.get(Staff, holder) if holder else None,
        messages=await access.messages_after(session, conversation_id, 0),
        notes=[(note, name) for note, name in notes],
        earlier=earlier.all(),
        deliveries=await deliveries.states_of(session, conversation_id),
        attachments=await attachments.of_conversation(session, conversation_id),
    )

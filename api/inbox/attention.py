"""What the worker is shown of the desk: that somebody writes, and up to where it was read."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.live.events import Publisher, Read, Typing
from api.live.read_marks import mark_read
from api.staff import cases
from api.storage.database import Database
from api.storage.models import (
    ActorKind,
    Author,
    Conversation,
    Handoff,
    HandoffState,
    Message,
    Staff,
)


async def typing(
    database: Database, publisher: Publisher, staff: Staff, conversation_id: str
) -> None:
    """Tell the worker of one's own case that one writes.

    Raises ``ApiError``: conversation_not_found, forbidden, not_possible_now for a case of
    somebody else.
    """
    async with database.read() as session:
        await _require_own(session, staff, conversation_id)
    publisher.publish(Typing(conversation_id, ActorKind.STAFF))


async def seen(
    database: Database,
    publisher: Publisher,
    staff: Staff,
    conversation_id: str,
    message_id: str,
) -> None:
    """Note that one has read one's own case up to a message, and tell the worker.

    A case that was put aside, and that the worker brought back, is taken up again by that: it
    must not go aside once more as soon as somebody has looked at it.

    Whoever only looks at a colleague's case leaves no mark. Raises ``ApiError`` as ``typing``.
    """
    async with database.write() as session:
        handoff = await _require_own(session, staff, conversation_id)
        before = await session.scalar(
            select(Conversation.staff_seen_seq).where(Conversation.id == conversation_id)
        )
        seq = await mark_read(session, conversation_id, message_id, by=ActorKind.STAFF)
        if seq is not None and handoff.snoozed_until is not None:
            said = Message.seq.between((before or 0) + 1, seq)
            if await session.scalar(
                select(Message.id)
                .where(Message.conversation_id == conversation_id, said)
                .where(Message.author == Author.WORKER)
                .limit(1)
            ):
                handoff.snoozed_until = None
    if seq is not None:
        publisher.publish(Read(conversation_id, ActorKind.STAFF, seq))


async def _require_own(session: AsyncSession, staff: Staff, conversation_id: str) -> Handoff:
    await cases.require_visible(session, staff, conversation_id)
    own = await session.scalar(
        select(Handoff).where(
            Handoff.conversation_id == conversation_id,
            Handoff.state == HandoffState.CLAIMED,
            Handoff.claimed_by == staff.id,
        )
    )
    if own is None:
        raise ApiError(ErrorCode.NOT_POSSIBLE_NOW)
    return own

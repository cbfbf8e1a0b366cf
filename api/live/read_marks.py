"""How far each side has read; every function works in the caller's session."""

from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import access
from api.storage.models import ActorKind, Conversation, Message

_COLUMNS = {
    ActorKind.WORKER: Conversation.worker_seen_seq,
    ActorKind.STAFF: Conversation.staff_seen_seq,
}


def read_marks(conversation: Conversation) -> dict[ActorKind, int]:
    """The place up to which each side has read; 0 before the first message."""
    return {by: getattr(conversation, column.key) for by, column in _COLUMNS.items()}


async def mark_read(
    session: AsyncSession, conversation_id: str, message_id: str, by: ActorKind
) -> int | None:
    """Note that the worker or the staff have read up to a message.

    Returns its place, or None if nothing has changed: it was read before, or it is not in this
    conversation.
    """
    seq = await access.place_of(session, conversation_id, message_id)
    if seq is None:
        return None
    column = _COLUMNS[by]
    marked = await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, column < seq)
        .values({column: seq})
    )
    return seq if cast(CursorResult[Any], marked).rowcount == 1 else None


async def message_at(session: AsyncSession, conversation_id: str, seq: int) -> str | None:
    """The id of the message at a place, None if there is none (any more)."""
    return await session.scalar(
        select(Message.id).where(Message.conversation_id == conversation_id, Message.seq == seq)
    )

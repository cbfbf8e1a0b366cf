"""Reading and writing conversations and messages; every function works in the caller's session."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, Table, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.storage.models import (
    OPEN_HANDOFF_STATES,
    Author,
    Conversation,
    Handoff,
    Message,
    MessageKind,
    Status,
    now,
)

# The statements of every turn are built once: that spares SQLAlchemy from deriving their cache
# keys each time, and inserting rows directly spares it the unit of work (a third of a turn's cost).
_conversations = cast(Table, Conversation.__table__)
_messages = cast(Table, Message.__table__)
_FIND_CONVERSATION = select(Conversation).where(Conversation.id == bindparam("wanted"))
_LOCK_CONVERSATION = _FIND_CONVERSATION.with_for_update()
_TAKE_PLACE = (
    update(_conversations)
    .where(_conversations.c.id == bindparam("wanted"))
    .values(last_seq=_conversations.c.last_seq + 1)
    .returning(*_conversations.c)
)
_INSERT_MESSAGES = insert(_messages)
_MARK_HANDLED = (
    update(_messages)
    .where(_messages.c.id == bindparam("wanted"), _messages.c.handled_at.is_(None))
    .values(handled_at=bindparam("at"))
)


async def find_conversation(session: AsyncSession, conversation_id: str) -> Conversation | None:
    """The conversation, or None."""
    return await session.scalar(_FIND_CONVERSATION, {"wanted": conversation_id})


async def status_of(session: AsyncSession, conversation_id: str) -> Status:
    """Who has the conversation. Raises ``sqlalchemy.exc.NoResultFound`` without it."""
    return (
        await session.scalars(select(Conversation.status).where(Conversation.id == conversation_id))
    ).one()


async def lock_conversation(session: AsyncSession, conversation_id: str) -> Conversation:
    """The conversation, held against other writers until the transaction ends.

    SQLite holds the whole database already (BEGIN IMMEDIATE). Raises
    ``sqlalchemy.exc.NoResultFound``.
    """
    return (await session.scalars(_LOCK_CONVERSATION, {"wanted": conversation_id})).one()


async def append(
    session: AsyncSession, conversation: Conversation, messages: Sequence[Message]
) -> None:
    """Store messages at the end of a locked conversation."""
    for message in messages:
        conversation.last_seq += 1
        message.conversation_id = conversation.id
        message.seq = conversation.last_seq
    if messages:
        await _insert(session, messages)


async def add_worker_message(
    session: AsyncSession, conversation_id: str, *, text: str, client_message_id: str
) -> tuple[Message, Conversation]:
    """Store a worker's message at the end of its conversation, and return both.

    Raises ``sqlalchemy.exc.IntegrityError`` if the client's id has been used before, and
    ``sqlalchemy.exc.NoResultFound`` without the conversation.
    """
    # One statement locks the conversation, takes the next place and reads the rest.
    row = (await session.execute(_TAKE_PLACE, {"wanted": conversation_id})).one()
    conversation = Conversation(**row._mapping)
    message = Message.of(Author.WORKER, MessageKind.CHAT, text, client_message_id=client_message_id)
    message.conversation_id = conversation_id
    message.seq = conversation.last_seq
    await _insert(session, [message])
    return message, conversation


async def _insert(session: AsyncSession, messages: Sequence[Message]) -> None:
    rows = [{c.key: getattr(message, c.key) for c in _messages.c} for message in messages]
    await session.execute(_INSERT_MESSAGES, rows)


async def find_by_client_id(
    session: AsyncSession, conversation_id: str, client_message_id: str
) -> Message | None:
    """The worker's message that was sent under this id, or None."""
    return await session.scalar(
        select(Message).where(
            Message.conversation_id == conversation_id,
            Message.client_message_id == client_message_id,
        )
    )


async def replies_to(session: AsyncSession, message_id: str) -> Sequence[Message]:
    """What the turn of a worker's message brought, in order."""
    return (
        await session.scalars(
            select(Message).where(Message.in_reply_to == message_id).order_by(Message.seq)
        )
    ).all()


async def messages_after(
    session: AsyncSession, conversation_id: str, seq: int
) -> Sequence[Message]:
    """Messages behind a place in the conversation, in order."""
    return (
        await session.scalars(
            select(Message)
            .where(Message.conversation_id == conversation_id, Message.seq > seq)
            .order_by(Message.seq)
        )
    ).all()


async def place_of(session: AsyncSession, conversation_id: str, message_id: str) -> int | None:
    """The place of a message in its conversation, None if it is not there."""
    return await session.scalar(
        select(Message.seq).where(
            Message.conversation_id == conversation_id, Message.id == message_id
        )
    )


async def mark_handled(session: AsyncSession, message_id: str) -> bool:
    """Complete a turn; False if somebody else already has."""
    result = await session.execute(_MARK_HANDLED, {"wanted": message_id, "at": now()})
    return cast(CursorResult[Any], result).rowcount == 1


async def unhandled_messages(session: AsyncSession) -> Sequence[Message]:
    """Workers' messages whose turn was not completed, in order of arrival."""
    return (
        await session.scalars(
            select(Message)
            .where(Message.author == Author.WORKER, Message.handled_at.is_(None))
            .order_by(Message.created_at, Message.conversation_id, Message.seq)
        )
    ).all()


async def latest_trace(session: AsyncSession, conversation_id: str) -> dict[str, Any] | None:
    """The trace of the latest answer that had one."""
    return await session.scalar(
        select(Message.trace)
        .where(Message.conversation_id == conversation_id, Message.trace.is_not(None))
        .order_by(Message.seq.desc())
        .limit(1)
    )


async def open_handoff(session: AsyncSession, conversation_id: str) -> Handoff | None:
    """The hand-off that a person has or will have, or None."""
    return await session.scalar(
        select(Handoff)
        .where(Handoff.conversation_id == conversation_id, Handoff.state.in_(OPEN_HANDOFF_STATES))
        .order_by(Handoff.created_at.desc())
        .limit(1)
    )

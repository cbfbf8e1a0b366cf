"""Reading and writing conversations and messages; every function works in the caller's session."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.storage.models import (
    OPEN_HANDOFF_STATES, Author, Conversation, Handoff, Message, MessageKind, new_id, now,
)


async def find_conversation(session: AsyncSession, conversation_id: str) -> Conversation | None:
    """The conversation, or None."""
    return await session.get(Conversation, conversation_id)


async def lock_conversation(session: AsyncSession, conversation_id: str) -> Conversation:
    """The conversation, held against other writers until the transaction ends.

    SQLite holds the whole database already (BEGIN IMMEDIATE). Raises
    ``sqlalchemy.exc.NoResultFound``.
    """
    return await session.get_one(Conversation, conversation_id, with_for_update=True)


def append(session: AsyncSession, conversation: Conversation, message: Message) -> None:
    """Add a message at the end of a locked conversation."""
    conversation.last_seq += 1
    message.conversation_id = conversation.id
    message.seq = conversation.last_seq
    session.add(message)


async def add_worker_message(
    session: AsyncSession, conversation_id: str, *, text: str, client_message_id: str
) -> tuple[Message, Conversation]:
    """Store a worker's message at the end of its conversation.

    Raises ``sqlalchemy.exc.IntegrityError`` if the client's id has been used before, and
    ``sqlalchemy.exc.NoResultFound`` without the conversation.
    """
    # One statement locks the conversation, takes the next place and reads the rest.
    conversation = (
        await session.scalars(
            update(Conversation)
            .where(Conversation.id == conversation_id)
            .values(last_seq=Conversation.last_seq + 1)
            .returning(Conversation)
        )
    ).one()
    message = Message(
        id=new_id(),
        conversation_id=conversation_id,
        seq=conversation.last_seq,
        author=Author.WORKER,
        kind=MessageKind.CHAT,
        text=text,
        citations=[],
        quick_replies=[],
        client_message_id=client_message_id,
    )
    session.add(message)
    await session.flush()
    return message, conversation


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
    result: CursorResult[Any] = await session.execute(  # type: ignore[assignment]
        update(Message)
        .where(Message.id == message_id, Message.handled_at.is_(None))
        .values(handled_at=now())
        .execution_options(synchronize_session=False)
    )
    return result.rowcount == 1


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

"""Reading and writing conversations and messages; every function works in the caller's
transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias, cast

from sqlalchemy import CursorResult, Table, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.outbox import deliveries
from api.storage.models import (
    OPEN_HANDOFF_STATES,
    Author,
    Channel,
    ChannelIdentity,
    Conversation,
    Handoff,
    Message,
    MessageKind,
    Status,
    Worker,
    new_id,
    now,
)

Executor: TypeAlias = AsyncConnection | AsyncSession
"""What runs a statement. A session costs more than the few statements of every turn."""
# The statements of every turn are built once: that spares SQLAlchemy from deriving their cache
# keys each time, and inserting rows directly spares it the unit of work (a third of a turn's cost).
_conversations = cast(Table, Conversation.__table__)
_messages = cast(Table, Message.__table__)
_FIND_CONVERSATION = select(Conversation).where(Conversation.id == bindparam("wanted"))
_LOCK_CONVERSATION = _FIND_CONVERSATION.with_for_update()
_READ_CONVERSATION = select(_conversations).where(_conversations.c.id == bindparam("wanted"))
_TAKE_PLACE = (
    update(_conversations)
    .where(_conversations.c.id == bindparam("wanted"), _conversations.c.status != Status.CLOSED)
    .values(last_seq=_conversations.c.last_seq + 1, last_message_at=bindparam("at"))
    .returning(*_conversations.c)
)
_TAKE_PLACES = (
    update(_conversations)
    .where(_conversations.c.id == bindparam("wanted"), _conversations.c.status == Status.BOT)
    .values(
        last_seq=_conversations.c.last_seq + bindparam("number"), last_message_at=bindparam("at")
    )
    .returning(*_conversations.c)
)
_MOVE_ON = (
    update(_conversations)
    .where(_conversations.c.id == bindparam("wanted"))
    .values(last_seq=bindparam("to"), last_message_at=bindparam("at"))
)
_INSERT_WORKER = insert(cast(Table, Worker.__table__))
_INSERT_IDENTITY = insert(cast(Table, ChannelIdentity.__table__))
_INSERT_CONVERSATION = insert(_conversations)
_INSERT_MESSAGES = insert(_messages)
_MARK_HANDLED = (
    update(_messages)
    .where(_messages.c.id == bindparam("wanted"), _messages.c.handled_at.is_(None))
    .values(handled_at=bindparam("at"))
)


async def find_conversation(session: AsyncSession, conversation_id: str) -> Conversation | None:
    """The conversation, or None."""
    return await session.scalar(_FIND_CONVERSATION, {"wanted": conversation_id})


async def read_conversation(
    connection: AsyncConnection, conversation_id: str
) -> Conversation | None:
    """The conversation as it is now, or None. No session knows it: a change of it is not stored."""
    row = (await connection.execute(_READ_CONVERSATION, {"wanted": conversation_id})).one_or_none()
    return None if row is None else Conversation(**row._mapping)


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
    if not messages:
        return
    for seq, message in enumerate(messages, start=conversation.last_seq + 1):
        message.conversation_id, message.seq = conversation.id, seq
    at, last = now(), conversation.last_seq + len(messages)
    await session.execute(_MOVE_ON, {"wanted": conversation.id, "to": last, "at": at})
    # Written already, so it is no change that the session would have to write.
    set_committed_value(conversation, "last_seq", last)
    set_committed_value(conversation, "last_message_at", at)
    await _insert(session, messages)
    await deliveries.expect(session, conversation, messages)


async def add_worker_message(
    through: Executor, conversation_id: str, *, text: str, client_message_id: str
) -> tuple[Message, Conversation]:
    """Store a worker's message at the end of its conversation, and return both.

    Raises ``sqlalchemy.exc.IntegrityError`` if the client's id has been used before, and
    ``sqlalchemy.exc.NoResultFound`` without the conversation, or if it is closed.
    """
    # One statement locks the conversation, takes the next place and reads the rest.
    taken = await through.execute(_TAKE_PLACE, {"wanted": conversation_id, "at": now()})
    row = taken.one()
    conversation = Conversation(**row._mapping)
    message = Message.of(Author.WORKER, MessageKind.CHAT, text, client_message_id=client_message_id)
    message.conversation_id = conversation_id
    message.seq = conversation.last_seq
    await _insert(through, [message])
    return message, conversation


async def answer(
    connection: AsyncConnection, message: Message, replies: Sequence[Message]
) -> Conversation | None:
    """Complete a worker's message with replies of the bot, and return the conversation.

    None: the bot has the conversation no more, or somebody has completed the message; then the
    caller must roll back.
    """
    at = now()
    wanted = {"wanted": message.conversation_id, "number": len(replies), "at": at}
    row = (await connection.execute(_TAKE_PLACES, wanted)).one_or_none()
    if row is None or not await mark_handled(connection, message.id):
        return None
    conversation = Conversation(**row._mapping)
    for seq, reply in enumerate(replies, start=conversation.last_seq - len(replies) + 1):
        reply.conversation_id, reply.seq, reply.in_reply_to = conversation.id, seq, message.id
    await _insert(connection, replies)
    if conversation.channel in deliveries.PUSHED:
        async with AsyncSession(connection) as session:
            await deliveries.expect(session, conversation, replies)
            await session.commit()  # of what it has to say; the transaction stays the caller's
    return conversation


async def create_conversation(
    session: AsyncSession, channel: Channel, *, token_hash: str, external_id: str | None = None
) -> Conversation:
    """A new worker with a first conversation. ``external_id``: how the channel knows the worker;
    on the web that is the token.

    Raises ``sqlalchemy.exc.IntegrityError`` if the channel knows somebody by it already.
    """
    at, worker_id = now(), new_id()
    worker = {"id": worker_id, "created_at": at}
    identity = {
        "id": new_id(),
        "worker_id": worker_id,
        "channel": channel,
        "external_id": external_id or token_hash,
        "created_at": at,
    }
    await session.execute(_INSERT_WORKER, worker)
    await session.execute(_INSERT_IDENTITY, identity)
    conversation = _new_conversation(worker_id, channel, token_hash)
    await session.execute(_INSERT_CONVERSATION, _row(conversation))
    # From here on the session knows it as one that it has read.
    make_transient_to_detached(conversation)
    session.add(conversation)
    return conversation


async def successor_of(session: AsyncSession, closed: Conversation) -> Conversation:
    """The open conversation that goes on from a closed one that is locked; made if need be.

    Raises ``ApiError``: unauthorized, if the worker had everything deleted.
    """
    if not closed.token_hash:
        raise ApiError(ErrorCode.UNAUTHORIZED)
    while closed.status is Status.CLOSED:
        following = await session.scalar(
            select(Conversation).where(Conversation.previous_id == closed.id)
        )
        if following is None:
            following = _new_conversation(closed.worker_id, closed.channel, closed.token_hash)
            following.previous_id = closed.id
            session.add(following)
            await session.flush()
        closed = following
    return closed


async def carry_over(session: AsyncSession, closed: Conversation, message: Message) -> None:
    """Put a message that came as its conversation was closed, which is locked, at the end of the
    one that goes on from it."""
    following = await successor_of(session, closed)
    following.last_seq += 1
    following.last_message_at = now()
    message.conversation_id, message.seq = following.id, following.last_seq
    await session.execute(
        update(_messages)
        .where(_messages.c.id == message.id)
        .values(conversation_id=following.id, seq=following.last_seq)
    )


def _new_conversation(worker_id: str, channel: Channel, token_hash: str) -> Conversation:
    at = now()
    return Conversation(
        id=new_id(),
        worker_id=worker_id,
        channel=channel,
        token_hash=token_hash,
        status=Status.BOT,
        last_seq=0,
        bot_round=0,
        worker_seen_seq=0,
        staff_seen_seq=0,
        last_message_at=at,
        created_at=at,
    )


async def chain_of(session: AsyncSession, conversation: Conversation) -> list[Conversation]:
    """The conversation and those that go on from it, in order."""
    chain = [conversation]
    while chain[-1].status is Status.CLOSED:
        following = await session.scalar(
            select(Conversation).where(Conversation.previous_id == chain[-1].id)
        )
        if following is None:
            break
        chain.append(following)
    return chain


async def _insert(through: Executor, messages: Sequence[Message]) -> None:
    await through.execute(_INSERT_MESSAGES, [_row(message) for message in messages])


def _row(stored: Message | Conversation) -> dict[str, Any]:
    return {column.key: getattr(stored, column.key) for column in stored.__table__.c}


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


async def find_repeated(
    session: AsyncSession, conversation_id: str, client_message_id: str
) -> Message | None:
    """The worker's message under this id, here or in a conversation that goes on from here."""
    conversation = await find_conversation(session, conversation_id)
    for part in await chain_of(session, conversation) if conversation else []:
        message = await find_by_client_id(session, part.id, client_message_id)
        if message is not None:
            return message
    return None


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


async def author_of(session: AsyncSession, conversation_id: str, message_id: str) -> Author | None:
    """Who wrote a message of the conversation, None if it is not there."""
    return await session.scalar(
        select(Message.author).where(
            Message.conversation_id == conversation_id, Message.id == message_id
        )
    )


async def mark_handled(through: Executor, message_id: str) -> bool:
    """Complete a turn; False if somebody else already has."""
    result = await through.execute(_MARK_HANDLED, {"wanted": message_id, "at": now()})
    return cast(CursorResult[Any], result).rowcount == 1


async def unhandled_messages(
    session: AsyncSession, *, stored_before: datetime | None = None
) -> Sequence[Message]:
    """Workers' messages whose turn was not completed, in order of arrival."""
    # Inside a conversation that is the order of places: a clock may have jumped between two.
    first_of_conversation = func.min(Message.created_at).over(partition_by=Message.conversation_id)
    unhandled = select(Message).where(Message.author == Author.WORKER, Message.handled_at.is_(None))
    if stored_before is not None:
        unhandled = unhandled.where(Message.created_at < stored_before)
    return (
        await session.scalars(
            unhandled.order_by(first_of_conversation, Message.conversation_id, Message.seq)
        )
    ).all()


async def unhandled_before(session: AsyncSession, message: Message) -> Sequence[Message]:
    """Workers' messages of the conversation that stand before this one, not completed."""
    return (
        await session.scalars(
            select(Message)
            .where(
                Message.conversation_id == message.conversation_id,
                Message.seq < message.seq,
                Message.author == Author.WORKER,
                Message.handled_at.is_(None),
            )
            .order_by(Message.seq)
        )
    ).all()


async def is_handled(session: AsyncSession, message_id: str) -> bool:
    """Whether the turn of a message was completed."""
    handled = await session.scalar(select(Message.handled_at).where(Message.id == message_id))
    return handled is not None


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

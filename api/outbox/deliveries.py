"""Messages on their way to workers to whom they have to be pushed.

Every such message has a row from the transaction that stores it, and an outbox item that calls
the channel's adapter for its conversation. The adapter reads what is open when it is called, so
one item serves every message that was stored before.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.outbox import queue
from api.storage.models import (
    OPEN_DELIVERY_STATES,
    Author,
    Channel,
    Conversation,
    Delivery,
    DeliveryState,
    Message,
    OutboxItem,
    OutboxState,
    now,
)

PUSHED: Mapping[Channel, str] = {Channel.WECHAT: "wechat"}
"""The adapter of each channel to which messages have to be pushed."""
PASSIVE_FIRST = timedelta(seconds=6)
"""How long a reply is left to the request that it replies to: the platform waits 5 s for it, and
what goes out with it costs nothing."""

_INSERT = insert(cast(Table, Delivery.__table__))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a message has come. ``reason``: why it is held or failed, for machines."""

    state: DeliveryState
    reason: str | None


async def expect(
    session: AsyncSession,
    conversation: Conversation,
    messages: Sequence[Message],
    *,
    clock: Callable[[], datetime] = now,
) -> None:
    """Have messages that are just being stored delivered, where their channel needs it.

    Call it in the messages' transaction. What replies to nothing is due at once; the replies of a
    turn are left to the worker's own request first, for ``PASSIVE_FIRST``.
    """
    adapter = PUSHED.get(conversation.channel)
    owed = [message for message in messages if message.author is not Author.WORKER]
    if adapter is None or not owed:
        return
    at = clock()
    rows = [
        {
            "message_id": message.id,
            "conversation_id": conversation.id,
            "state": DeliveryState.PENDING,
            "created_at": at,
        }
        for message in owed
    ]
    await session.execute(_INSERT, rows)
    is_reply = any(message.in_reply_to is not None for message in owed)
    await schedule(session, adapter, conversation.id, at + PASSIVE_FIRST if is_reply else at)


async def schedule(
    session: AsyncSession, adapter: str, conversation_id: str, due_at: datetime
) -> None:
    """Have the adapter called for a conversation, unless an item that is due no later does it.

    An item that was tried before does not count: the attempt may be at work now, past what has
    just been stored. The item names no conversation to the queue: the adapter keeps the order
    itself, and what waits after a failure must not hold up what is new.
    """
    waiting = await session.scalar(
        select(OutboxItem.id)
        .where(
            OutboxItem.state == OutboxState.PENDING,
            OutboxItem.due_at <= due_at,
            OutboxItem.attempts == 0,
            OutboxItem.adapter == adapter,
            OutboxItem.payload["conversation_id"].as_string() == conversation_id,
        )
        .limit(1)
        # Held, nobody can claim it before this transaction's messages are there to be read.
        .with_for_update(skip_locked=True)
    )
    if waiting is None:
        item = await queue.enqueue(session, adapter, {"conversation_id": conversation_id})
        item.due_at = due_at


async def wake(
    session: AsyncSession, conversation_id: str, *, clock: Callable[[], datetime] = now
) -> None:
    """Try again what was held, after ``PASSIVE_FIRST``: the worker is here, and the channel is
    open again. What was left by an item that was given up goes with it."""
    channel = await session.scalar(
        select(Conversation.channel).where(Conversation.id == conversation_id)
    )
    adapter = PUSHED.get(channel) if channel is not None else None
    if adapter is None:
        return
    of_conversation = Delivery.conversation_id == conversation_id
    await session.execute(
        update(Delivery)
        .where(of_conversation, Delivery.state == DeliveryState.HELD)
        .values(state=DeliveryState.PENDING, reason=None)
    )
    is_open = select(Delivery.message_id).where(
        of_conversation, Delivery.state.in_(OPEN_DELIVERY_STATES)
    )
    if await session.scalar(is_open.limit(1)) is not None:
        await schedule(session, adapter, conversation_id, clock() + PASSIVE_FIRST)


async def pending_of(session: AsyncSession, conversation_id: str) -> Sequence[Message]:
    """The messages of a conversation that wait to be delivered or are held, in order."""
    waiting = (
        select(Message)
        .join(Delivery, Delivery.message_id == Message.id)
        .where(
            Delivery.conversation_id == conversation_id,
            Delivery.state.in_((DeliveryState.PENDING, DeliveryState.HELD)),
        )
        .order_by(Message.seq)
    )
    return (await session.scalars(waiting)).all()


async def states_of(session: AsyncSession, conversation_id: str) -> dict[str, Progress]:
    """How far each message of a conversation has come, by message id; nothing for those that do
    not have to be pushed."""
    rows = await session.execute(
        select(Delivery.message_id, Delivery.state, Delivery.reason).where(
            Delivery.conversation_id == conversation_id
        )
    )
    return {message_id: Progress(state, reason) for message_id, state, reason in rows}


async def mark_sending(session: AsyncSession, message_ids: Collection[str]) -> None:
    """Somebody is about to deliver these."""
    await _mark(session, message_ids, state=DeliveryState.SENDING, reason=None)


async def mark_sent(session: AsyncSession, message_ids: Collection[str], at: datetime) -> None:
    """The worker has these."""
    await _mark(session, message_ids, state=DeliveryState.SENT, reason=None, sent_at=at)


async def mark_held(session: AsyncSession, message_ids: Collection[str], reason: str) -> None:
    """The channel takes these at the worker's next contact."""
    await _mark(session, message_ids, state=DeliveryState.HELD, reason=reason)


async def mark_failed(session: AsyncSession, message_ids: Collection[str], reason: str) -> None:
    """The channel will never take these."""
    await _mark(session, message_ids, state=DeliveryState.FAILED, reason=reason)


async def _mark(session: AsyncSession, message_ids: Collection[str], **values: Any) -> None:
    """What has been sent or has failed stays so."""
    if message_ids:
        await session.execute(
            update(Delivery)
            .where(Delivery.message_id.in_(message_ids), Delivery.state.in_(OPEN_DELIVERY_STATES))
            .values(**values)
        )

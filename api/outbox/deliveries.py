"""Messages on their way to workers to whom they have to be pushed.

Every such message has a row from the transaction that stores it, and an outbox item that calls
the channel's adapter for its conversation. The adapter reads what is open when it is called, so
one item serves every message that was stored before.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
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

_TABLE = cast(Table, Delivery.__table__)
_INSERT = insert(_TABLE)
_RELEASE = (
    update(_TABLE)
    .where(_TABLE.c.conversation_id == bindparam("wanted"), _TABLE.c.state == DeliveryState.HELD)
    .values(state=DeliveryState.PENDING, reason=None)
)
_CONVERSATION_OF = OutboxItem.payload["conversation_id"].as_string()
_CALLER = (
    select(OutboxItem.id)
    .where(
        OutboxItem.state == OutboxState.PENDING,
        OutboxItem.due_at <= bindparam("due_at"),
        OutboxItem.attempts == 0,
        OutboxItem.adapter == bindparam("adapter"),
        bindparam("conversation_id") == _CONVERSATION_OF,
    )
    .limit(1)
    # Held, nobody can claim it before this transaction's messages are there to be read.
    .with_for_update(skip_locked=True)
)
_UNTRIED = (
    select(OutboxItem)
    .where(
        OutboxItem.state == OutboxState.PENDING,
        OutboxItem.attempts == 0,
        OutboxItem.adapter.in_(PUSHED.values()),
        _CONVERSATION_OF.in_(bindparam("conversation_ids", expanding=True)),
    )
    # Who holds one is just storing a message that counts on it.
    .with_for_update(skip_locked=True)
)
_OPEN = select(Delivery.conversation_id).where(
    Delivery.conversation_id.in_(bindparam("conversation_ids", expanding=True)),
    Delivery.state.in_(OPEN_DELIVERY_STATES),
)
_PENDING = (
    select(Message)
    .join(Delivery, Delivery.message_id == Message.id)
    .where(
        Delivery.conversation_id == bindparam("conversation_id"),
        Delivery.state.in_((DeliveryState.PENDING, DeliveryState.HELD)),
    )
    .order_by(Message.seq)
)


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
    wanted = {"due_at": due_at, "adapter": adapter, "conversation_id": conversation_id}
    if await session.scalar(_CALLER, wanted) is None:
        item = await queue.enqueue(session, adapter, {"conversation_id": conversation_id})
        item.due_at = due_at


async def settle(session: AsyncSession, conversation_ids: Collection[str]) -> bool:
    """Take back the calls for conversations of which nothing is open any more; returns whether
    any of them has something open. An item that was tried before is left to whoever has it."""
    wanted = {"conversation_ids": list(conversation_ids)}
    items = (await session.scalars(_UNTRIED, wanted)).all()
    # Only now: what was stored before an item could be held can be seen.
    still_open = set(await session.scalars(_OPEN, wanted))
    for item in items:
        if item.payload["conversation_id"] not in still_open:
            await session.delete(item)
    return bool(still_open)


async def wake(
    session: AsyncSession,
    channel: Channel,
    conversation_id: str,
    *,
    clock: Callable[[], datetime] = now,
) -> None:
    """Try again what was held, after ``PASSIVE_FIRST``: the worker is here, and the channel is
    open again. What was left by an item that was given up goes with it."""
    adapter = PUSHED.get(channel)
    if adapter is None:
        return
    await session.execute(_RELEASE, {"wanted": conversation_id})
    if await session.scalar(_OPEN, {"conversation_ids": [conversation_id]}) is not None:
        await schedule(session, adapter, conversation_id, clock() + PASSIVE_FIRST)


async def pending_of(session: AsyncSession, conversation_id: str) -> Sequence[Message]:
    """The messages of a conversation that wait to be delivered or are held, in order."""
    return (await session.scalars(_PENDING, {"conversation_id": conversation_id})).all()


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

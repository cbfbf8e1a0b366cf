"""Texts on their way to a follower: composed, joined, taken.

Whoever changes a follower's parts holds the lock of the follower's row, so that there is one order
and nobody takes what somebody else has. A lease says that a part is being sent with no lock held;
it runs out by itself where a process dies.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.channels.wechat import form
from api.channels.wechat.choices import MORE_LINE_BYTES
from api.channels.wechat.followers import lock_follower
from api.channels.wechat.form import COMPOSED_MAX_BYTES, PART_MAX_BYTES
from api.channels.wechat.splitting import cut, size_of
from api.outbox import deliveries
from api.storage.models import Conversation, WechatFollower, WechatPart, new_id, now

_SEPARATOR = "\n\n"
_SHORTEST_BYTES = 200
"""A text as short as this is not refused for its length, whatever the platform says."""
LEASE = timedelta(seconds=60)
"""Longer than any attempt of the outbox, by more than clocks of gateways differ."""
_TICK = timedelta(microseconds=1)
_SHARE_CONVERSATION = (
    select(Conversation.id)
    .where(Conversation.id == bindparam("wanted"))
    .with_for_update(read=True, key_share=True)
)
_OF_FOLLOWER = (
    select(WechatPart)
    .where(WechatPart.openid == bindparam("openid"))
    .order_by(WechatPart.created_at, WechatPart.id)
)


@dataclass(frozen=True, slots=True)
class Mail:
    """What waits for a follower, whose row is locked, in order."""

    follower: WechatFollower
    parts: list[WechatPart]


@dataclass(frozen=True, slots=True)
class Taken:
    """A passive reply. ``left``: how many parts still wait."""

    text: str
    left: int


async def of_follower(session: AsyncSession, openid: str) -> list[WechatPart]:
    """What waits for a follower, in the order in which it has to be read."""
    return list((await session.scalars(_OF_FOLLOWER, {"openid": openid})).all())


def message_ids_of(parts: Sequence[WechatPart]) -> set[str]:
    """The messages that are delivered once all of these are."""
    return {message_id for part in parts for message_id in part.message_ids}


def is_leased(part: WechatPart, at: datetime) -> bool:
    """Whether somebody is sending it.

    A lease that ends later than any taken now is of a clock that has gone back since.
    """
    return part.lease_until is not None and at < part.lease_until <= at + 2 * LEASE


async def render(session: AsyncSession, openid: str, conversation_id: str) -> Mail | None:
    """Compose what is new in a conversation into parts behind those that wait already, and return
    all of them; None: everything was erased.

    Locks the conversation's row (shared), then the follower's.
    """
    # An erasure holds this lock: what it is just erasing must not be copied into a part.
    await session.execute(_SHARE_CONVERSATION, {"wanted": conversation_id})
    follower = await lock_follower(session, openid)
    if follower is None:
        return None
    waiting = await of_follower(session, openid)
    composed_before = message_ids_of(waiting)
    pending = await deliveries.pending_of(session, conversation_id)
    new = [message for message in pending if message.id not in composed_before]
    if not new:
        return Mail(follower, waiting)
    last = waiting[-1] if waiting else None
    behind = last.created_at + _TICK if last is not None else now()
    composed = [
        WechatPart(
            id=new_id(),
            openid=openid,
            conversation_id=conversation_id,
            text=part.text,
            message_ids=list(part.message_ids),
            options=[asdict(option) for option in part.options],
            created_at=max(behind, now()) + number * _TICK,
        )
        for number, part in enumerate(form.compose(new))
    ]
    shown = message_ids_of(composed)
    first = composed[0] if composed else None
    if last and first and last.lease_until is None and _may_merge(last, first):
        _merge(last, first)
        composed = composed[1:]
    session.add_all(composed)
    await session.flush()
    await deliveries.mark_sending(session, shown)
    await deliveries.mark_failed(
        session, {message.id for message in new} - shown, "nothing_to_show"
    )
    return Mail(follower, waiting + composed)


async def take_passive(session: AsyncSession, openid: str, at: datetime) -> Taken | None:
    """Take as much as one passive reply holds, from the front; None: there is nothing to take.

    It counts as delivered when the transaction commits. Behind a part that is being sent nothing
    is taken: who sends that one goes on with the rest, in order.
    """
    follower = await lock_follower(session, openid)
    if follower is None:
        return None
    waiting = await of_follower(session, openid)
    free = list(takewhile(lambda part: not is_leased(part, at), waiting))
    for number in range(len(free), 0, -1):
        taken, left = free[:number], len(waiting) - number
        text = _joined(taken)
        room = PART_MAX_BYTES - (MORE_LINE_BYTES if left else 0)
        if number == 1 or (size_of(text) <= room and _are_joinable(taken)):
            await complete(session, follower, taken, at)
            return Taken(text, left)
    return None


async def complete(
    session: AsyncSession, follower: WechatFollower, sent: Sequence[WechatPart], at: datetime
) -> bool:
    """These have reached the locked follower; returns whether more waits in their conversations.

    A number means a choice only while the choices are the last thing that was shown.
    """
    follower.options = sent[-1].options
    for part in sent:
        await session.delete(part)
    await session.flush()
    await deliveries.mark_sent(session, message_ids_of(sent), at)
    return await deliveries.settle(session, {part.conversation_id for part in sent})


async def merge(session: AsyncSession, parts: Sequence[WechatPart], max_bytes: int) -> None:
    """Join neighbours of parts, none of which is being sent, while they fit."""
    last = parts[0]
    for part in parts[1:]:
        if _may_merge(last, part, max_bytes):
            _merge(last, part)
            await session.delete(part)
        else:
            last = part
    await session.flush()


async def split(session: AsyncSession, part: WechatPart) -> bool:
    """Cut the follower's first part in two; False: it is too short for that, or one link."""
    size = size_of(part.text)
    if size <= _SHORTEST_BYTES:
        return False
    beginning, rest = cut(part.text, size // 2)
    if not rest:
        return False
    part.text = rest
    session.add(
        WechatPart(
            openid=part.openid,
            conversation_id=part.conversation_id,
            text=beginning,
            message_ids=[],
            options=[],
            created_at=part.created_at - _TICK,
        )
    )
    await session.flush()
    return True


def _joined(parts: Sequence[WechatPart]) -> str:
    return _SEPARATOR.join(part.text for part in parts)


def _are_joinable(parts: Sequence[WechatPart]) -> bool:
    """Choices stand at the end of a text, or it would not be clear what a number means."""
    return not any(part.options for part in parts[:-1])


def _may_merge(part: WechatPart, behind: WechatPart, max_bytes: int = COMPOSED_MAX_BYTES) -> bool:
    """What is erased with one conversation must hold nothing of another."""
    return (
        part.conversation_id == behind.conversation_id
        and _are_joinable((part, behind))
        and size_of(_joined((part, behind))) <= max_bytes
    )


def _merge(part: WechatPart, behind: WechatPart) -> None:
    part.text = _joined((part, behind))
    part.message_ids = [*part.message_ids, *behind.message_ids]
    part.options = behind.options

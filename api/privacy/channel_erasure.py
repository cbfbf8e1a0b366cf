"""What a channel keeps about a worker beside the record, erased together with it.

Rows of the inbox stay for a while, empty, because they tell a repeated delivery from a new one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, delete, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.storage.models import (
    Channel,
    ChannelIdentity,
    Conversation,
    Delivery,
    WechatFollower,
    WechatInbound,
    WechatPart,
)

PAYLOAD_KEPT = timedelta(days=7)
"""Time to look into a fault; what was said is in the record."""
RECORD_KEPT = timedelta(days=30)
"""For what belongs to no conversation or no worker."""
_MESSAGE_KEYS = "msg:"
"""How the keys of messages begin; those of events have the OpenID in them."""
_NOBODY = ""
_SUCCESS = ""
"""The passive reply that says nothing."""


async def erase_conversation(
    session: AsyncSession, conversation: Conversation, at: datetime
) -> None:
    """Erase what was on its way between a locked conversation and its worker."""
    # Whoever changes what waits for a follower holds this lock (api.channels.wechat.parts).
    await _lock_followers(session, conversation.worker_id)
    await _erase_inbox(session, WechatInbound.conversation_id == conversation.id, at)
    for table in (WechatPart, Delivery):
        await session.execute(delete(table).where(table.conversation_id == conversation.id))


async def erase_worker(session: AsyncSession, worker_id: str, at: datetime) -> None:
    """Forget how channels know a locked worker, and what came from there."""
    openids = set(await _lock_followers(session, worker_id))
    openids |= set(
        await session.scalars(
            select(ChannelIdentity.external_id).where(
                ChannelIdentity.worker_id == worker_id, ChannelIdentity.channel == Channel.WECHAT
            )
        )
    )
    await _erase_inbox(session, WechatInbound.openid.in_(openids), at)
    for table in (WechatPart, WechatFollower):
        await session.execute(delete(table).where(table.openid.in_(openids)))
    # A notice for the desk, which the conversation's own erasure left, is for nobody else.
    of_worker = select(Conversation.id).where(Conversation.worker_id == worker_id)
    await session.execute(delete(Delivery).where(Delivery.conversation_id.in_(of_worker)))
    await session.execute(delete(ChannelIdentity).where(ChannelIdentity.worker_id == worker_id))


async def tidy_inbox(session: AsyncSession, at: datetime) -> None:
    """Empty what was handled, and drop what belongs to nobody, when its time is over."""
    # As text, because PostgreSQL does not compare JSON.
    is_full = cast(WechatInbound.payload, String) != "{}"
    await session.execute(
        update(WechatInbound)
        .where(
            WechatInbound.handled_at.is_not(None),
            WechatInbound.received_at < at - PAYLOAD_KEPT,
            is_full,
        )
        .values(payload={}, reply=_SUCCESS)
    )
    await session.execute(delete(WechatInbound).where(WechatInbound.received_at < at - RECORD_KEPT))
    # Followers without a conversation, such as one who had everything deleted.
    await session.execute(
        delete(WechatFollower).where(
            WechatFollower.worker_id.is_(None), WechatFollower.created_at < at - RECORD_KEPT
        )
    )


async def _lock_followers(session: AsyncSession, worker_id: str) -> Sequence[str]:
    found = select(WechatFollower.openid).where(WechatFollower.worker_id == worker_id)
    return (await session.scalars(found.with_for_update())).all()


async def _erase_inbox(session: AsyncSession, condition: ColumnElement[bool], at: datetime) -> None:
    key, row_id = WechatInbound.dedupe_key, WechatInbound.id
    erased: dict[str, Any] = {
        "payload": {},
        "openid": _NOBODY,
        "dedupe_key": case(
            (key.startswith(_MESSAGE_KEYS), key), else_=literal("erased:").concat(row_id)
        ),
    }
    # Without a reply a repeated delivery would be carried out again.
    await session.execute(
        update(WechatInbound)
        .where(condition, WechatInbound.handled_at.is_not(None))
        .values(reply=_SUCCESS, **erased)
    )
    # What is at work, or was left by a crash, must not be taken up any more; who is at it still
    # has to settle the reply, which may be the very confirmation of the erasure.
    await session.execute(
        update(WechatInbound)
        .where(condition, WechatInbound.handled_at.is_(None))
        .values(handled_at=at, **erased)
    )

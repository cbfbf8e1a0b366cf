"""Followers of the account and their conversations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import access, tokens
from api.storage.database import Database
from api.storage.models import (
    OPEN_DELIVERY_STATES,
    Channel,
    ChannelIdentity,
    Conversation,
    Delivery,
    WechatFollower,
    WechatPart,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A follower's latest conversation. ``options``: the choices that were shown last."""

    conversation: Conversation
    options: Sequence[dict[str, Any]]


_LOCK = select(WechatFollower).where(WechatFollower.openid == bindparam("openid")).with_for_update()
_LATEST = (
    select(Conversation, WechatFollower.options)
    .join(ChannelIdentity, ChannelIdentity.worker_id == Conversation.worker_id)
    .outerjoin(WechatFollower, WechatFollower.openid == ChannelIdentity.external_id)
    .where(
        ChannelIdentity.channel == Channel.WECHAT,
        ChannelIdentity.external_id == bindparam("openid"),
        Conversation.channel == Channel.WECHAT,
    )
    .order_by(Conversation.id.desc())
    .limit(1)
)
_WITH_MAIL = (
    select(Delivery.conversation_id)
    .distinct()
    .where(
        Delivery.conversation_id.in_(
            select(Conversation.id)
            .join(ChannelIdentity, ChannelIdentity.worker_id == Conversation.worker_id)
            .where(
                ChannelIdentity.channel == Channel.WECHAT,
                ChannelIdentity.external_id == bindparam("openid"),
            )
        ),
        Delivery.state.in_(OPEN_DELIVERY_STATES),
    )
    .order_by(Delivery.conversation_id)
)


async def follower_of(session: AsyncSession, openid: str) -> WechatFollower:
    """The follower's row, locked; made if need be."""
    follower = await lock_follower(session, openid)
    if follower is None:
        follower = WechatFollower(
            openid=openid, subscribed=True, window_used=0, click_used=0, options=[]
        )
        try:
            async with session.begin_nested():
                session.add(follower)
        except IntegrityError:  # another gateway was quicker
            follower = (await session.scalars(_LOCK, {"openid": openid})).one()
    return follower


async def lock_follower(session: AsyncSession, openid: str) -> WechatFollower | None:
    """The follower's row, held until the transaction ends; None: everything was erased."""
    return await session.scalar(_LOCK, {"openid": openid})


async def conversation_of(database: Database, openid: str, *, secret_key: str) -> Place:
    """The conversation in which the follower goes on: the latest one, closed or not."""
    async with database.read() as session:
        latest = await _latest(session, openid)
    if latest is not None:
        return latest
    # Nobody ever gets this token: a follower is known by the platform's signature.
    token_hash = tokens.hash_token(tokens.new_token(), secret_key)
    try:
        async with database.write() as session:
            follower = await follower_of(session, openid)
            made = await access.create_conversation(
                session, Channel.WECHAT, token_hash=token_hash, external_id=openid
            )
            follower.worker_id = made.worker_id
        return Place(made, follower.options)
    except IntegrityError:
        async with database.read() as session:
            latest = await _latest(session, openid)
        if latest is None:
            raise
        return latest


async def conversations_with_mail(session: AsyncSession, openid: str) -> list[str]:
    """The follower's conversations from which something has not been delivered, oldest first."""
    return list((await session.scalars(_WITH_MAIL, {"openid": openid})).all())


async def has_parts(session: AsyncSession, openid: str) -> bool:
    """Whether something that was composed waits to be read."""
    return (
        await session.scalar(select(WechatPart.id).where(WechatPart.openid == openid).limit(1))
        is not None
    )


async def _latest(session: AsyncSession, openid: str) -> Place | None:
    row = (await session.execute(_LATEST, {"openid": openid})).one_or_none()
    return Place(row[0], row[1] or []) if row is not None else None

"""Followers of the account and their conversations."""

from dataclasses import dataclass

from sqlalchemy import select
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
    """A follower's latest conversation. ``is_new``: it was just made, with its worker."""

    conversation: Conversation
    is_new: bool


async def follower_of(session: AsyncSession, openid: str) -> WechatFollower:
    """The follower's row, locked; made if need be."""
    found = select(WechatFollower).where(WechatFollower.openid == openid).with_for_update()
    follower = await session.scalar(found)
    if follower is None:
        follower = WechatFollower(
            openid=openid, subscribed=True, window_used=0, click_used=0, options=[]
        )
        try:
            async with session.begin_nested():
                session.add(follower)
        except IntegrityError:  # another gateway was quicker
            follower = (await session.scalars(found)).one()
    return follower


async def conversation_of(database: Database, openid: str, *, secret_key: str) -> Place:
    """The conversation in which the follower goes on: the latest one, closed or not."""
    async with database.read() as session:
        latest = await _latest(session, openid)
    if latest is not None:
        return Place(latest, is_new=False)
    # Nobody ever gets this token: a follower is known by the platform's signature.
    token_hash = tokens.hash_token(tokens.new_token(), secret_key)
    try:
        async with database.write() as session:
            follower = await follower_of(session, openid)
            made = await access.create_conversation(
                session, Channel.WECHAT, token_hash=token_hash, external_id=openid
            )
            follower.worker_id = made.worker_id
        return Place(made, is_new=True)
    except IntegrityError:
        async with database.read() as session:
            latest = await _latest(session, openid)
        if latest is None:
            raise
        return Place(latest, is_new=False)


async def conversations_with_mail(session: AsyncSession, openid: str) -> list[str]:
    """The follower's conversations from which something has not been delivered, oldest first."""
    of_follower = (
        select(Conversation.id)
        .join(ChannelIdentity, ChannelIdentity.worker_id == Conversation.worker_id)
        .where(ChannelIdentity.channel == Channel.WECHAT, ChannelIdentity.external_id == openid)
    )
    deliveries = select(Delivery.conversation_id).where(
        Delivery.conversation_id.in_(of_follower), Delivery.state.in_(OPEN_DELIVERY_STATES)
    )
    return sorted(set((await session.scalars(deliveries)).all()))


async def has_parts(session: AsyncSession, openid: str) -> bool:
    """Whether something that was composed waits to be read."""
    return (
        await session.scalar(select(WechatPart.id).where(WechatPart.openid == openid).limit(1))
        is not None
    )


async def _latest(session: AsyncSession, openid: str) -> Conversation | None:
    return await session.scalar(
        select(Conversation)
        .join(ChannelIdentity, ChannelIdentity.worker_id == Conversation.worker_id)
        .where(
            ChannelIdentity.channel == Channel.WECHAT,
            ChannelIdentity.external_id == openid,
            Conversation.channel == Channel.WECHAT,
        )
        .order_by(Conversation.id.desc())
        .limit(1)
    )

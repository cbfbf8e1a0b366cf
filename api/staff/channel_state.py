"""How the worker of a case can be reached, and how far messages have come."""

from datetime import datetime
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.channels.wechat.accounts import WechatAccount
from api.channels.wechat.ledger import Allowance, allowance
from api.handoff.queue import CaseDetail
from api.outbox.deliveries import Progress
from api.staff.channel_texts import channel_texts
from api.storage.models import (
    Channel,
    DeliveryState,
    Member,
    WechatFollower,
    Worker,
)

_NOTHING = Allowance(left=0, until=None)


class Plan(StrEnum):
    """How a reply that is written now reaches the worker."""

    SEND_NOW = "send_now"
    NEXT_CONTACT = "next_contact"
    """It is kept until the worker writes again."""
    PHONE = "phone"
    """Not by this channel: the worker has left it."""


class WechatState(BaseModel):
    """What WeChat lets us send to the worker now.

    ``window_ends_at``: until when ``messages_left`` counts; None while nothing may be sent without
    the worker having written. ``phone_known``: somewhere in the case or the roster is a number;
    it is not shown here.
    """

    following: bool
    window_ends_at: datetime | None
    messages_left: int
    plan: Plan
    plan_text: str
    phone_known: bool


class DeliveryView(BaseModel):
    """How far a message has come on its way to the worker. ``reason``: an error code."""

    state: DeliveryState
    reason: str | None

    @classmethod
    def of(cls, progress: Progress) -> Self:
        """The view of a message's progress."""
        return cls(state=progress.state, reason=progress.reason)


async def wechat_state(
    session: AsyncSession, case: CaseDetail, account: WechatAccount, zone: ZoneInfo, at: datetime
) -> WechatState | None:
    """What can be sent to the worker of a case; None if they do not write by WeChat, or if their
    data were deleted."""
    if case.conversation.channel is not Channel.WECHAT:
        return None
    worker_id = case.conversation.worker_id
    follower = await session.scalar(
        select(WechatFollower).where(WechatFollower.worker_id == worker_id)
    )
    if follower is None:
        return None
    may_send = account.may_send and follower.subscribed
    allowed = allowance(follower, at) if may_send else _NOTHING
    plan = _plan(follower, allowed)
    phone_known = await _is_phone_known(session, case)
    return WechatState(
        following=follower.subscribed,
        window_ends_at=allowed.until.astimezone(zone) if allowed.until else None,
        messages_left=allowed.left,
        plan=plan,
        plan_text=_words(plan, allowed.left, phone_known=phone_known),
        phone_known=phone_known,
    )


def _plan(follower: WechatFollower, allowed: Allowance) -> Plan:
    if not follower.subscribed:
        return Plan.PHONE
    return Plan.SEND_NOW if allowed.left else Plan.NEXT_CONTACT


def _words(plan: Plan, left: int, *, phone_known: bool) -> str:
    texts = channel_texts().wechat
    if plan is Plan.SEND_NOW:
        return texts.send_now.format(left=left)
    words = texts.phone if plan is Plan.PHONE else texts.next_contact
    return words + (texts.phone_known if phone_known else texts.phone_unknown)


async def _is_phone_known(session: AsyncSession, case: CaseDetail) -> bool:
    if case.handoff is not None and case.handoff.case_facts.get("contact"):
        return True
    phone = await session.scalar(
        select(Member.phone)
        .join(Worker, Worker.member_id == Member.id)
        .where(Worker.id == case.conversation.worker_id)
    )
    return phone is not None

"""One part's way out, step by step: taken from the front, then sent or refused.

Every function works in the caller's transaction; between the steps the lease holds the part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.channels.wechat import ledger, parts
from api.channels.wechat.followers import lock_follower
from api.channels.wechat.ledger import Allowance, Openings
from api.channels.wechat.platform_errors import PlatformError, PlatformOutcome
from api.outbox import deliveries
from api.outbox.adapters import TemporaryError
from api.storage.models import (
    Author,
    Conversation,
    Message,
    MessageKind,
    Status,
    WechatPart,
)

SAVED = 2
"""So many messages of a window are kept for what people say, not for notices."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A part that is ours until ``until``. ``openings``: the windows when it was taken."""

    openid: str
    conversation_id: str
    part_id: str
    text: str
    until: datetime
    openings: Openings


async def take(
    session: AsyncSession,
    openid: str,
    conversation_id: str,
    at: datetime,
    *,
    may_send: bool,
    max_bytes: int,
) -> Errand | None:
    """Lease the first part that waits for a follower, with what is new in the conversation.

    None: there is nothing that can go out now; what waits is held, or has failed. Parts are merged
    up to ``max_bytes`` where the quota is smaller than their number. Raises ``TemporaryError``:
    somebody else is sending the first part.
    """
    mail = await parts.render(session, openid, conversation_id)
    if mail is None or not mail.parts:
        return None
    follower, waiting = mail.follower, mail.parts
    head, message_ids = waiting[0], parts.message_ids_of(waiting)
    if head.lease_until is not None and parts.is_leased(head, at):
        raise TemporaryError("being_sent", head.lease_until - at)
    if may_send and not follower.subscribed:
        for part in waiting:
            await session.delete(part)
        await deliveries.mark_failed(session, message_ids, PlatformOutcome.NOT_FOLLOWING)
        return None
    allowed = ledger.allowance(follower, at)
    reason = await _why_not_now(session, waiting, allowed) if may_send else "unverified"
    if reason is not None:
        await deliveries.mark_held(session, message_ids, reason)
        return None
    if allowed.left < len(waiting):
        await parts.merge(session, waiting, max_bytes)
    head.lease_until = at + parts.LEASE
    await deliveries.mark_sending(session, message_ids)
    return Errand(
        openid,
        head.conversation_id,
        head.id,
        head.text,
        head.lease_until,
        ledger.openings(follower),
    )


async def finish(session: AsyncSession, errand: Errand, at: datetime) -> bool:
    """The platform has it; returns whether more waits in the part's conversation."""
    follower = await lock_follower(session, errand.openid)
    if follower is None:
        return False
    ledger.note_sent(follower)
    part = await _own(session, errand)
    if part is None:  # the lease ran out, and somebody else went on
        return True
    return await parts.complete(session, follower, [part], at)


async def refuse(session: AsyncSession, errand: Errand, error: PlatformError) -> bool:
    """The platform does not have it, or nobody knows; returns whether to go on now.

    After a temporary refusal the part is free again, for another attempt.
    """
    follower = await lock_follower(session, errand.openid)
    part = await _own(session, errand)
    if follower is None or part is None:
        return True
    part.lease_until = None
    match error.outcome:
        case PlatformOutcome.OUT_OF_WINDOW | PlatformOutcome.QUOTA_USED:
            # Unless the follower was here in between: that opened a window which is not meant.
            if ledger.openings(follower) == errand.openings:
                ledger.note_refused(follower, error.outcome)
            return True
        case PlatformOutcome.NOT_FOLLOWING | PlatformOutcome.UNKNOWN_FOLLOWER:
            if ledger.openings(follower) == errand.openings:
                follower.subscribed = False
            return True
        case PlatformOutcome.TOO_LONG if await parts.split(session, part):
            return True
    if not error.is_temporary:
        waiting = await parts.of_follower(session, errand.openid)
        await deliveries.mark_held(session, parts.message_ids_of(waiting), error.outcome)
    return False


async def _own(session: AsyncSession, errand: Errand) -> WechatPart | None:
    """The errand's part, while its lease is ours; the follower is locked."""
    return await session.scalar(
        select(WechatPart).where(
            WechatPart.id == errand.part_id, WechatPart.lease_until == errand.until
        )
    )


async def _why_not_now(
    session: AsyncSession, waiting: Sequence[WechatPart], allowed: Allowance
) -> str | None:
    """Why what waits has to be held; None: it can go out."""
    if allowed.until is None:
        return PlatformOutcome.OUT_OF_WINDOW
    if allowed.left == 0:
        return PlatformOutcome.QUOTA_USED
    if allowed.left <= SAVED and await _is_only_notices_to_staffs_case(session, waiting):
        return "saved"
    return None


async def _is_only_notices_to_staffs_case(
    session: AsyncSession, waiting: Sequence[WechatPart]
) -> bool:
    """Whether a person has the conversation, and nothing waits but notices of ours."""
    with_staff = exists().where(
        Conversation.id.in_({part.conversation_id for part in waiting}),
        Conversation.status == Status.WITH_STAFF,
    )
    said = exists().where(
        Message.id.in_(parts.message_ids_of(waiting)),
        (Message.author != Author.SYSTEM) | (Message.kind != MessageKind.NOTICE),
    )
    return bool(await session.scalar(select(with_staff & ~said)))

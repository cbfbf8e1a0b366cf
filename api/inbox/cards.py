"""The worker's card: who writes, by which channel, and what was before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import access
from api.conversations.cleaning import clean
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.handoff.queue import same_person
from api.inbox.recording import record
from api.inbox.refusals import invalid, not_found
from api.members.cards import MemberCard
from api.members.vault import UnsealError, Vault
from api.staff import cases
from api.storage.database import Database
from api.storage.models import Channel, Conversation, Handoff, Member, Rating, Staff, Worker

REASON_MAX_CHARS = 200
_EARLIER_AT_MOST = 20


@dataclass(frozen=True)
class Before:
    """A conversation of the same person."""

    conversation: Conversation
    category: str
    summary: str
    outcome: str | None


@dataclass(frozen=True)
class WorkerCard:
    """What the desk knows of a worker. ``member``: masked; None: not recognised as a member, or
    not to be opened, which ``is_sealed`` tells apart."""

    channel: Channel
    since: datetime
    conversations: int
    earlier: Sequence[Before]
    rating: int | None
    member: MemberCard | None
    is_sealed: bool


async def card(
    session: AsyncSession, vault: Vault, staff: Staff, conversation_id: str
) -> WorkerCard:
    """The card of who writes. Raises ``ApiError``: conversation_not_found, forbidden."""
    await cases.require_visible(session, staff, conversation_id)
    conversation = await access.find_conversation(session, conversation_id)
    if conversation is None:
        raise ApiError(ErrorCode.CONVERSATION_NOT_FOUND)
    of_person = Conversation.worker_id.in_(same_person(conversation.worker_id))
    known = await session.execute(
        select(func.count(), func.min(Conversation.created_at)).where(of_person)
    )
    count, since = known.one()
    member = await _member_of(session, conversation.worker_id)
    masked, is_sealed = _masked(member, vault)
    return WorkerCard(
        channel=conversation.channel,
        since=since,
        conversations=count,
        earlier=await _earlier(session, conversation),
        rating=await session.scalar(
            select(Rating.score).where(Rating.conversation_id == conversation_id)
        ),
        member=masked,
        is_sealed=is_sealed,
    )


async def unmask(
    database: Database, vault: Vault, staff: Staff, conversation_id: str, reason: str
) -> MemberCard:
    """ID number and phone in full, for a reason that the audit keeps.

    Raises ``ApiError``: invalid_request without a reason, conversation_not_found, forbidden,
    not_found if the worker was not recognised as a member; ``UnsealError``.
    """
    reason = clean(reason)
    if not 0 < len(reason) <= REASON_MAX_CHARS:
        raise invalid("reason")
    async with database.write() as session:
        await cases.require_visible(session, staff, conversation_id)
        conversation = await access.find_conversation(session, conversation_id)
        member = await _member_of(session, conversation.worker_id) if conversation else None
        if member is None:
            raise not_found()
        unmasked = MemberCard.unmasked(session, member, vault, staff)
        record(session, "inbox.unmask", staff, "conversation", conversation_id, reason=reason)
    return unmasked


async def _member_of(session: AsyncSession, worker_id: str) -> Member | None:
    return await session.scalar(
        select(Member).join(Worker, Worker.member_id == Member.id).where(Worker.id == worker_id)
    )


def _masked(member: Member | None, vault: Vault) -> tuple[MemberCard | None, bool]:
    if member is None:
        return None, False
    try:
        return MemberCard.masked(member, vault), False
    except UnsealError:
        return None, True


async def _earlier(session: AsyncSession, conversation: Conversation) -> list[Before]:
    found = await session.scalars(
        select(Conversation)
        .where(
            Conversation.worker_id.in_(same_person(conversation.worker_id)),
            Conversation.id != conversation.id,
        )
        .order_by(Conversation.created_at.desc())
        .limit(_EARLIER_AT_MOST)
    )
    earlier = found.all()
    handoffs = await session.scalars(
        select(Handoff)
        .where(Handoff.conversation_id.in_([each.id for each in earlier]))
        .order_by(Handoff.created_at)
    )
    latest = {each.conversation_id: each for each in handoffs}
    return [
        Before(
            each,
            category=latest[each.id].category if each.id in latest else "",
            summary=latest[each.id].summary if each.id in latest else "",
            outcome=latest[each.id].outcome if each.id in latest else None,
        )
        for each in earlier
    ]

"""Cases as a member of staff may see them; routes and console both read them here."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import access
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.handoff import queue
from api.staff.permissions import Permission, may
from api.storage.models import Conversation, Handoff, HandoffState, Staff, Status


async def list_open(
    session: AsyncSession,
    staff: Staff,
    *,
    status: Status | None = None,
    mine: bool = False,
    priority: int | None = None,
) -> Sequence[queue.QueueEntry]:
    """Open cases, the most urgent first; colleagues' cases only with ``see_all``."""
    entries = await queue.queue(
        session, status=status, claimed_by=staff.id if mine else None, priority=priority
    )
    if may(staff.role, Permission.SEE_ALL):
        return entries
    return [entry for entry in entries if entry.handoff.claimed_by in (None, staff.id)]


async def read(session: AsyncSession, staff: Staff, conversation_id: str) -> queue.CaseDetail:
    """One case. Raises ``ApiError``: conversation_not_found, forbidden."""
    await require_visible(session, staff, conversation_id)
    return await queue.detail(session, conversation_id)


async def require_visible(session: AsyncSession, staff: Staff, conversation_id: str) -> None:
    """Refuse what is none of this person's business.

    Without ``see_all`` these can be seen: cases that wait, one's own, also finished ones, and all
    conversations of a person while an open case of the same person can be seen.
    Raises ``ApiError``: conversation_not_found, forbidden.
    """
    conversation = await access.find_conversation(session, conversation_id)
    if conversation is None:
        raise ApiError(ErrorCode.CONVERSATION_NOT_FOUND)
    if may(staff.role, Permission.SEE_ALL):
        return
    is_own = Handoff.claimed_by == staff.id
    reason = (
        select(Handoff.id)
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .where(
            Conversation.worker_id.in_(queue.same_person(conversation.worker_id)),
            or_(
                Handoff.state == HandoffState.WAITING,
                and_(Handoff.state == HandoffState.CLAIMED, is_own),
                and_(Handoff.conversation_id == conversation_id, is_own),
            ),
        )
        .limit(1)
    )
    if await session.scalar(reason) is None:
        raise ApiError(ErrorCode.FORBIDDEN)

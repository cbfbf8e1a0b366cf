"""The lists of the inbox, page by page, and how many cases there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Select,
    and_,
    case,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.inbox import conditions, cursors, finding, rows
from api.inbox.rows import Row
from api.inbox.views import OPEN_VIEWS, Filters, View
from api.storage.models import (
    Conversation,
    ConversationText,
    Handoff,
    Staff,
)

PAGE_SIZE = 50
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    """A page of a list. ``cursor``: where the next one begins; None: this is the last one."""

    rows: Sequence[Row]
    cursor: str | None


async def page(
    session: AsyncSession,
    staff: Staff,
    view: View,
    filters: Filters,
    *,
    at: datetime,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """One page. Open cases: the most urgent first, then those whose first answer is due first,
    then the oldest; what is put aside comes last. All else: the latest first.

    Raises ``ApiError``: invalid_request for a cursor of another list.
    """
    if finding.is_search(filters):
        return await _found(session, staff, view, filters, cursor, size)
    if view in OPEN_VIEWS:
        return await _on_the_desk(session, staff, view, filters, cursor, size, at)
    return await _latest(session, staff, view, filters, cursor, size)


async def _on_the_desk(
    session: AsyncSession,
    staff: Staff,
    view: View,
    filters: Filters,
    cursor: str | None,
    size: int,
    at: datetime,
) -> Page:
    is_unread = Conversation.last_seq > Conversation.staff_seen_seq
    asleep = case((and_(Handoff.snoozed_until > at, ~is_unread), 1), else_=0)
    due_at = case((Handoff.answered_at.is_(None), Handoff.due_at), else_=None)
    key: tuple[Any, ...] = (
        asleep,
        Handoff.priority,
        func.coalesce(due_at, literal(_NEVER, Handoff.due_at.type)),
        Handoff.created_at,
        Handoff.id,
    )
    wanted = (
        select(Handoff.conversation_id, *key)
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .where(*conditions.on_the_desk(staff, view, filters))
        .order_by(*key)
        .limit(size + 1)
    )
    if cursor is not None:
        wanted = wanted.where(tuple_(*key) > cursors.at(cursor, key))
    found = (await session.execute(wanted)).all()
    return await _page(session, [(row[0], cursors.place(row[1:])) for row in found], size)


async def _latest(
    session: AsyncSession,
    staff: Staff,
    view: View,
    filters: Filters,
    cursor: str | None,
    size: int,
) -> Page:
    # Everything together has no order by time that an index keeps, but by age it has one.
    key: tuple[Any, ...] = (Conversation.id,)
    if view is not View.ALL:
        key = (Conversation.last_message_at, Conversation.id)
    narrow = await conditions.are_few(session, staff, filters)
    wanted = (
        select(Conversation.id, *key)
        .where(*conditions.conversations_in(staff, view, filters, narrow))
        .order_by(*(each.desc() for each in key))
        .limit(size + 1)
    )
    if cursor is not None:
        wanted = wanted.where(tuple_(*key) < cursors.at(cursor, key))
    found = (await session.execute(wanted)).all()
    return await _page(session, [(row[0], cursors.place(row[1:])) for row in found], size)


async def _found(
    session: AsyncSession,
    staff: Staff,
    view: View,
    filters: Filters,
    cursor: str | None,
    size: int,
) -> Page:
    narrow = view in OPEN_VIEWS or await conditions.are_few(session, staff, filters)
    those = conditions.conversations_in(staff, view, filters, narrow)
    wanted: Select[int, str] = finding.ranked(session, filters, narrow=narrow).limit(size + 1)
    if narrow:
        meant = select(Conversation.id).where(*those)
        wanted = wanted.where(ConversationText.conversation_id.in_(meant))
    else:
        wanted = wanted.join(
            Conversation, Conversation.id == ConversationText.conversation_id
        ).where(*those)
    if cursor is not None:
        (rank,) = cursors.decode(cursor, 1)
        if not isinstance(rank, int):
            raise ApiError(ErrorCode.INVALID_REQUEST, fields="cursor")
        wanted = wanted.where(finding.behind(session, rank, narrow=narrow))
    found = (await session.execute(wanted)).all()
    texts = await session.scalars(
        select(ConversationText).where(ConversationText.rank.in_([row[0] for row in found[:size]]))
    )
    excerpts = {each.conversation_id: finding.excerpt(each, filters) for each in texts}
    return await _page(session, [(row[1], [row[0]]) for row in found], size, excerpts)


async def _page(
    session: AsyncSession,
    found: Sequence[tuple[str, cursors.Place]],
    size: int,
    excerpts: dict[str, str] | None = None,
) -> Page:
    shown = found[:size]
    return Page(
        rows=await rows.read(session, [conversation_id for conversation_id, _ in shown], excerpts),
        cursor=cursors.encode(shown[-1][1]) if len(found) > size else None,
    )

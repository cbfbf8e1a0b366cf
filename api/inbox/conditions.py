"""The views and filters of the inbox as conditions of a statement."""

from sqlalchemy import ColumnElement, bindparam, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.inbox.views import OPEN_VIEWS, Filters, View
from api.staff.permissions import Permission, may
from api.storage.models import (
    OPEN_HANDOFF_STATES,
    Conversation,
    ConversationLabel,
    Handoff,
    HandoffState,
    Staff,
    Status,
)

MANY = 5000
"""Of half a million conversations that is one in a hundred."""
# Written out in the statement: with a parameter SQLite does not see that these are few among many.
IS_OPEN = Handoff.state.in_(
    bindparam("open_states", OPEN_HANDOFF_STATES, expanding=True, literal_execute=True)
)
_waits = Handoff.state == HandoffState.WAITING


def meant_for(staff: Staff) -> ColumnElement[bool]:
    """Cases for anybody or for this person's role; who sees all sees those for others, too."""
    if may(staff.role, Permission.SEE_ALL):
        return literal(True)
    return or_(Handoff.for_role.is_(None), Handoff.for_role == staff.role)


def _in_view(staff: Staff, view: View) -> list[ColumnElement[bool]]:
    if view is View.WAITING:
        return [IS_OPEN, _waits, meant_for(staff)]
    if view is View.MINE:
        return [IS_OPEN, Handoff.state == HandoffState.CLAIMED, Handoff.claimed_by == staff.id]
    if may(staff.role, Permission.SEE_ALL):
        return [IS_OPEN]
    return [IS_OPEN, or_(_waits, Handoff.claimed_by == staff.id)]


def on_the_desk(staff: Staff, view: View, filters: Filters) -> list[ColumnElement[bool]]:
    """Conditions on hand-offs, joined with their conversations, for a view of the desk."""
    return [*_in_view(staff, view), *_of_case(filters), *_of_conversation(filters)]


async def are_few(session: AsyncSession, staff: Staff, filters: Filters) -> bool:
    """Whether so few conversations are meant that gathering them finds a page sooner than going
    through all conversations, the latest first."""
    if filters.label_id is not None or filters.assigned is not None:
        return True
    if may(staff.role, Permission.SEE_ALL):
        return False
    had = select(literal(1)).where(Handoff.claimed_by == staff.id).limit(MANY).subquery()
    return await session.scalar(select(func.count()).select_from(had)) != MANY


def conversations_in(
    staff: Staff, view: View, filters: Filters, narrow: bool
) -> list[ColumnElement[bool]]:
    """Conditions on conversations, on the desk or not, for any view.

    ``narrow``: the cases that are meant are gathered first, instead of looking for one with each
    conversation.
    """
    conditions = _of_conversation(filters)
    of_case = _of_case(filters)
    if view in OPEN_VIEWS:
        of_case += _in_view(staff, view)
    elif not may(staff.role, Permission.SEE_ALL):
        of_case.append(or_(_waits, Handoff.claimed_by == staff.id))
    if view is View.ARCHIVED:
        conditions.append(Conversation.status == Status.CLOSED)
    if of_case and narrow:
        conditions.append(Conversation.id.in_(select(Handoff.conversation_id).where(*of_case)))
    elif of_case:
        conditions.append(exists().where(Handoff.conversation_id == Conversation.id, *of_case))
    return conditions


def _of_case(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.priority is not None:
        conditions.append(Handoff.priority == filters.priority)
    if filters.reason is not None:
        conditions.append(Handoff.reason == filters.reason)
    if filters.assigned is not None:
        conditions.append(Handoff.claimed_by == filters.assigned)
    return conditions


def _of_conversation(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.channel is not None:
        conditions.append(Conversation.channel == filters.channel)
    if filters.label_id is not None:
        labelled = select(ConversationLabel.conversation_id).where(
            ConversationLabel.label_id == filters.label_id
        )
        conditions.append(Conversation.id.in_(labelled))
    return conditions

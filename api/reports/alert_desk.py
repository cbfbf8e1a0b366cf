"""Alerts as supervisors see them, and what they do about them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.reports import refusals
from api.reports.kinds import CaseKind
from api.storage.database import Database
from api.storage.models import (
    ActorKind,
    Alert,
    AlertState,
    Conversation,
    Handoff,
    HandoffState,
    Staff,
    Worker,
    now,
)

_SHOWN_AT_MOST = 200


class AlertCase(BaseModel):
    """One of the cases, by which it can be opened; without a word of the worker."""

    conversation_id: str
    began_at: datetime
    priority: int
    category: str
    state: HandoffState


class AlertSummary(BaseModel):
    """``people``: how many different workers; ``seen_by``: the name of who has seen it."""

    id: str
    employer: str
    kind: CaseKind
    state: AlertState
    cases: int
    people: int
    first_case_at: datetime
    last_case_at: datetime
    seen_by: str | None
    seen_at: datetime | None
    created_at: datetime


class AlertDetail(AlertSummary):
    """With the latest hand-off of each conversation, in order of time."""

    conversations: list[AlertCase]


class AlertDesk:
    """Who may see alerts is for the caller to check."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._clock = clock

    async def list(self, *, closed: bool = False) -> list[AlertSummary]:
        """Alerts that are open or seen, those first that nobody has seen, then the latest; with
        ``closed`` those that are settled."""
        is_closed = Alert.state == AlertState.CLOSED
        async with self._database.read() as session:
            found = await session.execute(
                select(Alert, Staff.name)
                .outerjoin(Staff, Staff.id == Alert.seen_by)
                .where(is_closed if closed else ~is_closed)
                .order_by(
                    case((Alert.state == AlertState.OPEN, 0), else_=1), Alert.last_case_at.desc()
                )
                .limit(_SHOWN_AT_MOST)
            )
            return [await _summary(session, alert, name) for alert, name in found.all()]

    async def open_count(self) -> int:
        """How many nobody has seen, for a badge."""
        async with self._database.read() as session:
            counted = select(func.count()).where(Alert.state == AlertState.OPEN)
            return (await session.scalars(counted)).one()

    async def read(self, alert_id: str) -> AlertDetail:
        """One alert. Raises ``ApiError``: item_not_found."""
        async with self._database.read() as session:
            alert = await session.get(Alert, alert_id)
            if alert is None:
                raise refusals.not_found()
            seen_by = await session.get(Staff, alert.seen_by) if alert.seen_by else None
            summary = await _summary(session, alert, seen_by.name if seen_by else None)
            conversations = await _cases(session, alert.conversation_ids)
        return AlertDetail(**summary.model_dump(), conversations=conversations)

    async def mark_seen(self, staff: Staff, alert_id: str) -> None:
        """Say that one has seen it. Raises ``ApiError``: item_not_found; edit_conflict, if it is
        closed."""
        async with self._database.write() as session:
            alert = await _lock(session, alert_id)
            if alert.state is AlertState.CLOSED:
                raise ApiError(ErrorCode.EDIT_CONFLICT)
            if alert.state is AlertState.OPEN:
                self._move(session, alert, AlertState.SEEN, staff)

    async def close(self, staff: Staff, alert_id: str) -> None:
        """Settle it: the cases it counts raise none again. Raises ``ApiError``: item_not_found."""
        async with self._database.write() as session:
            alert = await _lock(session, alert_id)
            if alert.state is not AlertState.CLOSED:
                self._move(session, alert, AlertState.CLOSED, staff)

    def _move(self, session: AsyncSession, alert: Alert, state: AlertState, staff: Staff) -> None:
        alert.state = state
        if alert.seen_by is None:
            alert.seen_by, alert.seen_at = staff.id, self._clock()
        audit.record(
            session,
            f"alert.{state}",
            by=ActorKind.STAFF,
            actor_id=staff.id,
            subject_kind="alert",
            subject_id=alert.id,
            cases=len(alert.conversation_ids),
        )


async def _lock(session: AsyncSession, alert_id: str) -> Alert:
    found = select(Alert).where(Alert.id == alert_id).with_for_update()
    alert = await session.scalar(found)
    if alert is None:
        raise refusals.not_found()
    return alert


async def _summary(session: AsyncSession, alert: Alert, seen_by: str | None) -> AlertSummary:
    # Who was recognised as a member is one person, whatever channel they write by.
    workers = (
        select(func.count(func.coalesce(Worker.member_id, Worker.id).distinct()))
        .join(Conversation, Conversation.worker_id == Worker.id)
        .where(Conversation.id.in_(alert.conversation_ids))
    )
    return AlertSummary(
        id=alert.id,
        employer=alert.employer,
        kind=CaseKind(alert.kind),
        state=alert.state,
        cases=len(alert.conversation_ids),
        people=(await session.scalars(workers)).one(),
        first_case_at=alert.first_case_at,
        last_case_at=alert.last_case_at,
        seen_by=seen_by,
        seen_at=alert.seen_at,
        created_at=alert.created_at,
    )


async def _cases(session: AsyncSession, conversation_ids: Sequence[str]) -> list[AlertCase]:
    found = await session.scalars(
        select(Handoff)
        .where(Handoff.conversation_id.in_(conversation_ids))
        .order_by(Handoff.created_at)
    )
    latest = {handoff.conversation_id: handoff for handoff in found}
    return [
        AlertCase(
            conversation_id=handoff.conversation_id,
            began_at=handoff.created_at,
            priority=handoff.priority,
            category=handoff.category,
            state=handoff.state,
        )
        for handoff in latest.values()
    ]

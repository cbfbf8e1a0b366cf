"""Early warning: several workers complain of the same employer within days."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Row, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.reports.clusters import Cluster, NamedCase, clusters
from api.reports.kinds import kinds_of
from api.reports.periods import id_at
from api.storage.database import Database
from api.storage.models import ActorKind, Alert, AlertState, Conversation, Handoff, Worker, now

_COLUMN_CHARS = 128
_LOCK = 0x45415257
"""Of the advisory lock by which only one gateway raises alerts at a time on PostgreSQL."""

_Told = Row[str, str, str, str, dict[str, Any], str, datetime]


class Announcements(Protocol):
    """Tells those outside of the console; see ``api.outbox.escalation``."""

    async def warn(self, session: AsyncSession, alert: Alert) -> None: ...


class AlertRound:
    """One round looks at the cases of the last days; the application runs it every minute."""

    def __init__(
        self,
        database: Database,
        announcements: Announcements,
        *,
        window: timedelta,
        least_people: int,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """``window``: how far back cases count; ``least_people``: from how many workers on."""
        self._database = database
        self._announcements = announcements
        self._window = window
        self._least = least_people
        self._clock = clock

    async def round(self) -> None:
        """Raise what is new, and add to what is there."""
        since = self._clock() - self._window
        async with self._database.read() as session:
            told = await _told(session, since)
            alerts = await _alerts(session, since)
        found = [
            each for each in await asyncio.to_thread(_clusters, told) if self._is_news(each, alerts)
        ]
        if not found:
            return
        async with self._database.write() as session:
            await self._alone(session)
            # Once more: somebody may have closed one, another gateway may have raised one, and a
            # worker may have had everything deleted, what the name comes from included.
            alerts = await _alerts(session, since)
            there = await _still_told(session, found)
            for cluster in found:
                if there.issuperset(cluster.cases) and self._is_news(cluster, alerts):
                    await self._take(session, cluster, alerts)

    async def _take(self, session: AsyncSession, cluster: Cluster, alerts: Sequence[Alert]) -> None:
        alert = _open_of(cluster, alerts)
        if alert is None:
            await self._raise(session, cluster, alerts)
            return
        counted = set(alert.conversation_ids)
        added = [case for case in cluster.cases if case.conversation_id not in counted]
        before = len(counted)
        alert.conversation_ids = [
            *alert.conversation_ids,
            *(case.conversation_id for case in added),
        ]
        alert.last_case_at = max(alert.last_case_at, *(case.at for case in added))
        if alert.state is AlertState.SEEN:
            # What has been seen is not what it was any more.
            alert.state, alert.seen_by, alert.seen_at = AlertState.OPEN, None, None
        if self._level(len(alert.conversation_ids)) > self._level(before):
            await self._announcements.warn(session, alert)

    async def _raise(
        self, session: AsyncSession, cluster: Cluster, alerts: Sequence[Alert]
    ) -> None:
        cases = _fresh(cluster, alerts)
        alert = Alert(
            employer_key=cluster.key[:_COLUMN_CHARS],
            employer=cluster.shown[:_COLUMN_CHARS],
            kind=cluster.kind,
            conversation_ids=[case.conversation_id for case in cases],
            state=AlertState.OPEN,
            first_case_at=cases[0].at,
            last_case_at=cases[-1].at,
            created_at=self._clock(),
        )
        session.add(alert)
        await session.flush()
        audit.record(
            session,
            "alert.raised",
            by=ActorKind.SYSTEM,
            subject_kind="alert",
            subject_id=alert.id,
            kind=cluster.kind,
            cases=len(cases),
        )
        await self._announcements.warn(session, alert)

    def _is_news(self, cluster: Cluster, alerts: Sequence[Alert]) -> bool:
        """Whether there is something to raise, or to add to an alert."""
        alert = _open_of(cluster, alerts)
        fresh = _fresh(cluster, alerts)
        if alert is not None:
            return bool(fresh)
        return len({case.person for case in fresh}) >= self._least

    def _level(self, cases: int) -> int:
        """Rises each time there are twice as many: not every case is told outside."""
        return (cases // self._least).bit_length()

    async def _alone(self, session: AsyncSession) -> None:
        if not self._database.is_sqlite:
            await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _open_of(cluster: Cluster, alerts: Sequence[Alert]) -> Alert | None:
    return next(
        (
            alert
            for alert in alerts
            if _is_of(alert, cluster) and alert.state is not AlertState.CLOSED
        ),
        None,
    )


def _fresh(cluster: Cluster, alerts: Sequence[Alert]) -> list[NamedCase]:
    """The cases that no alert has, closed ones included: what is settled is not raised again."""
    counted = {
        conversation_id
        for alert in alerts
        if _is_of(alert, cluster)
        for conversation_id in alert.conversation_ids
    }
    return [case for case in cluster.cases if case.conversation_id not in counted]


def _is_of(alert: Alert, cluster: Cluster) -> bool:
    keys = {key[:_COLUMN_CHARS] for key in cluster.keys}
    return alert.kind == cluster.kind and alert.employer_key in keys


async def _alerts(session: AsyncSession, since: datetime) -> Sequence[Alert]:
    """Those that cases since then can belong to, the oldest first."""
    found = await session.scalars(
        select(Alert).where(Alert.last_case_at >= since).order_by(Alert.id)
    )
    return found.all()


async def _told(session: AsyncSession, since: datetime) -> Sequence[_Told]:
    """Cases since then whose worker named an employer, the oldest first."""
    employer = Handoff.case_facts["employer"].as_string()
    found = await session.execute(
        select(
            Handoff.conversation_id,
            func.coalesce(Worker.member_id, Worker.id),
            Handoff.category,
            Handoff.summary,
            Handoff.case_facts,
            employer,
            Handoff.created_at,
        )
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .join(Worker, Worker.id == Conversation.worker_id)
        .where(Handoff.id >= id_at(since), employer.is_not(None))
        .order_by(Handoff.id)
    )
    return found.all()


async def _still_told(session: AsyncSession, found: Sequence[Cluster]) -> set[NamedCase]:
    """The cases of which nothing has been erased. Their conversations are locked: an erasure
    holds this lock, so it comes before, or after what is stored here."""
    cases = {case.conversation_id: case for cluster in found for case in cluster.cases}
    await session.execute(
        select(Conversation.id)
        .where(Conversation.id.in_(list(cases)))
        .order_by(Conversation.id)
        .with_for_update(read=True, key_share=True)
    )
    employer = Handoff.case_facts["employer"].as_string()
    told = await session.execute(
        select(Handoff.conversation_id, employer).where(Handoff.conversation_id.in_(list(cases)))
    )
    still_said = {(conversation_id, said) for conversation_id, said in told}
    return {case for case in cases.values() if (case.conversation_id, case.told) in still_said}


def _clusters(told: Sequence[_Told]) -> list[Cluster]:
    """Of several hand-offs of one conversation the latest counts."""
    cases = {
        conversation_id: NamedCase(
            conversation_id=conversation_id,
            person=person,
            kinds=kinds_of(category, summary, facts),
            told=employer,
            at=at,
        )
        for conversation_id, person, category, summary, facts, employer, at in told
    }
    return clusters(case for case in cases.values() if case.kinds)

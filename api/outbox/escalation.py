"""Events that somebody outside the console has to hear of: a crisis, a promise about to break.

They say which case and how urgent it is. Who the worker is and what was written stays here: the
receiver may be a group chat or a pager.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.outbox import queue
from api.storage.models import Alert, Handoff, now


class Escalation(StrEnum):
    """Why a case is escalated; the ``type`` of the event."""

    URGENT = "handoff.urgent"
    """A hand-off of priority 1."""
    SLA_WARNING = "handoff.sla_warning"
    """The first answer is due soon."""
    SLA_BREACH = "handoff.sla_breach"
    """The first answer is overdue."""
    EMPLOYER_ALERT = "employer.alert"
    """Several workers complain of the same employer."""


def payload_of(escalation: Escalation, handoff: Handoff, at: datetime) -> dict[str, Any]:
    """The event for a receiver; times in ISO 8601, UTC."""
    return {
        "type": escalation,
        "timestamp": at.isoformat(),
        "data": {
            "handoff_id": handoff.id,
            "priority": handoff.priority,
            "reason": handoff.reason,
            "category": handoff.category,
            "waiting_since": handoff.created_at.isoformat(),
        },
    }


def payload_of_alert(alert: Alert, at: datetime) -> dict[str, Any]:
    """The event of an early warning: which one, and of how many cases. Not who the employer is,
    which is for the console to show."""
    return {
        "type": Escalation.EMPLOYER_ALERT,
        "timestamp": at.isoformat(),
        "data": {
            "alert_id": alert.id,
            "kind": alert.kind,
            "cases": len(alert.conversation_ids),
            "first_case_at": alert.first_case_at.isoformat(),
            "last_case_at": alert.last_case_at.isoformat(),
        },
    }


class Escalations:
    """Enqueues events for every configured receiver; without one it does nothing."""

    def __init__(self, adapters: Sequence[str], clock: Callable[[], datetime] = now) -> None:
        self._adapters = adapters
        self._clock = clock

    async def escalate(
        self, session: AsyncSession, escalation: Escalation, handoff: Handoff
    ) -> None:
        """Enqueue one event per receiver. ``handoff`` has been flushed."""
        await self._send(session, payload_of(escalation, handoff, self._clock()))

    async def warn(self, session: AsyncSession, alert: Alert) -> None:
        """Enqueue an early warning, one per receiver. ``alert`` has been flushed."""
        await self._send(session, payload_of_alert(alert, self._clock()))

    async def _send(self, session: AsyncSession, payload: dict[str, Any]) -> None:
        for adapter in self._adapters:
            # Without the conversation: a receiver that is down must not hold up its messages.
            await queue.enqueue(session, adapter, payload, clock=self._clock)

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
from api.storage.models import Handoff, now


class Escalation(StrEnum):
    """Why a case is escalated; the ``type`` of the event."""

    URGENT = "handoff.urgent"
    """A hand-off of priority 1."""
    SLA_WARNING = "handoff.sla_warning"
    """The first answer is due soon."""
    SLA_BREACH = "handoff.sla_breach"
    """The first answer is overdue."""


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


class Escalations:
    """Enqueues events for every configured receiver; without one it does nothing."""

    def __init__(self, adapters: Sequence[str], clock: Callable[[], datetime] = now) -> None:
        self._adapters = adapters
        self._clock = clock

    async def escalate(
        self, session: AsyncSession, escalation: Escalation, handoff: Handoff
    ) -> None:
        """Enqueue one event per receiver. ``handoff`` has been flushed."""
        payload = payload_of(escalation, handoff, self._clock())
        for adapter in self._adapters:
            # Without the conversation: a receiver that is down must not hold up its messages.
            await queue.enqueue(session, adapter, payload, clock=self._clock)

"""Counts failed attempts to be recognised as a member, and says when there were too many.

10 failures within an hour lock the worker for an hour. As a new conversation, and with it a new
worker, is free to anybody, they also lock the claimed name and phone, whoever tries. Whether there
is such a member makes no difference, so that a lock tells nothing.

The audit is the counter: it outlasts a restart and holds for all gateways. It names the claim by
a keyed hash only.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.storage.models import ActorKind, AuditEntry

MAX_FAILURES: Final = 10
LOCK: Final = timedelta(hours=1)
_FAILED = "member.verification_failed"
_SUBJECT_CHARS = 26  # of the audit's column; 104 bits of the hash are plenty


def record(session: AsyncSession, worker_id: str, claim_hash: str) -> None:
    """Count a failure in the caller's transaction."""
    audit.record(
        session,
        _FAILED,
        by=ActorKind.WORKER,
        actor_id=worker_id,
        subject_kind="claim",
        subject_id=claim_hash[:_SUBJECT_CHARS],
    )


async def are_too_many(
    session: AsyncSession, worker_id: str, claim_hash: str, *, at: datetime
) -> bool:
    """Whether the worker or the claim is locked."""
    whose = (AuditEntry.actor_id == worker_id, AuditEntry.subject_id == claim_hash[:_SUBJECT_CHARS])
    return any([await _is_locked(session, condition, at) for condition in whose])


async def _is_locked(session: AsyncSession, whose: ColumnElement[bool], at: datetime) -> bool:
    """Whether the latest failures came within an hour, and the last of them less than one ago."""
    times = (
        await session.scalars(
            select(AuditEntry.created_at)
            .where(AuditEntry.action == _FAILED, AuditEntry.created_at > at - 2 * LOCK, whose)
            .order_by(AuditEntry.created_at.desc())
            .limit(MAX_FAILURES)
        )
    ).all()
    return len(times) == MAX_FAILURES and times[0] - times[-1] <= LOCK and at < times[0] + LOCK

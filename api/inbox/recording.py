"""Audit entries of the inbox."""

from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.storage.models import ActorKind, Staff


def record(
    session: AsyncSession,
    action: str,
    staff: Staff,
    subject_kind: str,
    subject_id: str,
    **details: str | int,
) -> None:
    """Add an entry to the caller's transaction: what this member of staff did."""
    audit.record(
        session,
        action,
        by=ActorKind.STAFF,
        actor_id=staff.id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        **details,
    )

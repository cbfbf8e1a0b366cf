"""The audit: who changed or unmasked what. Entries are added, never changed."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.storage.models import ActorKind, AuditEntry


def record(
    session: AsyncSession,
    action: str,
    *,
    by: ActorKind,
    actor_id: str | None = None,
    subject_kind: str,
    subject_id: str | None = None,
    **details: Any,
) -> None:
    """Add an entry to the caller's transaction. ``details`` hold no words of workers."""
    session.add(
        AuditEntry(
            actor_kind=by,
            actor_id=actor_id,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            details=details,
        )
    )

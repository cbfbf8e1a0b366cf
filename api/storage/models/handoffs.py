"""Hand-offs, and the notes that staff keep on them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.models.base import Base, new_id, now
from api.storage.models.kinds import HandoffState, OutcomeKind, Role
from contract import HandoffReason


class Handoff(Base):
    """A conversation given to a person.

    ``crisis_notice_at``: when the worker got the numbers. ``due_at``: by when the first answer of
    a person is promised; ``warned_at``, ``breached_at``: when the desk was told that it is close,
    and past. ``active_at``: when the person who has it last did something. ``for_role``: only
    staff of this role should take it. ``snoozed_until``: put aside until then.
    """

    __tablename__ = "handoffs"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"))
    reason: Mapped[HandoffReason]
    category: Mapped[str] = mapped_column(String(64))
    priority: Mapped[int]
    summary: Mapped[str] = mapped_column(Text)
    case_facts: Mapped[dict[str, Any]]
    package: Mapped[dict[str, Any]]
    state: Mapped[HandoffState] = mapped_column(default=HandoffState.WAITING)
    crisis_notice_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    claimed_at: Mapped[datetime | None]
    active_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    outcome_kind: Mapped[OutcomeKind | None]
    for_role: Mapped[Role | None]
    snoozed_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
        Index(None, "state", "priority", "created_at"),
        Index(None, "claimed_by", "state"),
        # One conversation is on the desk at most once, whoever stores it.
        Index(
            "uq_handoffs_open",
            "conversation_id",
            unique=True,
            sqlite_where=sql("state IN ('waiting', 'claimed')"),
            postgresql_where=sql("state IN ('waiting', 'claimed')"),
        ),
    )


class Note(Base):
    """A private note of staff on a conversation; the worker never sees it."""

    __tablename__ = "notes"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)

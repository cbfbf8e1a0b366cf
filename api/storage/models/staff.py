"""The people of the desk, and the record of what they do."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.models.base import Base, new_id, now
from api.storage.models.kinds import ActorKind, Presence, Role


class Staff(Base):
    """Somebody who works at the desk.

    ``totp_secret`` is encrypted; it counts once it was confirmed. ``totp_step``: the last time
    step whose code was used, so that none is used twice. ``backup_codes`` are stored hashed, each
    good for once. ``capacity``: how many cases at a time; None: as many as one takes.
    """

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    role: Mapped[Role]
    password_hash: Mapped[str] = mapped_column(String(255))
    totp_secret: Mapped[str | None] = mapped_column(Text)
    totp_confirmed_at: Mapped[datetime | None]
    totp_step: Mapped[int | None]
    backup_codes: Mapped[list[str]] = mapped_column(default=list)
    presence: Mapped[Presence] = mapped_column(default=Presence.AWAY)
    presence_at: Mapped[datetime | None]
    capacity: Mapped[int | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class StaffSession(Base):
    """A login. The token is stored hashed."""

    __tablename__ = "staff_sessions"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class AuditEntry(Base):
    """Who changed or unmasked what. Nothing here is ever changed or deleted."""

    __tablename__ = "audit"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    actor_kind: Mapped[ActorKind]
    actor_id: Mapped[str | None] = mapped_column(String(26))
    action: Mapped[str] = mapped_column(String(64), index=True)
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[str | None] = mapped_column(String(26), index=True)
    details: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)

"""The roster of the members, and the way to be recognised as one."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.models.base import Base, new_id, now


class Member(Base):
    """A member of the roster. ID number and phone are encrypted; their keyed hashes find them.

    ``mutual_aid_years``: the years for which mutual aid was paid. ``left_at``: since when the
    roster does not hold the member any more.
    """

    __tablename__ = "members"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(64))
    id_number: Mapped[str] = mapped_column(Text)
    id_number_hash: Mapped[str] = mapped_column(String(64), unique=True)
    phone: Mapped[str | None] = mapped_column(Text)
    verification_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    union_name: Mapped[str] = mapped_column(String(128))
    joined_on: Mapped[date | None]
    mutual_aid_years: Mapped[list[int]] = mapped_column(default=list)
    left_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(default=now)
    created_at: Mapped[datetime] = mapped_column(default=now)


class VerificationLink(Base):
    """A one-time way from a conversation to the verification page. The key is stored hashed."""

    __tablename__ = "verification_links"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    worker_id: Mapped[str] = mapped_column(ForeignKey("workers.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    failures: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

"""What staff keep for their own work at the desk."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.models.base import Base, new_id, now
from api.storage.models.kinds import AlertState


class Label(Base):
    """A word that staff put on conversations. ``colour``: one of the console's palette."""

    __tablename__ = "labels"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    colour: Mapped[str] = mapped_column(String(16))
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class ConversationLabel(Base):
    """A label on a conversation, and who put it there."""

    __tablename__ = "conversation_labels"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    label_id: Mapped[str] = mapped_column(ForeignKey("labels.id"), primary_key=True, index=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)


class CannedReply(Base):
    """A reply that staff use again and again; ``text`` may hold variables such as {姓名}.

    ``version`` counts changes, so that two who edit at once do not lose one.
    """

    __tablename__ = "canned_replies"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    shortcut: Mapped[str] = mapped_column(String(32), unique=True)
    title: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    updated_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class ReplyDraft(Base):
    """What a member of staff has typed and not sent: it outlives the login and the browser."""

    __tablename__ = "reply_drafts"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Alert(Base):
    """Several workers named the same employer within days.

    ``employer_key``: the name without what is written in many ways. ``kind``: of what they
    complain. ``conversation_ids``: of the cases counted, oldest first.
    """

    __tablename__ = "alerts"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    employer_key: Mapped[str] = mapped_column(String(128))
    employer: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(32))
    conversation_ids: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[AlertState] = mapped_column(default=AlertState.OPEN)
    first_case_at: Mapped[datetime]
    last_case_at: Mapped[datetime]
    seen_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index(None, "employer_key", "kind"),)

"""Tables of the gateway. Ids are ULIDs, so that they sort by time of creation."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from ulid import ULID

from api.storage.types import UtcDateTime, name_of
from contract import HandoffReason


class Status(StrEnum):
    """Who has the conversation."""

    BOT = "bot"
    WAITING = "waiting"
    WITH_STAFF = "with_staff"
    CLOSED = "closed"


class Author(StrEnum):
    """Who wrote a message."""

    WORKER = "worker"
    BOT = "bot"
    STAFF = "staff"
    SYSTEM = "system"


class MessageKind(StrEnum):
    """The bot's reply kinds, and the gateway's own notices."""

    ANSWER = "answer"
    CHOICES = "choices"
    QUESTION = "question"
    DECLINE = "decline"
    HANDOFF = "handoff"
    CHAT = "chat"
    NOTICE = "notice"


class Channel(StrEnum):
    """Where the worker writes."""

    WEB = "web"


class HandoffState(StrEnum):
    """How far a hand-off has come."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    RESOLVED = "resolved"


OPEN_HANDOFF_STATES = (HandoffState.WAITING, HandoffState.CLAIMED)


def new_id() -> str:
    """A fresh ULID, 26 characters."""
    return str(ULID())


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Constraints have names, so that every engine can migrate them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime,
        Status: name_of(Status),
        Author: name_of(Author),
        MessageKind: name_of(MessageKind),
        Channel: name_of(Channel),
        HandoffReason: name_of(HandoffReason),
        HandoffState: name_of(HandoffState),
        list[dict[str, Any]]: JSON,
        dict[str, Any]: JSON(none_as_null=True),
    }


class Conversation(Base):
    """One worker's thread. ``last_seq`` is the place of its latest message."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    channel: Mapped[Channel]
    token_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[Status] = mapped_column(default=Status.BOT)
    last_seq: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Message(Base):
    """One message. ``handled_at`` is for a worker's message: when its turn was completed."""

    __tablename__ = "messages"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    author: Mapped[Author]
    kind: Mapped[MessageKind]
    text: Mapped[str] = mapped_column(Text)
    citations: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    quick_replies: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    trace: Mapped[dict[str, Any] | None]
    client_message_id: Mapped[str | None] = mapped_column(String(64))
    in_reply_to: Mapped[str | None] = mapped_column(ForeignKey("messages.id"), index=True)
    handled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "client_message_id"),
        Index(
            "ix_messages_unhandled",
            "created_at",
            sqlite_where=sql("author = 'worker' AND handled_at IS NULL"),
            postgresql_where=sql("author = 'worker' AND handled_at IS NULL"),
        ),
    )

    @classmethod
    def of(cls, author: Author, kind: MessageKind, text: str, **fields: Any) -> Self:
        """A new message, complete but for its conversation and place."""
        defaults = {"id": new_id(), "created_at": now(), "citations": [], "quick_replies": []}
        return cls(author=author, kind=kind, text=text, **defaults | fields)


class Handoff(Base):
    """A conversation given to a person. ``crisis_notice_at``: when the worker got the numbers."""

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
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
        Index(None, "state", "priority", "created_at"),
    )

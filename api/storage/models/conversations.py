"""Workers, their conversations and what they think of them."""

from datetime import datetime
from typing import Any, Self

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.models.base import Base, new_id, now
from api.storage.models.kinds import Author, Channel, MessageKind, Status


class Worker(Base):
    """Somebody who writes to us. ``member_id``: whom the verification page found; ``deleted_at``:
    when the worker had everything deleted."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    member_id: Mapped[str | None] = mapped_column(ForeignKey("members.id"), index=True)
    verified_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class ChannelIdentity(Base):
    """How a channel knows a worker: the hash of the web token, the WeChat OpenID."""

    __tablename__ = "channel_identities"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    worker_id: Mapped[str] = mapped_column(ForeignKey("workers.id"), index=True)
    channel: Mapped[Channel]
    external_id: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("channel", "external_id"),)


class Conversation(Base):
    """One worker's thread.

    ``last_seq`` is the place of its latest message. ``bot_round`` counts how often the bot began
    afresh. ``worker_seen_seq`` and ``staff_seen_seq``: up to which message each side has read.
    ``previous_id``: the closed conversation that this one goes on from.
    """

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    worker_id: Mapped[str] = mapped_column(ForeignKey("workers.id"), index=True)
    previous_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    channel: Mapped[Channel]
    token_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[Status] = mapped_column(default=Status.BOT)
    last_seq: Mapped[int] = mapped_column(default=0)
    bot_round: Mapped[int] = mapped_column(default=0)
    worker_seen_seq: Mapped[int] = mapped_column(default=0)
    staff_seen_seq: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]
    last_message_at: Mapped[datetime] = mapped_column(default=now)
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index(None, "status", "last_message_at"),)


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
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
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


class Rating(Base):
    """What a worker thinks of a conversation: 1 to 5, the latest counts."""

    __tablename__ = "ratings"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    score: Mapped[int]
    comment: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="score"),)


class Feedback(Base):
    """Whether an answer helped; the latest counts."""

    __tablename__ = "feedback"

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    helpful: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(default=now)

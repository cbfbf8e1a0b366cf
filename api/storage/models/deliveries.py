"""Messages on their way to workers who have to be pushed to, and files that workers sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.models.base import Base, new_id, now
from api.storage.models.kinds import AttachmentState, DeliveryState

_OPEN = sql("state IN ('pending', 'sending', 'held')")


class Delivery(Base):
    """One message that has to reach the worker's channel, stored in the message's transaction.

    ``lease_until``: until when the one who is sending it has it for himself. ``reason``: why it is
    held or failed, in the channel's own words for machines (an error code).
    """

    __tablename__ = "deliveries"

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.PENDING)
    reason: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index("ix_deliveries_open", "conversation_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )


class Attachment(Base):
    """A file that came with a worker's message; its bytes lie in the data directory.

    ``source``: where it is fetched from, such as the platform's media id. ``content_type`` is what
    the bytes are, not what somebody said they are. ``size`` is in bytes.
    """

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), index=True)
    state: Mapped[AttachmentState] = mapped_column(default=AttachmentState.EXPECTED)
    source: Mapped[str | None] = mapped_column(String(255))
    file_name: Mapped[str] = mapped_column(String(255), default="")
    content_type: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    stored_at: Mapped[datetime | None]

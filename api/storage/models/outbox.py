"""What has to be delivered outside this database."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.models.base import Base, new_id, now
from api.storage.models.kinds import OutboxState


class OutboxItem(Base):
    """Something that has to be delivered by an adapter, outside this database."""

    __tablename__ = "outbox"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    adapter: Mapped[str] = mapped_column(String(32))
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    payload: Mapped[dict[str, Any]]
    state: Mapped[OutboxState] = mapped_column(default=OutboxState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    last_error: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index(None, "state", "due_at"),)

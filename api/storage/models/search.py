"""What people said in conversations, as the desk's search reads it."""

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.storage.models.base import Base


class ConversationText(Base):
    """The searched text of a conversation; it can be made anew from the record at any time.

    ``rank`` is higher the later the conversation was changed, so that the latest are found first.
    ``facts``: what was noted of the case; ``words``: what worker and staff said. ``through_id``:
    the latest message that is in it. On SQLite the table ``conversation_search`` has its index.
    """

    __tablename__ = "conversation_texts"

    rank: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), unique=True)
    facts: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    through_id: Mapped[str] = mapped_column(String(26), index=True)

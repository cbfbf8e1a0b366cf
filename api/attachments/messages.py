"""Files in the JSON of workers and of staff."""

from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from api.attachments.kinds import KINDS, Family
from api.attachments.names import download_name
from api.channels.messages import MessageView
from api.storage.models import Attachment, AttachmentState


class AttachmentView(BaseModel):
    """One file. All but id, message and state is known once it is stored."""

    id: str
    message_id: str
    state: AttachmentState
    family: Family | None
    content_type: str | None
    name: str
    size: int | None = Field(description="bytes")
    created_at: datetime

    @classmethod
    def of(cls, attachment: Attachment, zone: ZoneInfo) -> Self:
        """The view of a file, its time in the given zone."""
        is_stored = attachment.state is AttachmentState.STORED
        kind = KINDS.get(attachment.content_type or "")
        return cls(
            id=attachment.id,
            message_id=attachment.message_id,
            state=attachment.state,
            family=kind.family if kind else None,
            content_type=attachment.content_type,
            name=download_name(attachment) if is_stored else "",
            size=attachment.size,
            created_at=attachment.created_at.astimezone(zone),
        )


class UploadResponse(BaseModel):
    """A file that was stored, and the message that stands for it."""

    message: MessageView
    attachment: AttachmentView

"""A conversation on the desk, and a look at everything that is stored of its files."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from api.attachments import access as attachments
from api.attachments.receiving import whole
from api.attachments.storage import DIRECTORY, Storage
from api.attachments.uploads import Uploaded, Uploads
from api.conversations import access
from api.conversations.files import add_file_message
from api.live.events import Event
from api.storage.database import Database
from api.storage.models import (
    Attachment,
    Channel,
    Conversation,
    Handoff,
    Message,
    Status,
    new_id,
)
from contract import HandoffReason
from tests.api.attachments.samples import jpeg


class Listener:
    """Keeps what was published."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def publish(self, event: Event) -> None:
        self.events.append(event)


async def hand_over(database: Database, conversation_id: str) -> None:
    """Put a conversation on the desk, as the bot would."""
    async with database.write() as session:
        conversation = await access.lock_conversation(session, conversation_id)
        first = (await access.messages_after(session, conversation_id, 0))[0]
        conversation.status = Status.WAITING
        session.add(
            Handoff(
                conversation_id=conversation_id,
                message_id=first.id,
                reason=HandoffReason.LEGAL_CASE,
                category="欠薪",
                priority=2,
                summary="三个月没发工资",
                case_facts={},
                package={"why": "涉及具体案情"},
            )
        )


@dataclass
class Scene:
    """One conversation that waits for a person, and the disk."""

    database: Database
    data_dir: Path
    storage: Storage
    conversation_id: str

    @classmethod
    async def of(cls, database: Database, data_dir: Path) -> "Scene":
        storage = Storage(data_dir / DIRECTORY, min_free_bytes=0)
        scene = cls(database, data_dir, storage, "")
        scene.conversation_id = await scene.conversation()
        return scene

    async def conversation(self, status: Status = Status.WAITING) -> str:
        async with self.database.write() as session:
            new = await access.create_conversation(session, Channel.WEB, token_hash=new_id())
            await access.add_worker_message(
                session, new.id, text="老板三个月没发工资", client_message_id="m0"
            )
        await hand_over(self.database, new.id)
        await self.set_status(status, new.id)
        return new.id

    async def set_status(self, status: Status, conversation_id: str | None = None) -> None:
        async with self.database.write() as session:
            wanted = conversation_id or self.conversation_id
            (await access.lock_conversation(session, wanted)).status = status

    async def follow_up(self, status: Status = Status.WAITING) -> str:
        """Close the conversation; returns the one that goes on from it."""
        await self.set_status(Status.CLOSED)
        async with self.database.write() as session:
            closed = await access.lock_conversation(session, self.conversation_id)
            following = await access.successor_of(session, closed)
            following.status = status
        return following.id

    async def expect(self, source: str = "media-1") -> Attachment:
        """A file that the platform has announced."""
        async with self.database.write() as session:
            message = await add_file_message(
                session, self.conversation_id, text="[图片]", client_message_id=new_id()
            )
            conversation = await access.lock_conversation(session, self.conversation_id)
            return await attachments.expect(session, conversation, message, source=source)

    async def upload(
        self,
        content: bytes | AsyncIterator[bytes] = b"",
        *,
        name: str = "照片.jpg",
        key: str = "f1",
        uploads: Uploads | None = None,
    ) -> Uploaded:
        chunks = whole(content or jpeg()) if isinstance(content, bytes) else content
        uploads = uploads or Uploads(self.database, self.storage)
        return await uploads.add(
            self.conversation_id, chunks, file_name=name, client_message_id=key
        )

    async def rows(self) -> list[Attachment]:
        async with self.database.read() as session:
            return list(await session.scalars(select(Attachment).order_by(Attachment.id)))

    async def row(self, attachment_id: str) -> Attachment:
        (found,) = [row for row in await self.rows() if row.id == attachment_id]
        return found

    async def file_messages(self) -> list[Message]:
        """Everything behind the first message, in any conversation."""
        found = select(Message).join(Conversation, Conversation.id == Message.conversation_id)
        async with self.database.read() as session:
            messages = await session.scalars(found.order_by(Message.id))
            return [message for message in messages if message.client_message_id != "m0"]

    def files(self) -> list[str]:
        """Names of all files on the disk, unfinished ones included."""
        return files_in(self.data_dir)


def files_in(data_dir: Path) -> list[str]:
    """Names of all files of workers, unfinished ones included."""
    return sorted(path.name for path in (data_dir / DIRECTORY).rglob("*") if path.is_file())

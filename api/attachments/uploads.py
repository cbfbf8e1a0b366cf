"""Takes files of workers in."""

import asyncio
import logging
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.attachments import access
from api.attachments.kinds import Family, Kind
from api.attachments.names import default_name, name_for
from api.attachments.receiving import ReceivedFile, received
from api.attachments.refusals import FileRefusedError, Refusal
from api.attachments.storage import Storage
from api.attachments.texts import attachment_texts
from api.conversations import access as conversations
from api.conversations.files import add_file_message
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.live.events import MessageStored, Nobody, Publisher, QueueChanged
from api.storage.database import Database
from api.storage.models import Attachment, Conversation, Message, Status, new_id, now

ON_DESK = (Status.WAITING, Status.WITH_STAFF)
"""Files are for people: the bot cannot look at them."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file and the message that stands for it."""

    message: Message
    attachment: Attachment


class Uploads:
    """Keeps uploaded files for staff, each with a message that stands for it."""

    def __init__(
        self,
        database: Database,
        storage: Storage,
        *,
        publisher: Publisher | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._storage = storage
        self._publisher = publisher or Nobody()
        self._clock = clock

    async def add(
        self,
        conversation_id: str,
        chunks: AsyncIterable[bytes],
        *,
        file_name: str,
        client_message_id: str,
    ) -> Uploaded:
        """Keep a file for staff, in the conversation that goes on from here where this one is
        closed; a repeated id gets the first one's result.

        Raises ``FileRefusedError``; ``ApiError``: not_possible_now unless the conversation is on
        the desk, invalid_request for the id of a message without a file, storage_unavailable.
        """
        first = await self._first(conversation_id, client_message_id)
        if first is not None:
            return first
        try:
            async with received(self._storage, chunks) as file:
                return await self._store(conversation_id, file, file_name, client_message_id)
        except OSError as error:
            _log.error("file not stored", extra={"cause": type(error).__name__})
            raise ApiError(ErrorCode.STORAGE_UNAVAILABLE) from None

    async def _first(self, conversation_id: str, client_message_id: str) -> Uploaded | None:
        """What was stored under this id before."""
        async with self._database.read() as session:
            message = await conversations.find_repeated(session, conversation_id, client_message_id)
            if message is None:
                return None
            attachments = await access.of_message(session, message.id)
        if not attachments:
            raise ApiError(ErrorCode.INVALID_REQUEST, fields="client_message_id")
        return Uploaded(message, attachments[0])

    async def _store(
        self, conversation_id: str, file: ReceivedFile, file_name: str, client_message_id: str
    ) -> Uploaded:
        # First the file, then the row: a crash in between leaves a file that the sweep deletes,
        # never a row without its file.
        attachment_id = new_id()
        await asyncio.to_thread(self._storage.keep, file.upload, attachment_id)
        try:
            async with self._database.write() as session:
                conversation = await _lock_current(session, conversation_id)
                if conversation.status not in ON_DESK:
                    raise ApiError(ErrorCode.NOT_POSSIBLE_NOW)
                if not await access.has_room(session, conversation.id, file.upload.size):
                    raise FileRefusedError(Refusal.FULL)
                message = await add_file_message(
                    session,
                    conversation.id,
                    text=_words_for(file.kind, file_name, attachment_id),
                    client_message_id=client_message_id,
                )
                attachment = await access.add_stored(
                    session,
                    attachment_id,
                    conversation,
                    message,
                    file_name=file_name,
                    kind=file.kind,
                    size=file.upload.size,
                    sha256=file.upload.sha256,
                    at=self._clock(),
                )
        except (ApiError, FileRefusedError, IntegrityError) as error:
            # Certainly not committed. After any other failure nobody knows: the sweep decides.
            await asyncio.to_thread(self._storage.delete, attachment_id)
            first = None
            if isinstance(error, IntegrityError):  # the same upload, a moment earlier
                first = await self._first(conversation_id, client_message_id)
            if first is None:
                raise
            return first
        self._publisher.publish(MessageStored(message.conversation_id, message.seq))
        self._publisher.publish(QueueChanged())
        return Uploaded(message, attachment)


async def _lock_current(session: AsyncSession, conversation_id: str) -> Conversation:
    """The conversation, or the one that goes on from it, locked."""
    conversation = await conversations.lock_conversation(session, conversation_id)
    current = (await conversations.chain_of(session, conversation))[-1]
    if current is not conversation:
        await session.refresh(current, with_for_update=True)
    return current


def _words_for(kind: Kind, file_name: str, attachment_id: str) -> str:
    """What stands in the record in the place of the file."""
    texts = attachment_texts().stored
    match kind.family:
        case Family.IMAGE:
            return texts.image
        case Family.AUDIO:
            return texts.audio
        case Family.VIDEO:
            return texts.video
        case Family.DOCUMENT:
            name = name_for(file_name, kind) or default_name(attachment_id, kind)
            return texts.document.format(name=name)

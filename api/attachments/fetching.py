"""Fetches files from the platform that a worker sent them to, as an outbox adapter.

A follower's photo is announced by an id; the bytes are fetched in the background, with the
outbox's patience, while the conversation goes on.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from api.attachments import access
from api.attachments.kinds import LARGEST_BYTES
from api.attachments.receiving import ReceivedFile, received, whole
from api.attachments.refusals import FileRefusedError, Refusal
from api.attachments.storage import Storage
from api.conversations import access as conversations
from api.live.events import Nobody, Publisher, QueueChanged
from api.storage.database import Database
from api.storage.models import Attachment, AttachmentState, now

ADAPTER = "wechat_media"
_log = logging.getLogger(__name__)


class SourceGoneError(Exception):
    """The platform does not have the file any more."""


class SourceTooLargeError(Exception):
    """The file is larger than what was asked for."""


class Source(Protocol):
    """A platform that keeps files of workers."""

    async def fetch(self, source: str, max_bytes: int) -> bytes:
        """The file. Raises ``SourceGoneError``, ``SourceTooLargeError``, and
        ``api.outbox.adapters.TemporaryError`` or ``PermanentError`` for other failures."""


class MediaFetcher:
    """Delivers ``{"attachment_id"}`` by fetching the file; again for one that is settled does
    nothing."""

    def __init__(
        self,
        database: Database,
        storage: Storage,
        source: Source,
        *,
        publisher: Publisher | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._storage = storage
        self._source = source
        self._publisher = publisher or Nobody()
        self._clock = clock

    async def deliver(self, payload: Mapping[str, Any], idempotency_key: str) -> None:
        """Settle one file. Raises ``TemporaryError``, ``PermanentError``, ``OSError``."""
        async with self._database.read() as session:
            attachment = await access.find(session, payload["attachment_id"])
        if attachment is None or attachment.state is not AttachmentState.EXPECTED:
            return
        try:
            content = await self._source.fetch(attachment.source or "", LARGEST_BYTES)
            async with received(self._storage, whole(content)) as file:
                await self._keep(attachment, file)
        except SourceGoneError:
            await self._settle(attachment, access.missing)
        except SourceTooLargeError:
            await self._refuse(attachment, Refusal.TOO_LARGE)
        except FileRefusedError as error:
            await self._refuse(attachment, error.refusal)

    async def _keep(self, attachment: Attachment, file: ReceivedFile) -> None:
        """Store a file that came; its row may have been erased meanwhile."""
        # First the file, then the row, as for an upload; an interrupted attempt is repeated, and
        # puts the same file into the same place.
        await asyncio.to_thread(self._storage.keep, file.upload, attachment.id)
        is_kept = False
        async with self._database.write() as session:
            await conversations.lock_conversation(session, attachment.conversation_id)
            row = await access.lock(session, attachment.id)
            if row.state is AttachmentState.EXPECTED:
                is_kept = await access.has_room(
                    session, attachment.conversation_id, file.upload.size
                )
                if is_kept:
                    access.stored(
                        row,
                        kind=file.kind,
                        size=file.upload.size,
                        sha256=file.upload.sha256,
                        at=self._clock(),
                    )
                else:
                    access.refused(row)
            elif row.state is AttachmentState.STORED:
                is_kept = True  # by another gateway, whose lease had run out: the same bytes
        if not is_kept:
            await asyncio.to_thread(self._storage.delete, attachment.id)
        self._publisher.publish(QueueChanged())

    async def _refuse(self, attachment: Attachment, refusal: Refusal) -> None:
        _log.info("file refused", extra={"attachment_id": attachment.id, "refusal": refusal.value})
        await self._settle(attachment, access.refused)

    async def _settle(self, attachment: Attachment, outcome: Callable[[Attachment], None]) -> None:
        async with self._database.write() as session:
            row = await access.lock(session, attachment.id)
            if row.state is AttachmentState.EXPECTED:
                outcome(row)
        self._publisher.publish(QueueChanged())

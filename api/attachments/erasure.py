"""How files are erased, and cleared away where a crash left them.

Rows are overwritten in the transaction that erases the conversation, and an item in the outbox
deletes the files once that is committed. The sweep finds whatever no row speaks for.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.attachments import access
from api.attachments.storage import Storage
from api.outbox import queue
from api.outbox.adapters import TemporaryError
from api.storage.database import Database
from api.storage.models import Attachment, AttachmentState, now

ADAPTER = "attachment_files"
_IN_FLIGHT = timedelta(hours=1)
"""No upload and no transaction takes so long: what is older and has no row will never have one."""
_FILES_AT_ONCE = 500


async def erase(
    session: AsyncSession, conversation_id: str, *, clock: Callable[[], datetime] = now
) -> None:
    """Erase the files of a locked conversation; once more does nothing.

    Kind, size and times stay for statistics. The bytes go shortly after the commit.
    """
    on_disk = []
    for attachment in await access.of_conversation(session, conversation_id):
        if attachment.state in access.LIVE_STATES:
            on_disk.append(attachment.id)
        attachment.state = AttachmentState.ERASED
        attachment.file_name, attachment.source, attachment.sha256 = "", None, None
    if on_disk:
        await queue.enqueue(session, ADAPTER, {"attachment_ids": on_disk}, clock=clock)


class FileDeletion:
    """Outbox adapter: delivers ``{"attachment_ids"}`` by deleting the files."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def deliver(self, payload: Mapping[str, Any], idempotency_key: str) -> None:
        """Once more does nothing. Raises ``TemporaryError``."""
        await asyncio.to_thread(self._delete, payload["attachment_ids"])

    def _delete(self, attachment_ids: Sequence[str]) -> None:
        try:
            for attachment_id in attachment_ids:
                self._storage.delete(attachment_id)
        except OSError as error:
            raise TemporaryError(type(error).__name__) from None


class Sweep:
    """Deletes files that no row speaks for: left by a crash between file and row, or by an upload
    that broke off with its gateway."""

    def __init__(
        self, database: Database, storage: Storage, *, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._storage = storage
        self._clock = clock

    async def round(self) -> int:
        """Delete what nobody can be working on any more; returns how many files."""
        before = self._clock() - _IN_FLIGHT
        deleted = await asyncio.to_thread(self._storage.discard_left_before, before)
        written = self._storage.last_written_before(before)
        while batch := await asyncio.to_thread(lambda: list(islice(written, _FILES_AT_ONCE))):
            for attachment_id in set(batch) - await self._wanted(batch):
                await asyncio.to_thread(self._storage.delete, attachment_id)
                deleted += 1
        return deleted

    async def _wanted(self, attachment_ids: Sequence[str]) -> set[str]:
        async with self._database.read() as session:
            found = await session.scalars(
                select(Attachment.id).where(
                    Attachment.id.in_(attachment_ids), Attachment.state.in_(access.LIVE_STATES)
                )
            )
            return set(found)

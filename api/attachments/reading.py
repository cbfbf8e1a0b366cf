"""Gives files of workers out, to whom they are meant for."""

import asyncio
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.attachments import access
from api.attachments.storage import Storage
from api.conversations import access as conversations
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.staff import cases
from api.storage.database import Database
from api.storage.models import ActorKind, Attachment, AttachmentState, Conversation, Staff

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file to be given out."""

    attachment: Attachment
    path: Path
    stat: os.stat_result


class StoredFiles:
    """Files that are stored, for those who may have them."""

    def __init__(self, database: Database, storage: Storage) -> None:
        self._database = database
        self._storage = storage

    async def of_worker(self, conversation: Conversation, attachment_id: str) -> StoredFile:
        """A file of the conversation, or of those that go on from it.

        Raises ``ApiError``: attachment_not_found.
        """
        async with self._database.read() as session:
            attachment = await _require_stored(session, attachment_id)
            chain = await conversations.chain_of(session, conversation)
        if attachment.conversation_id not in {part.id for part in chain}:
            raise ApiError(ErrorCode.ATTACHMENT_NOT_FOUND)
        return await self._located(attachment)

    async def for_staff(self, staff: Staff, attachment_id: str) -> StoredFile:
        """A file of a case that this person can see; the audit keeps who looked at it.

        Raises ``ApiError``: attachment_not_found, forbidden.
        """
        async with self._database.write() as session:
            attachment = await _require_stored(session, attachment_id)
            await cases.require_visible(session, staff, attachment.conversation_id)
            audit.record(
                session,
                "attachment.view",
                by=ActorKind.STAFF,
                actor_id=staff.id,
                subject_kind="attachment",
                subject_id=attachment.id,
                conversation_id=attachment.conversation_id,
            )
        return await self._located(attachment)

    async def _located(self, attachment: Attachment) -> StoredFile:
        found = await asyncio.to_thread(self._storage.find, attachment.id)
        if found is None:
            _log.error("stored file is gone", extra={"attachment_id": attachment.id})
            raise ApiError(ErrorCode.ATTACHMENT_NOT_FOUND)
        return StoredFile(attachment, *found)


async def _require_stored(session: AsyncSession, attachment_id: str) -> Attachment:
    attachment = await access.find(session, attachment_id)
    if attachment is None or attachment.state is not AttachmentState.STORED:
        raise ApiError(ErrorCode.ATTACHMENT_NOT_FOUND)
    return attachment

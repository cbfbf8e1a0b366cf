"""What editors do with foreign files."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from api import audit
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.knowledge.catalogue import Catalogue
from api.knowledge.imports import ImportPreview, Imports, PendingImport
from api.storage.database import Database
from api.storage.models import ActorKind, Staff, now
from knowledge_base.document import Document


class ImportDesk:
    """Files that wait for the next publication. All acts raise ``ApiError``."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        imports: Imports,
        *,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._imports = imports
        self._clock = clock

    async def preview(self, name: str, content: bytes) -> ImportPreview:
        """Read a file without keeping it. Raises ``ApiError``: import_refused."""
        return await asyncio.to_thread(self._imports.preview, name, content)

    async def keep(self, staff: Staff, name: str, content: bytes) -> ImportPreview:
        """Keep a file for the next publication. Raises ``ApiError``: import_refused."""
        snapshot = await self._catalogue.snapshot()

        def keep() -> ImportPreview:
            return self._imports.keep(
                name, content, snapshot, by=staff.id, by_name=staff.name, at=self._clock()
            )

        kept = await asyncio.to_thread(keep)
        await self._record("knowledge.import", staff, kept.name)
        return kept

    async def pending(self) -> list[PendingImport]:
        """Files that wait for the next publication."""
        return await asyncio.to_thread(self._imports.pending)

    async def documents(self, name: str) -> list[Document]:
        """What a file that waits has become. Raises ``ApiError``: import_not_found."""
        return await asyncio.to_thread(self._imports.documents, name)

    async def document(self, name: str, document_id: str) -> Document:
        """One document of a file that waits. Raises ``ApiError``: import_not_found."""
        for document in await self.documents(name):
            if document.id == document_id:
                return document
        raise ApiError(ErrorCode.IMPORT_NOT_FOUND)

    async def drop(self, staff: Staff, name: str) -> None:
        """Forget a file that waits. Raises ``ApiError``: import_not_found."""
        await asyncio.to_thread(self._imports.drop, name)
        await self._record("knowledge.import_dropped", staff, name)

    async def _record(self, action: str, staff: Staff, name: str) -> None:
        async with self._database.write() as session:
            audit.record(
                session,
                action,
                by=ActorKind.STAFF,
                actor_id=staff.id,
                subject_kind="import",
                file=name,
            )

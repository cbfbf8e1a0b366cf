"""Foreign files: read, looked at, and kept until the next publication takes them along.

Functions block: they read files and start a process for the parsers.
"""

import re
import tempfile
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.knowledge.catalogue import Snapshot
from api.knowledge.places import KnowledgePlaces
from api.knowledge.texts import knowledge_texts
from knowledge_base.document import Document, DocumentKind
from knowledge_base.importers.files import SUFFIXES
from knowledge_base.importers.reading import ReadDocuments, read_documents
from knowledge_base.importers.refusal import ImportRefusedError
from knowledge_base.importers.sandbox import Sandbox
from knowledge_base.importers.storage import ImportedStore
from knowledge_base.paths import imported_directory

_NAME_MAX_CHARS = 120
_UPLOADED = ".uploaded.json"


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class ImportedDocument(_View):
    """A document that a file becomes."""

    id: str
    title: str
    kind: DocumentKind
    chapter: str | None
    sections: dict[str, str]
    questions: list[str]

    @classmethod
    def of(cls, document: Document) -> "ImportedDocument":
        """The view of a document."""
        return cls.model_validate(document.model_dump(include=set(cls.model_fields)))


class ImportPreview(_View):
    """What a file becomes. ``notes`` tell what was left out, in the importer's words."""

    name: str
    documents: list[ImportedDocument]
    notes: list[str]


class PendingImport(_View):
    """A file that waits for the next publication."""

    name: str
    documents: int
    uploaded_by: str
    uploaded_by_name: str
    uploaded_at: datetime


class _Upload(_View):
    by: str
    name: str
    at: datetime


class Imports:
    """The files that editors have brought in."""

    def __init__(self, places: KnowledgePlaces) -> None:
        self._places = places
        self._pending = ImportedStore(places.pending_imports)

    def preview(self, name: str, content: bytes) -> ImportPreview:
        """Read a file without keeping it. Raises ``ApiError``: import_refused."""
        read = _read(name, content)
        documents = [ImportedDocument.of(document) for document in read.documents]
        return ImportPreview(name=_safe(name), documents=documents, notes=list(read.notes))

    def keep(
        self, name: str, content: bytes, snapshot: Snapshot, *, by: str, by_name: str, at: datetime
    ) -> ImportPreview:
        """Keep a file for the next publication, in place of one of the same name.

        Raises ``ApiError``: import_refused.
        """
        read = _read(name, content)
        file = Path(_safe(name))
        # One store has one writer, so each change looks at the disk anew.
        store = ImportedStore(self._places.pending_imports)
        try:
            store.save(file, read.documents, self._taken(snapshot, file.name))
        except ImportRefusedError as error:
            raise _refused(error.reason) from error
        upload = _Upload(by=by, name=by_name, at=at)
        self._sidecar(store.path_of(file.name)).write_text(upload.model_dump_json(), "utf-8")
        documents = [ImportedDocument.of(document) for document in read.documents]
        return ImportPreview(name=file.name, documents=documents, notes=list(read.notes))

    def pending(self) -> list[PendingImport]:
        """The files that wait, by name."""
        found = []
        for source in self._pending.sources():
            upload = self._upload(self._pending.path_of(source.name))
            found.append(
                PendingImport(
                    name=source.name,
                    documents=source.documents,
                    uploaded_by=upload.by,
                    uploaded_by_name=upload.name,
                    uploaded_at=upload.at,
                )
            )
        return found

    def path_of(self, name: str) -> Path:
        """Where a file that waits is stored."""
        return self._pending.path_of(name)

    def drop(self, name: str) -> None:
        """Forget a file that waits. Raises ``ApiError``: import_not_found."""
        path = self._pending.path_of(name)
        if not self._pending.remove(name):
            raise ApiError(ErrorCode.IMPORT_NOT_FOUND)
        self._sidecar(path).unlink(missing_ok=True)

    def documents(self, name: str) -> list[Document]:
        """What a file that waits has become. Raises ``ApiError``: import_not_found."""
        path = self._pending.path_of(name)
        if not path.is_file():
            raise ApiError(ErrorCode.IMPORT_NOT_FOUND)
        return self._pending.read(path)

    def _taken(self, snapshot: Snapshot, name: str) -> dict[str, str]:
        """Ids that are in use elsewhere, with where."""
        taken = {article_id: article_id for article_id in snapshot.corpus.files}
        directories = [imported_directory(), self._places.overlays.current().imported]
        for directory in directories:
            if directory is not None and directory.is_dir():
                store = ImportedStore(directory)
                same = store.path_of(name)
                for path in store.paths():
                    if path != same:
                        ids = (document.id for document in store.read(path))
                        taken.update(dict.fromkeys(ids, path.stem))
        return taken

    def _upload(self, stored: Path) -> _Upload:
        try:
            return _Upload.model_validate_json(self._sidecar(stored).read_bytes())
        except (OSError, ValidationError):
            # Put there by hand: nobody's, so anybody may publish it.
            changed = datetime.fromtimestamp(stored.stat().st_mtime).astimezone()
            return _Upload(by="", name="", at=changed)

    def _sidecar(self, stored: Path) -> Path:
        return stored.with_name(f"{stored.name}{_UPLOADED}")


def _read(name: str, content: bytes) -> ReadDocuments:
    with tempfile.TemporaryDirectory(prefix="import-") as scratch, Sandbox() as sandbox:
        file = Path(scratch) / _safe(name)
        file.write_bytes(content)
        try:
            return read_documents(file, sandbox)
        except ImportRefusedError as error:
            raise _refused(error.reason) from error


def _safe(name: str) -> str:
    """The last part of a name, as short as a file name may be."""
    last = Path(name.replace("\\", "/").replace("\0", "")).name or "未命名"
    stem, suffix = Path(last).stem, Path(last).suffix
    return f"{stem[:_NAME_MAX_CHARS]}{suffix if suffix.lower() in SUFFIXES else suffix[:12]}"


def _refused(reason: str) -> ApiError:
    texts = knowledge_texts().imports
    for known in texts.reasons:
        if match := re.fullmatch(known.detail, reason, re.DOTALL):
            return ApiError(
                ErrorCode.IMPORT_REFUSED, reason=known.text.format(**match.groupdict(""))
            )
    return ApiError(ErrorCode.IMPORT_REFUSED, reason=texts.other.format(detail=reason))

"""Where imported documents are kept: one file of JSON lines for each imported file."""

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from knowledge_base.document import Document, DocumentError
from knowledge_base.importers.refusal import ImportRefusedError
from knowledge_base.index.lines import read_lines

_SUFFIX = ".jsonl"
_MAX_NAME_BYTES = 200
_DIGEST_LENGTH = 12


class StoredImportError(DocumentError):
    """A stored import is damaged, or two of them hold the same id; names the file."""


@dataclass(frozen=True)
class ImportedSource:
    """One imported file by its name, and how many documents came from it."""

    name: str
    documents: int


class ImportedStore:
    """The imports below one directory. Importing a file of the same name replaces it.

    One store has one writer: it reads the ids that are in use once.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._ids: dict[Path, list[str]] | None = None

    def save(self, file: Path, documents: Sequence[Document], taken: Mapping[str, str]) -> None:
        """Keep the documents of ``file`` in place of those of an earlier import of it.

        ``taken`` maps ids that are used elsewhere (by articles) to where.

        Raises:
            ImportRefusedError: an id is used twice or elsewhere, or a document is valid to a
                day before it is valid from; nothing is changed then.
            StoredImportError: another stored import is damaged.
        """
        target = self.path_of(file.name)
        if self._ids is None:
            self._ids = {path: [each.id for each in _read(path)] for path in self.paths()}
        used = dict(taken)
        for path, ids in self._ids.items():
            if path != target:
                used.update(dict.fromkeys(ids, _source_name(path)))
        for document in documents:
            if document.id in used:
                raise ImportRefusedError(
                    file,
                    f"the id {document.id!r} of {document.title!r} is already used by "
                    f"{used[document.id]}; remove or rename one of them",
                )
            used[document.id] = "this file itself"
            start, end = document.effective_from, document.effective_to
            if start is not None and end is not None and end < start:
                raise ImportRefusedError(
                    file, f"the dates of {document.title!r} contradict each other: {start} to {end}"
                )
        self._write(target, documents)
        self._ids[target] = [document.id for document in documents]

    def sources(self) -> list[ImportedSource]:
        """List what has been imported, by name.

        Raises:
            StoredImportError: a stored import is damaged.
        """
        return [ImportedSource(_source_name(path), len(_read(path))) for path in self.paths()]

    def remove(self, name: str) -> bool:
        """Forget the documents of the file ``name``; tell whether there were any."""
        path = self.path_of(name)
        if not path.is_file():
            return False
        path.unlink()
        return True

    def read(self, path: Path) -> list[Document]:
        """Return the documents of one stored file.

        Raises:
            StoredImportError: it is damaged.
        """
        return _read(path)

    def load(self) -> list[Document]:
        """Return all imported documents.

        Raises:
            StoredImportError: a stored import is damaged, or an id stands in two of them.
        """
        return _distinct(self.paths())

    def path_of(self, name: str) -> Path:
        """Where the documents of the file ``name`` are, or would be."""
        return self.directory / _stored_name(name)

    def paths(self) -> list[Path]:
        """The stored files, by name."""
        return sorted(
            path for path in self.directory.glob(f"*{_SUFFIX}") if not path.name.startswith(".")
        )

    def _write(self, target: Path, documents: Sequence[Document]) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{document.model_dump_json()}\n" for document in documents)
        descriptor, scratch = tempfile.mkstemp(dir=self.directory, prefix=".importing-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(lines.encode())
                file.flush()
                os.fsync(file.fileno())
            os.replace(scratch, target)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise


def load_imported(*directories: Path) -> list[Document]:
    """Return all documents imported into the directories; none where one does not exist.

    A file that was imported into several of them counts as it is in the last one.

    Raises:
        StoredImportError: a stored import is damaged, or an id stands in two of them.
    """
    files = {path.name: path for each in directories for path in ImportedStore(each).paths()}
    return _distinct(files.values())


def _distinct(paths: Iterable[Path]) -> list[Document]:
    documents: dict[str, Document] = {}
    places: dict[str, Path] = {}
    for path in paths:
        for document in _read(path):
            if document.id in documents:
                raise StoredImportError(
                    f"{path}: the id {document.id!r} is also in {places[document.id]}"
                )
            documents[document.id] = document
            places[document.id] = path
    return list(documents.values())


def _read(path: Path) -> list[Document]:
    try:
        return [Document.model_validate_json(line) for line in read_lines(path)]
    except (ValidationError, UnicodeDecodeError, OSError) as error:
        raise StoredImportError(f"{path} is damaged; import its file again") from error


def _stored_name(name: str) -> str:
    """Return the name of the stored file; the same for every way of composing characters."""
    normal = unicodedata.normalize("NFC", Path(name).name)
    encoded = normal.encode("utf-8", "surrogateescape")
    if len(encoded) > _MAX_NAME_BYTES:
        digest = hashlib.sha256(encoded).hexdigest()[:_DIGEST_LENGTH]
        normal = f"{encoded[: _MAX_NAME_BYTES - _DIGEST_LENGTH].decode('utf-8', 'ignore')}{digest}"
    return f"{normal}{_SUFFIX}"


def _source_name(path: Path) -> str:
    return path.name.removesuffix(_SUFFIX)

"""Many files, one after the other; a bad one stops none of the others."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.importers.reading import read_documents
from knowledge_base.importers.refusal import ImportRefusedError
from knowledge_base.importers.sandbox import Sandbox
from knowledge_base.importers.storage import ImportedStore


@dataclass(frozen=True)
class Imported:
    """What became of one file: ``refusal`` is None where it was stored."""

    file: Path
    documents: int
    notes: tuple[str, ...]
    refusal: ImportRefusedError | None


def import_files(
    files: Iterable[Path], store: ImportedStore, taken: Mapping[str, str]
) -> Iterator[Imported]:
    """Import file by file. ``taken`` maps the ids of the articles to where they are used.

    Raises:
        StoredImportError: an earlier import is damaged.
        OSError: the store cannot be written.
    """
    stored: dict[str, Path] = {}
    with Sandbox() as sandbox:
        for file in files:
            try:
                if file.name in stored:
                    raise ImportRefusedError(
                        file, f"{stored[file.name]} has the same name; rename one of them"
                    )
                read = read_documents(file, sandbox)
                store.save(file, read.documents, taken)
                stored[file.name] = file
                yield Imported(file, len(read.documents), read.notes, None)
            except ImportRefusedError as error:
                yield Imported(file, 0, (), error)

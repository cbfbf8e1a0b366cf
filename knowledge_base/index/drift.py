"""Drift: in what an index differs from the documents and the settings there are now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge_base.document import Document
from knowledge_base.index.loader import load_documents_of
from knowledge_base.index.settings import code_digest, settings_problems
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.analyser import Analyser

if TYPE_CHECKING:
    # Loads PyTorch, which the life of an index does not need.
    from knowledge_base.encoder.encoder import Encoder

_NAMED = 5


@dataclass(frozen=True)
class Drift:
    """Ids of the documents that differ, and sentences about settings that do."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.settings)

    def lines(self) -> list[str]:
        """Name everything that differs, one a line."""
        return [
            *(f"{kind}: {each}" for kind, ids in self._by_kind() for each in ids),
            *(f"settings: the index {each}" for each in self.settings),
        ]

    def summary(self) -> str:
        """Say in one line how many differ, with the first few ids."""
        parts = [
            f"{len(ids)} {kind} ({', '.join(ids[:_NAMED])}{'…' if len(ids) > _NAMED else ''})"
            for kind, ids in self._by_kind()
            if ids
        ]
        return "; ".join([*parts, *(f"the index {each}" for each in self.settings)])

    def _by_kind(self) -> list[tuple[str, tuple[str, ...]]]:
        return [("added", self.added), ("changed", self.changed), ("removed", self.removed)]


def compare(indexed: Iterable[Document], present: Iterable[Document]) -> Drift:
    """Compare an index's documents with those there are now, whatever their order.

    The whole document counts, not its revision alone: a dated figure or an importer's rule can
    change what an article says without a change of its file.
    """
    old = {document.id: document for document in indexed}
    new = {document.id: document for document in present}
    return Drift(
        added=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(sorted(each for each in old.keys() & new.keys() if old[each] != new[each])),
        removed=tuple(sorted(old.keys() - new.keys())),
    )


def index_drift(
    store: IndexStore,
    present: Iterable[Document],
    encoder: "Encoder",
    analysers: Sequence[Analyser],
) -> Drift:
    """Compare the version in use with the documents and the settings there are now.

    Raises:
        IndexUnavailableError: nothing has been built yet.
        CorruptIndexError: the version in use is damaged.
    """
    version = store.current_version()
    manifest = store.read_manifest(version)
    settings = settings_problems(manifest, encoder, analysers)
    if manifest.code != code_digest(analysers):
        settings.append("was made by another version of this program")
    documents = compare(load_documents_of(version), present)
    return Drift(documents.added, documents.changed, documents.removed, tuple(settings))

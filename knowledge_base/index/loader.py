"""Loading a verified index version into memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from knowledge_base.document import Document
from knowledge_base.index.layout import DENSE_FILE, DOCUMENTS_FILE, lexical_directory
from knowledge_base.index.lines import read_lines
from knowledge_base.index.manifest import Manifest
from knowledge_base.index.settings import check_settings
from knowledge_base.index.store import REBUILD_HINT, CorruptIndexError, IndexStore
from knowledge_base.index.vectors import load_keys, unit_key
from knowledge_base.retrieval.analyser import Analyser
from knowledge_base.retrieval.dense import DenseIndex
from knowledge_base.retrieval.lexical import GroupedLexicalIndex
from knowledge_base.units import Unit, all_units

if TYPE_CHECKING:
    # Loads PyTorch, which the life of an index does not need.
    from knowledge_base.encoder.encoder import Encoder


@dataclass(frozen=True)
class LoadedIndex:
    """One version in memory.

    ``unit_documents`` gives each unit's document position, shape (units,);
    ``document_units`` the positions of each document's units; ``lexical`` the lexical part of
    each analyser by its name.
    """

    version: str
    manifest: Manifest
    documents: list[Document]
    positions: dict[str, int]
    units: list[Unit]
    unit_documents: npt.NDArray[np.int64]
    document_units: list[npt.NDArray[np.int64]]
    lexical: Mapping[str, GroupedLexicalIndex]
    dense: DenseIndex


def load_index(store: IndexStore, encoder: "Encoder", analysers: Sequence[Analyser]) -> LoadedIndex:
    """Load the version in use.

    Raises:
        IndexUnavailableError: nothing has been built yet.
        CorruptIndexError: it is damaged, or encoder or analysers are not those it was made with.
        OSError: it cannot be read.
        RuntimeError: FAISS cannot read its part.
    """
    while True:
        name = store.pointer().in_use
        try:
            return load_version(store, store.current_version(), encoder, analysers)
        except (CorruptIndexError, OSError, RuntimeError):
            # Builds may have replaced and removed the version while it was read.
            if store.pointer().in_use == name:
                raise


def load_version(
    store: IndexStore, folder: Path, encoder: "Encoder", analysers: Sequence[Analyser]
) -> LoadedIndex:
    """Load one version of a store, in use or not.

    Raises:
        CorruptIndexError: it is damaged, or encoder or analysers are not those it was made with.
        OSError: it cannot be read.
        RuntimeError: FAISS cannot read its part.
    """
    manifest = store.read_manifest(folder)
    check_settings(manifest, encoder, analysers)
    documents = load_documents_of(folder)
    positions = {document.id: position for position, document in enumerate(documents)}
    # Made anew rather than read: questions are then the documents' own strings, not copies.
    units = all_units(documents)
    if [unit_key(unit) for unit in units] != load_keys(folder):
        raise CorruptIndexError(
            f"index {folder} was made by another version of this program; {REBUILD_HINT}"
        )
    unit_documents = np.array([positions[unit.document_id] for unit in units], dtype=np.int64)
    return LoadedIndex(
        version=folder.name,
        manifest=manifest,
        documents=documents,
        positions=positions,
        units=units,
        unit_documents=unit_documents,
        document_units=_units_by_document(unit_documents, len(documents)),
        lexical={
            analyser.name: GroupedLexicalIndex.load(
                lexical_directory(folder, analyser.name), [document.own for document in documents]
            )
            for analyser in analysers
        },
        dense=DenseIndex.load(folder / DENSE_FILE),
    )


def load_documents_of(version: Path) -> list[Document]:
    """Read the documents of one version, in the index's order."""
    return [Document.model_validate_json(line) for line in read_lines(version / DOCUMENTS_FILE)]


def _units_by_document(
    unit_documents: npt.NDArray[np.int64], documents: int
) -> list[npt.NDArray[np.int64]]:
    order = np.argsort(unit_documents, kind="stable")
    ends = np.cumsum(np.bincount(unit_documents, minlength=documents))
    return np.split(order, ends[:-1])

"""Loading a verified index version into memory."""

import json
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge_base.document import Document
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.index.builder import DENSE_FILE, DOCUMENTS_FILE, LEXICAL_DIR, UNITS_FILE
from knowledge_base.index.lines import read_lines
from knowledge_base.index.manifest import Manifest
from knowledge_base.index.store import REBUILD_HINT, CorruptIndexError, IndexStore
from knowledge_base.retrieval.dense import DenseIndex
from knowledge_base.retrieval.lexical import LexicalIndex
from knowledge_base.retrieval.tokenizer import Tokenizer
from knowledge_base.units import Unit, UnitKind

SAME_ENCODER_COSINE = 0.99
"""Two runtimes of one model differ by less; two models by far more."""


@dataclass(frozen=True)
class LoadedIndex:
    """One version in memory.

    ``unit_documents`` gives each unit's document position, shape (units,);
    ``document_units`` the positions of each document's units.
    """

    manifest: Manifest
    documents: list[Document]
    positions: dict[str, int]
    units: list[Unit]
    unit_documents: npt.NDArray[np.int64]
    document_units: list[npt.NDArray[np.int64]]
    lexical: LexicalIndex
    dense: DenseIndex


def load_index(store: IndexStore, encoder: Encoder, tokenizer: Tokenizer) -> LoadedIndex:
    """Load the version in use.

    Raises:
        IndexUnavailableError: nothing has been built yet.
        CorruptIndexError: it is damaged, or encoder or tokenizer are not those it was made with.
    """
    folder = store.current_version()
    manifest = store.read_manifest(folder)
    _check_encoder(manifest, encoder)
    if manifest.tokenizer != tokenizer.fingerprint:
        raise CorruptIndexError(
            f"the index was made with tokenizer {manifest.tokenizer}, this is "
            f"{tokenizer.fingerprint}; {REBUILD_HINT}"
        )
    documents = [Document.model_validate_json(line) for line in read_lines(folder / DOCUMENTS_FILE)]
    positions = {document.id: position for position, document in enumerate(documents)}
    units = [_unit(json.loads(line)) for line in read_lines(folder / UNITS_FILE)]
    unit_documents = np.array([positions[unit.document_id] for unit in units], dtype=np.int64)
    return LoadedIndex(
        manifest=manifest,
        documents=documents,
        positions=positions,
        units=units,
        unit_documents=unit_documents,
        document_units=_units_by_document(unit_documents, len(documents)),
        lexical=LexicalIndex.load(folder / LEXICAL_DIR),
        dense=DenseIndex.load(folder / DENSE_FILE),
    )


def _check_encoder(manifest: Manifest, encoder: Encoder) -> None:
    probe = np.array(manifest.probe, dtype=np.float32)
    if encoder.dimension != len(probe):
        raise CorruptIndexError(
            f"the index was made with {manifest.encoder} ({len(probe)} dimensions), this encoder "
            f"has {encoder.dimension}; {REBUILD_HINT}"
        )
    if float(probe @ encoder.probe) < SAME_ENCODER_COSINE:
        raise CorruptIndexError(
            f"the index was made with {manifest.encoder}, not with {encoder.name}; {REBUILD_HINT}"
        )


def _units_by_document(
    unit_documents: npt.NDArray[np.int64], documents: int
) -> list[npt.NDArray[np.int64]]:
    order = np.argsort(unit_documents, kind="stable")
    ends = np.cumsum(np.bincount(unit_documents, minlength=documents))
    return np.split(order, ends[:-1])


def _unit(data: dict[str, str]) -> Unit:
    return Unit(data["document_id"], UnitKind(data["kind"]), data["section"], data["text"])

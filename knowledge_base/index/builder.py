"""Building an index version from documents."""

import hashlib
import inspect
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from knowledge_base import document as document_module
from knowledge_base import units as units_module
from knowledge_base.document import Document
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.index.lines import write_lines
from knowledge_base.index.manifest import MANIFEST_FILE, Manifest, file_digests
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError
from knowledge_base.retrieval import lexical, text
from knowledge_base.retrieval.dense import DenseIndex
from knowledge_base.retrieval.lexical import LexicalIndex
from knowledge_base.retrieval.tokenizer import Tokenizer
from knowledge_base.units import Unit, UnitKind, all_units, units_of

DOCUMENTS_FILE = "documents.jsonl"
UNITS_FILE = "units.jsonl"
DENSE_FILE = "dense.faiss"
LEXICAL_DIR = "bm25"


_DETERMINING_MODULES = (document_module, lexical, text, units_module)
"""Modules whose code decides what an index holds, beside encoder and tokenizer."""


@dataclass(frozen=True)
class BuildResult:
    """What a build did. ``built`` is False when the index in use was already this one."""

    built: bool
    fingerprint: str
    documents: int
    units: int


def build_index(
    documents: Sequence[Document],
    store: IndexStore,
    encoder: Encoder,
    tokenizer: Tokenizer,
    *,
    progress: bool = False,
) -> BuildResult:
    """Build a version from all documents and switch to it.

    Raises:
        ValueError: there is no document to index.
    """
    units = all_units(documents)
    if not units:
        raise ValueError("there is nothing to index")
    fingerprint = _fingerprint(documents, encoder, tokenizer)
    if _fingerprint_in_use(store) == fingerprint:
        return BuildResult(False, fingerprint, len(documents), len(units))
    created_at = datetime.now(UTC)
    name = f"{created_at:%Y%m%dT%H%M%S%f}-{fingerprint[:8]}"
    with store.new_version(name) as folder:
        write_lines(folder / DOCUMENTS_FILE, [document.model_dump_json() for document in documents])
        write_lines(
            folder / UNITS_FILE, [json.dumps(asdict(unit), ensure_ascii=False) for unit in units]
        )
        LexicalIndex.build([_words(document, tokenizer) for document in documents]).save(
            folder / LEXICAL_DIR
        )
        DenseIndex.build(_encode(units, encoder, progress=progress)).save(folder / DENSE_FILE)
        manifest = Manifest(
            created_at=created_at,
            fingerprint=fingerprint,
            encoder=encoder.fingerprint,
            probe=encoder.probe.tolist(),
            tokenizer=tokenizer.fingerprint,
            documents=len(documents),
            units=len(units),
            files=file_digests(folder),
        )
        (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    return BuildResult(True, fingerprint, len(documents), len(units))


def _fingerprint(documents: Sequence[Document], encoder: Encoder, tokenizer: Tokenizer) -> str:
    content = json.dumps(
        [
            Manifest.model_fields["format"].default,
            [inspect.getsource(module) for module in _DETERMINING_MODULES],
            encoder.fingerprint,
            tokenizer.fingerprint,
            [[document.id, document.revision] for document in documents],
        ]
    )
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _fingerprint_in_use(store: IndexStore) -> str | None:
    try:
        return store.read_manifest(store.current_version()).fingerprint
    except (IndexUnavailableError, CorruptIndexError):
        return None


def _words(document: Document, tokenizer: Tokenizer) -> list[str]:
    return [word for unit in units_of(document) for word in tokenizer.tokenize(unit.text)]


def _encode(units: Sequence[Unit], encoder: Encoder, *, progress: bool) -> npt.NDArray[np.float32]:
    """Encode questions as queries and the rest as passages, in the units' order.

    A worker's question and a stored question are the same kind of text; the encoder was
    trained to compare such pairs with the query prompt on both sides.
    """
    vectors = np.empty((len(units), encoder.dimension), dtype=np.float32)
    questions = [i for i, unit in enumerate(units) if unit.kind is UnitKind.QUESTION]
    passages = [i for i, unit in enumerate(units) if unit.kind is not UnitKind.QUESTION]
    if questions:
        vectors[questions] = encoder.encode_queries(
            [units[i].text for i in questions], progress=progress
        )
    if passages:
        vectors[passages] = encoder.encode_passages(
            [units[i].text for i in passages], progress=progress
        )
    return vectors

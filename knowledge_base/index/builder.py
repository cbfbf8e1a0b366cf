"""Building an index version from documents; what did not change comes from the one in use."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Self

from knowledge_base.document import Document
from knowledge_base.index.layout import (
    DENSE_FILE,
    DOCUMENTS_FILE,
    lexical_directory,
    terms_file,
)
from knowledge_base.index.lines import write_lines
from knowledge_base.index.manifest import MANIFEST_FILE, Manifest, file_digests
from knowledge_base.index.settings import code_digest, encoder_problem
from knowledge_base.index.store import CorruptIndexError, IndexStore, IndexUnavailableError
from knowledge_base.index.terms import Terms, document_key, load_terms, save_terms, terms_of
from knowledge_base.index.vectors import KnownVectors, save_keys, unit_key, vectors_of
from knowledge_base.retrieval.analyser import Analyser, fingerprints
from knowledge_base.retrieval.dense import DenseIndex
from knowledge_base.retrieval.lexical import GroupedLexicalIndex
from knowledge_base.units import units_of

if TYPE_CHECKING:
    # Loads PyTorch, which the life of an index does not need.
    from knowledge_base.encoder.encoder import Encoder


@dataclass(frozen=True)
class BuildResult:
    """What a build did. ``built`` is False when the index in use was already this one.

    ``version`` is the name of the version that holds the documents; ``encoded`` counts the texts
    that went through the encoder, ``reused`` the units whose vector was taken from the index in
    use.
    """

    built: bool
    fingerprint: str
    version: str
    documents: int
    units: int
    encoded: int
    reused: int


@dataclass(frozen=True)
class _Known:
    """What the version in use has already, as far as it fits the settings of this build."""

    fingerprint: str | None = None
    vectors: KnownVectors | None = None
    terms: Mapping[str, Mapping[bytes, Terms]] = field(default_factory=dict)

    @classmethod
    def of_current(
        cls, store: IndexStore, encoder: "Encoder", analysers: Sequence[Analyser], code: str
    ) -> Self:
        """Look at the version in use; one that cannot be read has nothing."""
        try:
            version = store.current_version()
            manifest = store.read_manifest(version)
        except (IndexUnavailableError, CorruptIndexError):
            return cls()
        same_encoder = manifest.encoder == encoder.fingerprint and not encoder_problem(
            manifest, encoder
        )
        return cls(
            manifest.fingerprint,
            KnownVectors.of_version(version) if same_encoder else None,
            {
                analyser.name: load_terms(terms_file(version, analyser.name))
                for analyser in analysers
                if manifest.code == code
                and manifest.analysers.get(analyser.name) == analyser.fingerprint
            },
        )


def build_index(
    documents: Sequence[Document],
    store: IndexStore,
    encoder: "Encoder",
    analysers: Sequence[Analyser],
    *,
    switch: bool = True,
    progress: bool = False,
) -> BuildResult:
    """Build a version from all documents and switch to it.

    Without ``switch`` the version in use stays; see :meth:`IndexStore.switch`. A build that finds
    another one at work waits for it, and then starts from its result.

    Raises:
        ValueError: there is no document to index.
        OSError: the version cannot be written; the one in use stays.
    """
    units = [units_of(document) for document in documents]
    flat = [*chain.from_iterable(units)]
    if not flat:
        raise ValueError("there is nothing to index")
    own = [document.own for document in documents]
    lines = [document.model_dump_json() for document in documents]
    code = code_digest(analysers)
    fingerprint = _fingerprint(lines, code, encoder, analysers)
    with store.writing() as writer:
        known = _Known.of_current(store, encoder, analysers, code)
        if known.fingerprint == fingerprint:
            if switch:
                writer.end_roll_back()
            name = store.pointer().in_use
            return BuildResult(False, fingerprint, name, len(units), len(flat), 0, 0)
        created_at = datetime.now(UTC)
        keys = [[unit_key(unit) for unit in each] for each in units]
        flat_keys = [*chain.from_iterable(keys)]
        document_keys = [document_key(each) for each in keys]
        name = f"{created_at:%Y%m%dT%H%M%S%f}-{fingerprint[:8]}"
        with writer.new_version(name, in_use=switch) as folder:
            write_lines(folder / DOCUMENTS_FILE, lines)
            save_keys(flat_keys, folder)
            for analyser in analysers:
                terms = terms_of(units, document_keys, analyser, known.terms.get(analyser.name, {}))
                save_terms(terms_file(folder, analyser.name), document_keys, terms)
                lexical = GroupedLexicalIndex.build(terms, own)
                lexical.save(lexical_directory(folder, analyser.name))
            vectors = vectors_of(flat, flat_keys, encoder, known.vectors, progress=progress)
            DenseIndex.build(vectors.rows).save(folder / DENSE_FILE)
            manifest = Manifest(
                created_at=created_at,
                fingerprint=fingerprint,
                encoder=encoder.fingerprint,
                probe=encoder.probe.tolist(),
                analysers=fingerprints(analysers),
                code=code,
                documents=len(units),
                units=len(flat),
                files=file_digests(folder),
            )
            (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=1), "utf-8")
    return BuildResult(
        True, fingerprint, name, len(units), len(flat), vectors.encoded, vectors.reused
    )


def _fingerprint(
    lines: Sequence[str], code: str, encoder: "Encoder", analysers: Sequence[Analyser]
) -> str:
    settings = json.dumps(
        [
            Manifest.model_fields["format"].default,
            code,
            encoder.fingerprint,
            sorted(fingerprints(analysers).items()),
        ]
    )
    digest = hashlib.sha256(settings.encode())
    for line in lines:
        digest.update(f"\n{line}".encode())
    return digest.hexdigest()[:16]

"""The knowledge base as its users see it: open an index, search it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

import numpy as np

from knowledge_base.calendar import today
from knowledge_base.document import Document
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.index.loader import LoadedIndex, load_index
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.decision import Decision, DecisionModel
from knowledge_base.retrieval.fusion import Candidate, FusionSettings, fuse
from knowledge_base.retrieval.text import normalise
from knowledge_base.retrieval.tokenizer import Tokenizer

_DENSE_CANDIDATES = 200


@dataclass(frozen=True)
class Hit:
    """One document found; ``section`` is the heading of the unit that matched best."""

    document: Document
    section: str
    bm25: float | None
    dense: float | None
    fused: float
    probability: float


@dataclass(frozen=True)
class SearchTrace:
    """What is needed to repeat the search."""

    query: str
    rewritten_query: str
    index_fingerprint: str
    encoder: str


@dataclass(frozen=True)
class SearchResult:
    """Hits, best first, with the decision about the first one."""

    hits: list[Hit]
    decision: Decision
    probability: float
    trace: SearchTrace


class KnowledgeBase:
    """Hybrid search over one loaded index version."""

    def __init__(
        self,
        index: LoadedIndex,
        encoder: Encoder,
        tokenizer: Tokenizer,
        decision_model: DecisionModel,
        fusion: FusionSettings | None = None,
    ) -> None:
        self._index = index
        self._encoder = encoder
        self._tokenizer = tokenizer
        self._decision_model = decision_model
        self._fusion = fusion or FusionSettings()

    @classmethod
    def open(cls, path: Path, *, model: Path | str) -> Self:
        """Load the index in use at ``path`` and the encoder it was made with.

        Raises:
            IndexUnavailableError: there is no index at ``path``.
            CorruptIndexError: the index is damaged, or was made with another encoder or
                tokenizer.
        """
        encoder, tokenizer = Encoder(model), Tokenizer()
        index = load_index(IndexStore(path), encoder, tokenizer)
        return cls(index, encoder, tokenizer, DecisionModel.load())

    @property
    def fingerprint(self) -> str:
        return self._index.manifest.fingerprint

    def document(self, document_id: str) -> Document | None:
        """Return a document by its id."""
        position = self._index.positions.get(document_id)
        return None if position is None else self._index.documents[position]

    def search(
        self,
        text: str,
        *,
        as_of: date | None = None,
        areas: Collection[str] | None = None,
        k: int = 10,
    ) -> SearchResult:
        """Find the documents that answer ``text``.

        Args:
            text: the question as it was typed.
            as_of: the day on which documents must be valid; today by default.
            areas: only documents of these areas.
            k: how many hits at the most.
        """
        query = normalise(text)
        trace = SearchTrace(
            text, query, self._index.manifest.fingerprint, self._index.manifest.encoder
        )
        candidates = self._candidates(query) if query else []
        day = as_of or today()
        allowed = [
            candidate
            for candidate in candidates
            if self._allowed(self._index.documents[candidate.document], day, areas)
        ]
        if not allowed:
            return SearchResult([], Decision.DECLINE, 0.0, trace)
        hits = [self._hit(allowed, rank) for rank in range(min(k, len(allowed)))]
        probability = hits[0].probability
        return SearchResult(hits, self._decision_model.decide(probability), probability, trace)

    def _candidates(self, query: str) -> list[Candidate]:
        words = self._tokenizer.tokenize(query)
        vector = self._encoder.encode_queries([query])[0]
        dense_units, cosines = self._index.dense.nearest(vector, _DENSE_CANDIDATES)
        bm25 = (
            self._index.lexical.scores(words)
            if words
            else np.zeros(len(self._index.units), dtype=np.float32)
        )
        return fuse(
            self._index.unit_documents,
            bm25,
            self._index.lexical.ceiling(words),
            dense_units,
            cosines,
            self._fusion,
        )

    @staticmethod
    def _allowed(document: Document, day: date, areas: Collection[str] | None) -> bool:
        return document.valid_on(day) and (areas is None or document.area in areas)

    def _hit(self, candidates: list[Candidate], rank: int) -> Hit:
        candidate = candidates[rank]
        return Hit(
            document=self._index.documents[candidate.document],
            section=self._index.units[candidate.unit].section,
            bm25=candidate.bm25,
            dense=candidate.dense,
            fused=candidate.fused,
            probability=self._decision_model.probability(candidates, rank),
        )

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
from knowledge_base.retrieval.decision import Decision, DecisionModel, features_of
from knowledge_base.retrieval.fusion import Candidate, FusionSettings, best_first, fuse_document
from knowledge_base.retrieval.text import normalise
from knowledge_base.retrieval.tokenizer import Tokenizer

_NEAREST_UNITS = 200
_COVERING_DOCUMENTS = 50


@dataclass(frozen=True)
class Hit:
    """One document found; ``section`` is the heading of the unit that matched best."""

    document: Document
    section: str
    bm25: float
    dense: float
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
        return cls.from_store(IndexStore(path), Encoder(model), Tokenizer(), DecisionModel.load())

    @classmethod
    def from_store(
        cls,
        store: IndexStore,
        encoder: Encoder,
        tokenizer: Tokenizer,
        decision_model: DecisionModel,
    ) -> Self:
        """Load the index in use with parts that are loaded already; raises as ``open``."""
        return cls(load_index(store, encoder, tokenizer), encoder, tokenizer, decision_model)

    @property
    def documents(self) -> list[Document]:
        return self._index.documents

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
        candidates = self.candidates(query)
        day = as_of or today()
        allowed = [
            candidate
            for candidate in candidates
            if self._allowed(self._index.documents[candidate.document], day, areas)
        ]
        if not allowed:
            return SearchResult([], Decision.DECLINE, 0.0, trace)
        hits = [self._hit(allowed, rank) for rank in range(min(k, len(allowed)))]
        best = features_of(allowed)
        model = self._decision_model
        return SearchResult(hits, model.decide(best), model.probability(best), trace)

    def candidates(self, text: str) -> list[Candidate]:
        """Return every document that words or vectors find, best first, valid or not."""
        index = self._index
        query = normalise(text)
        if not query:
            return []
        words = self._tokenizer.tokenize(query)
        vector = self._encoder.encode_queries([query])[0]
        bm25 = (
            index.lexical.scores(words)
            if words
            else np.zeros(len(index.documents), dtype=np.float32)
        )
        ceiling = index.lexical.ceiling(words)
        near = index.unit_documents[index.dense.nearest(vector, _NEAREST_UNITS)]
        covering = np.argsort(-bm25, kind="stable")[:_COVERING_DOCUMENTS]
        found = np.union1d(near, covering[bm25[covering] > 0])
        units = np.concatenate([index.document_units[document] for document in found])
        cosines = dict(
            zip(units.tolist(), index.dense.cosines(vector, units).tolist(), strict=True)
        )
        return best_first(
            [
                fuse_document(
                    int(document),
                    {
                        unit: (index.units[unit].kind, cosines[unit])
                        for unit in index.document_units[document].tolist()
                    },
                    float(bm25[document]),
                    float(bm25[document]) / ceiling if ceiling > 0 else 0.0,
                    self._fusion,
                )
                for document in found
            ]
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
            probability=self._decision_model.probability(features_of(candidates, rank)),
        )

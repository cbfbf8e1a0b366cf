"""The knowledge base as its users see it: open an index, search it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from knowledge_base.calendar import today
from knowledge_base.document import Document
from knowledge_base.engine import SearchEngine
from knowledge_base.finder import Finder
from knowledge_base.index.loader import LoadedIndex, load_index, load_version
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.aspects import asked_sections
from knowledge_base.retrieval.candidates import Candidates
from knowledge_base.retrieval.decision import Decision, DecisionModel, features_of
from knowledge_base.retrieval.eligibility import Eligibility
from knowledge_base.retrieval.gist import Piece
from knowledge_base.retrieval.settings import SearchSettings
from knowledge_base.watching import Part, part


@dataclass(frozen=True)
class Hit:
    """One document found.

    ``section`` is the heading of the unit that matched best; ``asked`` the document's sections
    that say what was asked for, most telling first (empty: nothing in particular was asked);
    ``score`` is what the hits are ordered by.
    """

    document: Document
    section: str
    asked: tuple[str, ...]
    bm25: float
    pinyin: float
    dense: float
    fused: float
    score: float
    probability: float


@dataclass(frozen=True)
class SearchTrace:
    """What is needed to repeat the search."""

    query: str
    rewritten_query: str
    index_fingerprint: str
    encoder: str
    settings: str


@dataclass(frozen=True)
class SearchResult:
    """Hits, best first, with the decision about the first one.

    ``parts`` holds a result for each question of a message that asks several things, where they
    are answered by different documents; the hits then begin with the best one of each part.
    """

    hits: list[Hit]
    decision: Decision
    probability: float
    trace: SearchTrace
    parts: tuple["SearchResult", ...] = ()


_KEPT_DAYS = 64
"""For how many days, or areas on a day, it is kept which documents may answer."""


class KnowledgeBase:
    """Search over one loaded index version."""

    def __init__(self, index: LoadedIndex, engine: SearchEngine) -> None:
        self._index = index
        self._engine = engine
        self._finder = Finder(index, engine)
        self._settings = engine.settings.fingerprint
        # Not a method's: a cache that knew its owner would keep a replaced index in memory.
        self._eligible = lru_cache(_KEPT_DAYS)(
            partial(_eligible_documents, engine.eligibility, index.documents)
        )

    @classmethod
    def open(cls, path: Path, *, model: Path | str, settings: SearchSettings | None = None) -> Self:
        """Load the index in use at ``path`` and the encoder it was made with.

        Raises:
            IndexUnavailableError: there is no index at ``path``.
            CorruptIndexError: the index is damaged, or was made with another encoder or
                analysers.
            OSError: there is no encoder at ``model``.
        """
        return cls.from_store(IndexStore(path), SearchEngine.load(model, settings))

    @classmethod
    def from_store(cls, store: IndexStore, engine: SearchEngine) -> Self:
        """Load the index in use for an engine that is loaded already; raises as ``open``."""
        return cls(load_index(store, engine.encoder, list(engine.analysers.values())), engine)

    @classmethod
    def of_version(cls, store: IndexStore, name: str, engine: SearchEngine) -> Self:
        """Load a version that need not be in use.

        Raises:
            CorruptIndexError: it is damaged, or was made with another encoder or analysers.
            OSError: it cannot be read.
        """
        analysers = list(engine.analysers.values())
        return cls(load_version(store, store.directory / name, engine.encoder, analysers), engine)

    @property
    def version(self) -> str:
        """The name of the index version that is searched."""
        return self._index.version

    @property
    def decision_model(self) -> DecisionModel:
        """What decides whether the best document is an answer."""
        return self._engine.decision

    @property
    def documents(self) -> list[Document]:
        return self._index.documents

    def document(self, document_id: str) -> Document | None:
        """Return a document by its id."""
        position = self._index.positions.get(document_id)
        return None if position is None else self._index.documents[position]

    def with_settings(self, settings: SearchSettings) -> "KnowledgeBase":
        """Return the same index searched with other settings."""
        return KnowledgeBase(self._index, self._engine.with_settings(settings))

    def without(self, stage: str) -> "KnowledgeBase":
        """Return the same index searched with one stage switched off.

        Raises:
            ValueError: there is no such stage.
        """
        return self.with_settings(self._engine.settings.without(stage))

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
        day = as_of or today()
        with part(Part.REWRITE):
            query = self._engine.normaliser.run(text)
            pieces = self._engine.gist.run(query)
            questions = () if pieces else self._with_topic(self._engine.splitter.run(query))
        asked = [piece.text for piece in pieces] or [query, *questions]
        with part(Part.ENCODE):
            vectors = self._encode(asked)
        results = [
            self._result(text, each, vector, day, areas, k)
            for each, vector in zip(asked, vectors, strict=True)
        ]
        if pieces:
            return _chosen(pieces, results, k)
        return _joined(results[0], results[1:], k)

    def give_query(self, query: str, vector: npt.NDArray[np.float32], weights: str) -> None:
        """Take over the vector of a query that was encoded elsewhere.

        It serves where a question, rewritten as the search reads it, is this very text.

        Args:
            query: the text that was encoded.
            vector: shape (dimension,), length 1.
            weights: names the encoder's weights; a vector of others is left alone.
        """
        self._engine.encoder.give_query(query, vector, weights)

    def candidates(
        self, text: str, *, as_of: date | None = None, areas: Collection[str] | None = None
    ) -> Candidates:
        """Return the candidates for the whole of ``text``, best first; for fitting the models."""
        query = self._engine.normaliser.run(text)
        return self._candidates(query, self._encode([query])[0], as_of or today(), areas)

    def _encode(self, questions: list[str]) -> npt.NDArray[np.float32]:
        if not self._engine.settings.dense.enabled:
            return np.zeros((len(questions), 1), dtype=np.float32)
        return self._engine.encoder.encode_queries(questions)

    def _with_topic(self, questions: tuple[str, ...]) -> tuple[str, ...]:
        """Give a later question without a union term the terms of the first one."""
        terms = set(self._engine.words.union_terms)
        topic = [word for word in self._words(questions[:1]) if word in terms]
        return questions[:1] + tuple(
            each if terms.intersection(self._words([each])) else " ".join([*topic, each])
            for each in questions[1:]
        )

    def _words(self, texts: Collection[str]) -> list[str]:
        return [word for text in texts for word in self._engine.words.tokenize(text)]

    def _candidates(
        self,
        query: str,
        vector: npt.NDArray[np.float32],
        day: date,
        areas: Collection[str] | None,
    ) -> Candidates:
        may_answer = self._eligible(day, None if areas is None else frozenset(areas))
        return self._finder.find(query, vector, may_answer, self._eligible(day, None))

    def _result(
        self,
        text: str,
        query: str,
        vector: npt.NDArray[np.float32],
        day: date,
        areas: Collection[str] | None,
        k: int,
    ) -> SearchResult:
        manifest = self._index.manifest
        trace = SearchTrace(
            text,
            query,
            manifest.fingerprint,
            manifest.encoder,
            self._settings,
        )
        if not query:
            return SearchResult([], Decision.DECLINE, 0.0, trace)
        found = self._candidates(query, vector, day, areas)
        if not len(found):
            return SearchResult([], Decision.DECLINE, 0.0, trace)
        with part(Part.DECIDE):
            candidates, rivals = self._engine.precedence.run(found)
            asked = self._engine.aspects.run(query)
            hits = [
                self._hit(candidates, rank, asked_sections(self._document(candidates, rank), asked))
                for rank in range(min(k, len(candidates)))
            ]
            best, model = features_of(rivals), self._engine.decision
            return SearchResult(hits, model.decide(best), model.probability(best), trace)

    def _document(self, candidates: Candidates, rank: int) -> Document:
        return self._index.documents[int(candidates.documents[rank])]

    def _hit(self, candidates: Candidates, rank: int, asked: tuple[str, ...]) -> Hit:
        unit = candidates.units[rank]
        return Hit(
            document=self._document(candidates, rank),
            section=self._index.units[unit].section if unit >= 0 else "",
            asked=asked,
            bm25=float(candidates.bm25[rank]),
            pinyin=float(candidates.pinyin[rank]),
            dense=float(candidates.dense[rank]),
            fused=float(candidates.fused[rank]),
            score=float(candidates.score[rank]),
            probability=self._engine.decision.probability(features_of(candidates, rank)),
        )


def _eligible_documents(
    eligibility: Eligibility, documents: list[Document], day: date, areas: frozenset[str] | None
) -> npt.NDArray[np.bool_]:
    """Tell of each document whether it may answer, shape (documents,)."""
    return np.array([eligibility.allows(each, day, areas) for each in documents], dtype=np.bool_)


def _chosen(pieces: Sequence[Piece], results: list[SearchResult], k: int) -> SearchResult:
    """Answer what is asked in a long message. What is only told in it may look like the question
    of an article, so it is offered at most."""
    likeliest = max(results, key=_probability)
    asked = [each for piece, each in zip(pieces, results, strict=True) if piece.asks]
    # One for each document: two pieces may hold the same question.
    answers = {
        tuple(hit.document.id for hit in each.hits[:1]): each
        for each in asked
        if each.decision is Decision.ANSWER
    }
    if answers:
        return _joined(max(answers.values(), key=_probability), list(answers.values()), k)
    if likeliest.decision is Decision.ANSWER:
        return replace(likeliest, decision=Decision.CHOICES)
    return likeliest


def _probability(result: SearchResult) -> float:
    return result.probability


def _joined(whole: SearchResult, parts: list[SearchResult], k: int) -> SearchResult:
    """Answer part by part where each part has an answer of its own; else as a whole."""
    if not all(part.decision is Decision.ANSWER for part in parts):
        return whole
    best = {hit.document.id: hit for part in parts for hit in part.hits[:1]}
    if len(best) < 2:
        return whole
    rest = [hit for hit in whole.hits if hit.document.id not in best]
    return SearchResult(
        [*best.values(), *rest][:k],
        Decision.ANSWER,
        min(part.probability for part in parts),
        whole.trace,
        tuple(parts),
    )

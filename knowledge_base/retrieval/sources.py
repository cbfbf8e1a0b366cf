"""The three stages that find documents: by words, by sound, by meaning.

Each scores documents on its own; fusion brings the scores together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from knowledge_base.retrieval.dense import DenseIndex
from knowledge_base.retrieval.lexical import GroupedLexicalIndex
from knowledge_base.retrieval.stage import StageSettings
from knowledge_base.units import Unit, UnitKind

FloatMatrix = npt.NDArray[np.float32]
FloatVector = npt.NDArray[np.float32]
IntVector = npt.NDArray[np.int64]

KINDS: Final = (UnitKind.QUESTION, UnitKind.SUMMARY, UnitKind.SECTION)
"""The kinds of units, in the order of the columns of :attr:`DenseScores.best`."""
_TOP_QUESTIONS: Final = 3


class WordsSettings(StageSettings):
    """``documents``: how many of the best it brings in by itself."""

    documents: int = 50


class PinyinSettings(StageSettings):
    """``documents``: how many of the best it brings in by itself."""

    documents: int = 20


class DenseSettings(StageSettings):
    """``units``: how many of the nearest units bring their documents in."""

    units: int = 300


@dataclass(frozen=True)
class LexicalScores:
    """One entry per document: its score, and in ``ceilings`` the best score possible for it."""

    scores: FloatVector
    ceilings: FloatVector

    @classmethod
    def of(cls, index: GroupedLexicalIndex, terms: list[str]) -> "LexicalScores":
        return cls(index.scores(terms), index.ceilings(terms))

    @classmethod
    def none(cls, documents: int) -> "LexicalScores":
        """Return the scores of a stage that is switched off or has nothing to look for."""
        nothing = np.zeros(documents, dtype=np.float32)
        return cls(nothing, nothing)

    def coverage(self, documents: IntVector) -> FloatVector:
        """Return the scores of some documents as shares of the best one possible."""
        shares = np.zeros(len(documents), dtype=np.float32)
        ceilings = self.ceilings[documents]
        np.divide(self.scores[documents], ceilings, out=shares, where=ceilings > 0)
        return shares

    def best(self, count: int) -> IntVector:
        """Return the ``count`` documents with the highest scores above zero."""
        if count < len(self.scores):
            top = np.argpartition(-self.scores, count)[:count]
        else:
            top = np.arange(len(self.scores))
        found: IntVector = top[self.scores[top] > 0]
        return found


@dataclass(frozen=True)
class DenseScores:
    """Cosines of some documents' units, in the documents' order.

    ``best`` has a row per document and a column per kind of :data:`KINDS`, NaN where the
    document has no such unit; ``questions`` is the mean of its three nearest questions (NaN:
    none); ``units`` the position of its nearest unit.
    """

    best: FloatMatrix
    questions: FloatVector
    units: IntVector


class UnitTable:
    """Which units belong to which document, laid out for arithmetic over many at once."""

    def __init__(self, units: Sequence[Unit], document_units: Sequence[IntVector]) -> None:
        codes = {kind: code for code, kind in enumerate(KINDS)}
        self._kinds = np.array([codes[unit.kind] for unit in units], dtype=np.int64)
        self._document_units = document_units

    def score(self, dense: DenseIndex, vector: FloatVector, documents: IntVector) -> DenseScores:
        """Return the cosines of the documents' units to a query."""
        members = [self._document_units[document] for document in documents]
        lengths = np.array([len(each) for each in members], dtype=np.int64)
        units = np.concatenate(members)
        rows = np.repeat(np.arange(len(documents)), lengths)
        cosines = dense.cosines(vector, units)
        kinds = self._kinds[units]
        best = np.full((len(documents), len(KINDS)), -np.inf, dtype=np.float32)
        np.maximum.at(best, (rows, kinds), cosines)
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        highest = np.maximum.reduceat(cosines, starts)
        at_highest = np.flatnonzero(cosines == highest[rows])
        first = at_highest[np.unique(rows[at_highest], return_index=True)[1]]
        best[np.isneginf(best)] = np.nan
        return DenseScores(best, self._nearest_questions(rows, kinds, cosines, best), units[first])

    @staticmethod
    def _nearest_questions(
        rows: IntVector, kinds: IntVector, cosines: FloatVector, best: FloatMatrix
    ) -> FloatVector:
        asked = kinds == KINDS.index(UnitKind.QUESTION)
        rows, cosines = rows[asked], cosines[asked]
        order = np.lexsort((-cosines, rows))
        rows, cosines = rows[order], cosines[order]
        # Within a document the nearest comes first; its place there is the distance to the start.
        rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
        near = rank < _TOP_QUESTIONS
        totals = np.bincount(rows[near], weights=cosines[near], minlength=len(best))
        counts = np.bincount(rows[near], minlength=len(best))
        means: FloatVector = np.full(len(best), np.nan, dtype=np.float32)
        np.divide(totals, counts, out=means, where=counts > 0, casting="unsafe")
        return means


def nothing_dense(documents: int) -> DenseScores:
    """Return the scores of a dense stage that is switched off."""
    return DenseScores(
        np.full((documents, len(KINDS)), np.nan, dtype=np.float32),
        np.full(documents, np.nan, dtype=np.float32),
        np.full(documents, -1, dtype=np.int64),
    )

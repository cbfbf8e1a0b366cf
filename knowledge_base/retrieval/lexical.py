"""BM25 over the documents' words (Robertson & Zaragoza 2009; Lucene's variant in ``bm25s``)."""

from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

BoolMatrix = npt.NDArray[np.bool_]
FloatVector = npt.NDArray[np.float32]
IntVector = npt.NDArray[np.int64]


class LexicalIndex:
    """BM25 scores of every document for the words of a query."""

    def __init__(self, bm25: bm25s.BM25) -> None:
        self._bm25 = bm25
        self._ceilings = _word_ceilings(bm25)
        self._unknown_ceiling = float(np.median(self._ceilings)) if len(self._ceilings) else 0.0

    @classmethod
    def build(cls, tokenised: list[list[str]]) -> "LexicalIndex":
        bm25 = bm25s.BM25(k1=1.2, b=0.5)
        bm25.index(tokenised, show_progress=False)
        return cls(bm25)

    def save(self, directory: Path) -> None:
        self._bm25.save(str(directory), show_progress=False)

    @classmethod
    def load(cls, directory: Path) -> "LexicalIndex":
        return cls(bm25s.BM25.load(str(directory), show_progress=False, allow_pickle=False))

    def scores(self, words: list[str]) -> FloatVector:
        """Return one score per document; all zero when no word of the query is known."""
        scores: FloatVector = self._bm25.get_scores(words)
        return scores

    def present(self, words: list[str], documents: IntVector) -> BoolMatrix:
        """Tell which documents hold which words, shape (documents, words)."""
        columns, starts = self._bm25.scores["indices"], self._bm25.scores["indptr"]
        found = np.zeros((len(documents), len(words)), dtype=np.bool_)
        for place, word in enumerate(words):
            column = self._bm25.vocab_dict.get(word)
            if column is not None:
                holders = columns[starts[column] : starts[column + 1]]
                found[:, place] = np.isin(documents, holders)
        return found

    def weights(self, words: list[str]) -> FloatVector:
        """Return how telling each word is: the highest score it reaches in any document."""
        vocabulary = self._bm25.vocab_dict
        return np.array(
            [
                self._ceilings[vocabulary[word]] if word in vocabulary else self._unknown_ceiling
                for word in words
            ],
            dtype=np.float32,
        )

    def ceiling(self, words: list[str]) -> float:
        """Return the best score a document could reach for these words.

        A score divided by its ceiling tells how much of the query a document covers, and can be
        compared between queries. A word that no document has counts like a middling one.
        """
        return float(self.weights(words).sum())


def _word_ceilings(bm25: bm25s.BM25) -> FloatVector:
    """Return the highest score each word reaches in any document, by the word's column."""
    data, starts = bm25.scores["data"], bm25.scores["indptr"][:-1]
    ceilings: FloatVector = np.maximum.reduceat(np.append(data, 0.0), starts)
    return ceilings

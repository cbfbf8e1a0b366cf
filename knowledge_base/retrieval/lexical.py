"""BM25 over the documents' words (Robertson & Zaragoza 2009; Lucene's variant in ``bm25s``)."""

from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

FloatVector = npt.NDArray[np.float32]


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

    def ceiling(self, words: list[str]) -> float:
        """Return the best score a document could reach for these words.

        A score divided by its ceiling tells how much of the query a document covers, and can be
        compared between queries. A word that no document has counts like a middling one.
        """
        vocabulary = self._bm25.vocab_dict
        return sum(
            float(self._ceilings[vocabulary[word]]) if word in vocabulary else self._unknown_ceiling
            for word in words
        )


def _word_ceilings(bm25: bm25s.BM25) -> FloatVector:
    """Return the highest score each word reaches in any document, by the word's column."""
    data, starts = bm25.scores["data"], bm25.scores["indptr"][:-1]
    ceilings: FloatVector = np.maximum.reduceat(np.append(data, 0.0), starts)
    return ceilings

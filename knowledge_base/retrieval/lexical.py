"""BM25 over the documents' words (Robertson & Zaragoza 2009; Lucene's variant in ``bm25s``)."""

from collections.abc import Sequence
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
        held = np.zeros((len(words), self._bm25.scores["num_docs"]), dtype=np.bool_)
        for place, word in enumerate(words):
            column = self._bm25.vocab_dict.get(word)
            if column is not None:
                held[place, columns[starts[column] : starts[column + 1]]] = True
        return held[:, documents].T

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


class GroupedLexicalIndex:
    """BM25 with statistics of its own for the union's documents and for all others.

    How rare a word is among thousands of law articles says nothing of how telling it is among the
    union's own; with one statistic for both, importing laws would change what the articles answer.
    """

    def __init__(self, parts: Sequence[tuple[LexicalIndex, IntVector]], documents: int) -> None:
        """Put together each group's index and its documents' positions, the union's group first;
        ``documents`` counts all."""
        self._parts = parts
        self._documents = documents

    @classmethod
    def build(cls, tokenised: Sequence[list[str]], own: Sequence[bool]) -> "GroupedLexicalIndex":
        """Index the documents' words; ``own`` tells which documents are the union's."""
        return cls(
            [
                (LexicalIndex.build([tokenised[place] for place in positions]), positions)
                for positions in _groups(own)
            ],
            len(own),
        )

    def save(self, directory: Path) -> None:
        for number, (part, _) in enumerate(self._parts):
            part.save(directory / str(number))

    @classmethod
    def load(cls, directory: Path, own: Sequence[bool]) -> "GroupedLexicalIndex":
        return cls(
            [
                (LexicalIndex.load(directory / str(number)), positions)
                for number, positions in enumerate(_groups(own))
            ],
            len(own),
        )

    def scores(self, words: list[str]) -> FloatVector:
        """Return one score per document; all zero when no word of the query is known."""
        scores = np.zeros(self._documents, dtype=np.float32)
        for part, positions in self._parts:
            scores[positions] = part.scores(words)
        return scores

    def present(self, words: list[str], documents: IntVector) -> BoolMatrix:
        """Tell which documents hold which words, shape (documents, words)."""
        found = np.zeros((len(documents), len(words)), dtype=np.bool_)
        for part, positions in self._parts:
            rows = np.flatnonzero(np.isin(documents, positions))
            found[rows] = part.present(words, np.searchsorted(positions, documents[rows]))
        return found

    def weights(self, words: list[str]) -> FloatVector:
        """Return how telling each word is among the first group."""
        return self._parts[0][0].weights(words)

    def ceilings(self, words: list[str]) -> FloatVector:
        """Return for each document the best score that one of its group could reach."""
        ceilings = np.zeros(self._documents, dtype=np.float32)
        for part, positions in self._parts:
            ceilings[positions] = part.ceiling(words)
        return ceilings


def _groups(own: Sequence[bool]) -> list[IntVector]:
    """Return the positions of the union's documents and of the others; no group is empty."""
    flags = np.array(own, dtype=np.bool_)
    return [group for group in (np.flatnonzero(flags), np.flatnonzero(~flags)) if len(group)]


def _word_ceilings(bm25: bm25s.BM25) -> FloatVector:
    """Return the highest score each word reaches in any document, by the word's column."""
    data, starts = bm25.scores["data"], bm25.scores["indptr"][:-1]
    ceilings: FloatVector = np.maximum.reduceat(np.append(data, 0.0), starts)
    return ceilings

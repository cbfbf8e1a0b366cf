"""The candidates of a search: some documents with everything the stages say about them."""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
import numpy.typing as npt

FloatVector = npt.NDArray[np.float32]
IntVector = npt.NDArray[np.int64]

FEATURES = (
    "question",
    "questions",
    "summary",
    "section",
    "words",
    "pinyin",
    "telling",
    "missing",
    "title",
    "asked",
    "beyond",
    "length",
)
"""Columns of :attr:`Candidates.features`:

* ``question``, ``summary``, ``section``: best cosine per kind of unit; ``questions``: mean of the
  three nearest ways of asking. Where a document has no unit of a kind (a law has no questions), its
  mean over the kinds it has stands in.
* ``words``, ``pinyin``: lexical score as a share of the best possible.
* ``telling``: share of the question's telling words that the document holds; ``missing``: weight of
  the most telling one that it has not; ``title``: share of them in its title.
* ``asked``: 1 if it has a section for what is asked.
* ``beyond``: by how much ``question`` is closer than the nearest matter that nothing covers.
* ``length``: logarithm of the question's characters: a story resembles everything less.
"""


@dataclass(frozen=True)
class Candidates:
    """Documents, best first. All arrays have a row per document.

    ``articles`` tells the union's own articles from laws and drafts; ``units`` is the position of
    the nearest unit, -1 without the dense stage; ``score`` is what orders them. ``vote`` is what
    the units around the question give a document, ``foreign``, the same in each row, what they
    give to matters that nothing covers (:mod:`knowledge_base.retrieval.votes`).
    """

    documents: IntVector
    articles: npt.NDArray[np.bool_]
    units: IntVector
    bm25: FloatVector
    pinyin: FloatVector
    dense: FloatVector
    fused: FloatVector
    vote: FloatVector
    foreign: FloatVector
    score: FloatVector
    features: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.documents)

    def take(self, rows: IntVector) -> Self:
        """Return the rows given, in that order."""
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))

    def ranked_by(self, score: FloatVector) -> Self:
        """Return the candidates by falling ``score``; equal ones keep the index's order."""
        order = np.lexsort((self.documents, -score))
        return replace(self.take(order), score=score[order])

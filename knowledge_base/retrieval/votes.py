"""The nearest units vote on what a question is about.

Cosines alone let the nearest unit decide, and ten near units that say the same thing count as ten
witnesses. Kernel ridge regression on the units around the question (a local learner: Bottou,
Vapnik, "Local learning algorithms", Neural Computation 1992) weighs them jointly: units that
repeat each other share one vote, and what stands between two documents votes for both.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve

from knowledge_base.retrieval.dense import DenseIndex

FloatMatrix = npt.NDArray[np.float32]
FloatVector = npt.NDArray[np.float32]
IntVector = npt.NDArray[np.int64]

VOTERS: Final = 64
_SHARPNESS: Final = 4.0
_RIDGE: Final = 0.1


@dataclass(frozen=True)
class Votes:
    """``documents``: who got any, in the index's order; ``shares``: about 1 for a sure matter."""

    documents: IntVector
    shares: FloatVector

    @classmethod
    def none(cls) -> "Votes":
        """Return those of a search without vectors."""
        return cls(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))

    def total(self, chosen: npt.NDArray[np.bool_]) -> float:
        """Return the sum for the documents of which ``chosen``, one entry a document, is true."""
        return float(self.shares[chosen[self.documents]].sum())

    def of(self, documents: IntVector) -> FloatVector:
        """Return the shares of the given documents, 0 for who got none."""
        if not len(self.documents):
            return np.zeros(len(documents), dtype=np.float32)
        places = np.searchsorted(self.documents, documents)
        places[places == len(self.documents)] = 0
        found: FloatVector = np.where(
            self.documents[places] == documents, self.shares[places], np.float32(0)
        )
        return found


class Voting:
    """Counts the votes in one index.

    Args:
        dense: the units' vectors.
        unit_documents: the document of each unit, shape (units,).
    """

    def __init__(self, dense: DenseIndex, unit_documents: IntVector) -> None:
        self._dense = dense
        self._unit_documents = unit_documents
        self._middle = dense.middle()

    def run(self, vector: FloatVector, nearest: IntVector) -> Votes:
        """Return the votes for a question.

        Args:
            vector: of the question, shape (dimension,), length 1.
            nearest: the units nearest to it, nearest first.
        """
        voters = nearest[:VOTERS]
        if not len(voters):
            return Votes.none()
        rows = self._from_middle(np.vstack([self._dense.vectors_of(voters), vector]))
        alike = np.exp(_SHARPNESS * (rows @ rows.T - 1))
        among, with_question = alike[:-1, :-1], alike[:-1, -1]
        among[np.diag_indices_from(among)] += _RIDGE
        weights = solve(among, with_question, assume_a="pos", check_finite=False)
        documents, place = np.unique(self._unit_documents[voters], return_inverse=True)
        return Votes(documents, np.bincount(place, weights).astype(np.float32))

    def _from_middle(self, rows: FloatMatrix) -> FloatMatrix:
        away = rows - self._middle
        lengths = np.linalg.norm(away, axis=1, keepdims=True)
        turned: FloatMatrix = away / np.maximum(lengths, 1e-9)
        return turned

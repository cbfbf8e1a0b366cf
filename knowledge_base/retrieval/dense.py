"""Exact inner-product search over the units' vectors in FAISS (flat: see design §3)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

FloatMatrix = npt.NDArray[np.float32]
FloatVector = npt.NDArray[np.float32]
IntVector = npt.NDArray[np.int64]


# One query at a time is too little work to share: idle threads of FAISS's pool keep spinning for a
# while after each search, and take the cores from the encoder (28 instead of 8 ms a question).
faiss.omp_set_num_threads(1)


class DenseIndex:
    """Cosine similarity of a query to the units (rows are normalised)."""

    def __init__(self, index: faiss.IndexFlat) -> None:
        self._index = index
        # A view of the rows that FAISS holds, valid as long as the index lives: a copy would
        # double the memory, and reconstructing rows at each query costs several milliseconds.
        self._rows: FloatMatrix = faiss.rev_swig_ptr(
            index.get_xb(), index.ntotal * index.d
        ).reshape(index.ntotal, index.d)

    @classmethod
    def build(cls, vectors: FloatMatrix) -> "DenseIndex":
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    def save(self, file: Path) -> None:
        faiss.write_index(self._index, str(file))

    @classmethod
    def load(cls, file: Path) -> "DenseIndex":
        """Read an index file.

        Raises:
            RuntimeError: FAISS cannot read the file, or it is an index of another kind.
        """
        index = faiss.read_index(str(file))
        if not isinstance(index, faiss.IndexFlat):
            raise RuntimeError(f"{file} holds no flat index")
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, vector: FloatVector, count: int) -> IntVector:
        """Return the positions of the ``count`` nearest units, nearest first."""
        _, positions = self._index.search(vector[np.newaxis, :], min(count, len(self)))
        nearest: IntVector = positions[0]
        return nearest

    def cosines(self, vector: FloatVector, units: IntVector) -> FloatVector:
        """Return the similarity of the query to the given units, shape (units,).

        Raises:
            ValueError: the query is of another dimension.
        """
        query = np.ascontiguousarray(vector, dtype=np.float32)
        if query.shape != (self._index.d,):
            raise ValueError(f"a query of {query.shape} against {self._index.d} dimensions")
        labels = np.ascontiguousarray(units, dtype=np.int64)
        found: FloatVector = np.empty(len(labels), dtype=np.float32)
        if len(labels):
            # Where the rows lie: taking them out first costs three times as much. FAISS's own types
            # lack the method.
            index: Any = self._index
            asked, answered = faiss.swig_ptr(query), faiss.swig_ptr(found)
            index.compute_distance_subset(1, asked, len(labels), answered, faiss.swig_ptr(labels))
        return found

    def middle(self) -> FloatVector:
        """Return the mean of all rows, shape (dimension,)."""
        middle: FloatVector = self._rows.mean(axis=0)
        return middle

    def vectors_of(self, units: Sequence[int] | IntVector) -> FloatMatrix:
        """Return a copy of the given units' rows, shape (units, dimension)."""
        rows: FloatMatrix = self._rows[np.asarray(units, dtype=np.int64)]
        return rows

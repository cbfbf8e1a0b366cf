"""Exact inner-product search over the units' vectors in FAISS (flat: see design §3)."""

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

FloatVector = npt.NDArray[np.float32]
IntVector = npt.NDArray[np.int64]


class DenseIndex:
    """Cosine similarity of a query to the units (rows are normalised)."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index
        # One copy of the rows: reconstructing them at each query costs several milliseconds.
        self._rows: npt.NDArray[np.float32] = index.reconstruct_n(0, index.ntotal)

    @classmethod
    def build(cls, vectors: npt.NDArray[np.float32]) -> "DenseIndex":
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    def save(self, file: Path) -> None:
        faiss.write_index(self._index, str(file))

    @classmethod
    def load(cls, file: Path) -> "DenseIndex":
        """Read an index file.

        Raises:
            RuntimeError: FAISS cannot read the file.
        """
        return cls(faiss.read_index(str(file)))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, vector: FloatVector, count: int) -> IntVector:
        """Return the positions of the ``count`` nearest units, nearest first."""
        _, positions = self._index.search(vector[np.newaxis, :], min(count, len(self)))
        nearest: IntVector = positions[0]
        return nearest

    def cosines(self, vector: FloatVector, units: IntVector) -> FloatVector:
        """Return the similarity of the query to the given units, shape (units,)."""
        return self._rows[units] @ vector

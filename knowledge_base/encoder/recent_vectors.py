"""Vectors that came with a question, until they are asked for."""

import threading
from collections import OrderedDict

import numpy as np
import numpy.typing as npt

FloatVector = npt.NDArray[np.float32]

_KEPT = 512
"""Under 1 MB; a question is searched for within milliseconds."""


class RecentVectors:
    """The vectors put in last, by text; for several threads."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._vectors: OrderedDict[str, FloatVector] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, text: str, vector: FloatVector) -> None:
        """Keep a vector, and let go of the oldest one too many."""
        with self._lock:
            self._vectors[text] = vector
            self._vectors.move_to_end(text)
            if len(self._vectors) > self._kept:
                self._vectors.popitem(last=False)

    def get(self, text: str) -> FloatVector | None:
        """Return the vector of a text, if it is still there."""
        with self._lock:
            return self._vectors.get(text)

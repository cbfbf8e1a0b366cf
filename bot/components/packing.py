"""Texts as one row of tokens, as the reader's models take them.

The number of tokens is rounded up: a product of thirteen rows takes longer than one of sixteen, and
each new number of rows would be planned anew (docs/performance.md). In training many texts stand
in a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

_BLOCK: Final = 16
_OUT_OF_SIGHT: Final = -1e4
"""Added before the softmax: nothing is left of it. Infinity gives rows that are no numbers."""


@dataclass(frozen=True)
class Pack:
    """``ids`` and ``places``: shape (1, tokens), each token's place in its own text. ``sight``: (1,
    1, tokens, tokens), added to the attention, so that no text sees another. ``shares``: (texts,
    tokens), whose product with the tokens is the mean of each text."""

    ids: np.ndarray
    places: np.ndarray
    sight: np.ndarray
    shares: np.ndarray


def pack(texts: Sequence[Sequence[int]]) -> Pack:
    """Put the token ids of one or more texts behind each other."""
    tokens = -(-sum(map(len, texts)) // _BLOCK) * _BLOCK
    ids = np.zeros((1, tokens), dtype=np.int64)
    places = np.zeros((1, tokens), dtype=np.int64)
    sight = np.full((1, 1, tokens, tokens), _OUT_OF_SIGHT, dtype=np.float32)
    shares = np.zeros((len(texts), tokens), dtype=np.float32)
    start = 0
    for row, text in enumerate(texts):
        span = slice(start, start + len(text))
        ids[0, span], places[0, span] = text, range(len(text))
        sight[0, 0, span, span] = 0
        shares[row, span] = 1 / len(text)
        start = span.stop
    sight[0, 0, start:, start:] = 0  # what fills up sees itself
    return Pack(ids, places, sight, shares)

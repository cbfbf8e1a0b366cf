"""Trimming the vocabulary to the languages in use.

The model knows 250,000 pieces of a hundred languages, and their rows are four fifths of its
weights. Longer pieces of other scripts are left out: Chinese and Latin text is cut into the same
pieces as before, so its vectors do not change, and other text still has its single characters.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from knowledge_base.encoder.q4_file import Q4Model

_SPECIAL = 4
"""Pieces in front that mark beginning, padding, end and the unknown."""
_WORD_START = "▁"
_LATIN = re.compile("[a-zA-Z]")
_FOREIGN_LETTER = re.compile(
    r"[^\W\d_a-zA-Z\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def kept_pieces(pieces: Sequence[tuple[str, float]], longest_latin: int | None = None) -> list[int]:
    """Return the positions of the pieces that stay.

    ``longest_latin``: Latin pieces of more characters go, too; their words are cut into shorter
    ones.
    """
    return [
        position
        for position, (piece, _) in enumerate(pieces)
        if position < _SPECIAL or (_stays(piece) and not _is_longer(piece, longest_latin))
    ]


def trim(model: Q4Model, longest_latin: int | None = None) -> Q4Model:
    """Return the model with the kept pieces and their rows only."""
    kept = kept_pieces(model.vocabulary.pieces, longest_latin)
    rows = model.tensors["emb.word"].reshape(-1, model.shape.hidden)
    return replace(
        model,
        shape=replace(model.shape, vocabulary=len(kept)),
        vocabulary=replace(
            model.vocabulary, pieces=[model.vocabulary.pieces[position] for position in kept]
        ),
        tensors={**model.tensors, "emb.word": rows[np.array(kept)].reshape(-1)},
    )


def _stays(piece: str) -> bool:
    text = piece.replace(_WORD_START, "")
    return len(text) <= 1 or _FOREIGN_LETTER.search(text) is None


def _is_longer(piece: str, longest_latin: int | None) -> bool:
    text = piece.replace(_WORD_START, "")
    return longest_latin is not None and len(text) > longest_latin and bool(_LATIN.search(text))

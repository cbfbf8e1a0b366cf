"""Normalisation of queries and texts before any stage sees them."""

import re
import unicodedata

MAX_QUERY_CHARACTERS = 500
"""Longer queries are cut: the encoder reads 512 tokens, and nobody asks longer questions."""

_SPACES = re.compile(r"\s+")


_INVISIBLE = {"Cc", "Cf", "Cs", "Co"}


def fold(text: str) -> str:
    """Drop control characters, fold full-width forms and case, collapse white space.

    Folding twice gives the same as folding once.
    """
    visible = "".join(
        " " if character in "\n\r\t" else character
        for character in text
        if character in "\n\r\t" or unicodedata.category(character) not in _INVISIBLE
    )
    lower = unicodedata.normalize("NFKC", visible).casefold()
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", lower)).strip()


def normalise(text: str) -> str:
    """Fold a query and cut it to ``MAX_QUERY_CHARACTERS``."""
    return fold(text)[:MAX_QUERY_CHARACTERS].strip()

"""Normalisation of queries and texts before any stage sees them."""

import re
import unicodedata

MAX_QUERY_CHARACTERS = 500
"""Longer queries are cut: the encoder reads 512 tokens, and nobody asks longer questions."""

_SPACES = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Fold full-width forms and case, drop control characters, collapse white space."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(
        " " if character in "\n\r\t" else character
        for character in folded
        if character in "\n\r\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
    return _SPACES.sub(" ", visible).strip()[:MAX_QUERY_CHARACTERS]

"""One form for text that is written in many: width, case, traditional characters."""

import unicodedata
from functools import cache

import opencc


def fold(text: str) -> str:
    """Text in NFKC, simplified characters and lower case."""
    folded: str = _simplifier().convert(unicodedata.normalize("NFKC", text))
    return folded.casefold()


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")

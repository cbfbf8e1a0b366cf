"""The crisis guard: finds unmistakable words of self-harm or violence without the bot."""

import re
import unicodedata
from functools import cache

import opencc

from api.texts import crisis_texts

# People put spaces and marks between the characters, by habit or to get past a filter.
_FILLER = re.compile(r"[ \t\u3000\u200b-\u200d\u2060*_~·.\-]+")


_simplifier = opencc.OpenCC("t2s")


@cache
def _compiled() -> tuple[re.Pattern[str], re.Pattern[str]]:
    texts = crisis_texts()
    return re.compile("|".join(texts.exceptions)), re.compile("|".join(texts.patterns))


def fold(text: str) -> str:
    """A text as the guards read it: half width, lower case, simplified characters, nothing
    between them."""
    narrow = unicodedata.normalize("NFKC", text).lower()
    return _FILLER.sub("", str(_simplifier.convert(narrow)))


def is_crisis(text: str) -> bool:
    """Whether the text leaves no doubt that somebody may come to harm."""
    exceptions, patterns = _compiled()
    folded = fold(text)
    # Blanked out, not removed: what stood apart must not grow together into a match.
    return patterns.search(exceptions.sub("\n", folded)) is not None

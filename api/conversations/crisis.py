"""The crisis guard: finds unmistakable words of self-harm or violence without the bot."""

import re
import unicodedata
from functools import cache

import opencc

from api.texts import crisis_texts

# People put spaces and marks between the characters, by habit or to get past a filter.
_FILLER = re.compile(r"[ \t\u3000\u200b-\u200d\u2060*_~·.\-]+")
_BREAK = re.compile(r"[\s,，.。;；!！?？…、]+")

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
    return _speaks_of_harm(fold(text))


def words_for(text: str) -> str:
    """What is said at once to who wrote a text that is a crisis: other words where it is somebody
    else who may harm himself, and nothing is said of the writer."""
    texts = crisis_texts()
    breaths = _BREAK.split(text)
    of_the_writer = [each for each in breaths if not _about_another().search(fold(each))]
    if len(of_the_writer) < len(breaths) and not _speaks_of_harm(fold("\n".join(of_the_writer))):
        return texts.reply_about_another
    return texts.reply


def _speaks_of_harm(folded: str) -> bool:
    exceptions, patterns = _compiled()
    # Blanked out, not removed: what stood apart must not grow together into a match.
    return patterns.search(exceptions.sub("\n", folded)) is not None


@cache
def _about_another() -> re.Pattern[str]:
    return re.compile(crisis_texts().about_another)

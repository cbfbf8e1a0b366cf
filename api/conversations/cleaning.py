"""Cleans what a worker typed: everything a person could see stays."""

import re
import unicodedata

# Control characters but tab and newline; lone surrogates, which no database takes; the byte
# order mark; and direction marks, which could make text look different from what it is.
_UNWANTED = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u202a-\u202e\u2066-\u2069]"
)
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x85]")
# Variation selectors and the filler letters of Hangul draw nothing, though they are not spaces.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800") | {chr(c) for c in range(0xFE00, 0xFE10)}


def clean(text: str) -> str:
    """Text with ordinary line ends and without invisible rubbish; empty if nothing can be seen."""
    text = _UNWANTED.sub("", _LINE_END.sub("\n", text)).strip()
    return text if any(_is_visible(character) for character in text) else ""


def _is_visible(character: str) -> bool:
    return character not in _BLANK and unicodedata.category(character)[0] not in "ZC"


def shorten(text: str, limit: int) -> str:
    """The beginning of a text on one line, for lists."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def both_ends(text: str, limit: int) -> str:
    """A text of at most ``limit`` characters: of a longer one the beginning and the end, where
    people say what it is about and what they want."""
    if len(text) <= limit:
        return text
    beginning = limit * 3 // 5
    return text[:beginning] + text[beginning - limit :]

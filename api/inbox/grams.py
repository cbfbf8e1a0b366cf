"""Search by pairs of characters, as is usual for Chinese, which has no blanks between words.

Every run of letters and digits becomes its overlapping pairs and its last character:
``讨薪难`` is ``讨薪 薪难 难``. What somebody looks for is found as a phrase of pairs, and a single
character as the beginning of one, so that any part of any word is found.
"""

import re
import unicodedata
from collections.abc import Iterator

import opencc

_RUN = re.compile(r"[^\W_]+")
_TERMS_AT_MOST = 8
_QUERY_MAX_CHARS = 200
_simplifier = opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """A text as the search reads it: half width, lower case, simplified characters."""
    return str(_simplifier.convert(unicodedata.normalize("NFKC", text).lower()))


def grams(folded: str) -> str:
    """A folded text as tokens with blanks between them."""
    return " ".join(_grams(folded))


def terms(query: str) -> list[str]:
    """The runs that a text must contain to be found; the rest of a long query is left out."""
    runs = _RUN.findall(fold(query[:_QUERY_MAX_CHARS]))
    return list(dict.fromkeys(runs))[:_TERMS_AT_MOST]


def match(wanted: list[str]) -> str:
    """An FTS5 query that finds what contains all of the terms."""
    return " AND ".join(map(_phrase, wanted))


def _grams(folded: str) -> Iterator[str]:
    for run in _RUN.findall(folded):
        for start in range(len(run)):
            yield run[start : start + 2]


def _phrase(run: str) -> str:
    if len(run) == 1:
        return f'"{run}" *'
    pairs = " ".join(run[start : start + 2] for start in range(len(run) - 1))
    return f'"{pairs}"'

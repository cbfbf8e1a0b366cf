"""Identifiers of imported documents: Pinyin, so that they fit where an article's id fits."""

import hashlib
import re

from pypinyin import lazy_pinyin

_MAX_LENGTH = 80
_PIECES = re.compile(r"[一-鿿]|[^一-鿿]+")
"""Characters are read one by one: as parts of phrases some have another reading, and whether
pypinyin knows phrases depends on what else the process has imported."""
_DIGEST_LENGTH = 8


def slug(text: str) -> str:
    """Return ``text`` as lower-case Pinyin and ASCII words joined by hyphens.

    A long one is cut and ends in a digest, so that two long names stay apart.
    """
    words = [
        word
        for syllable in lazy_pinyin(_PIECES.findall(text))
        for word in re.findall(r"[a-z0-9]+", syllable.lower())
    ]
    whole = "-".join(words) or "document"
    if len(whole) <= _MAX_LENGTH:
        return whole
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]
    return f"{whole[: _MAX_LENGTH - _DIGEST_LENGTH - 1].rstrip('-')}-{digest}"

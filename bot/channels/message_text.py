"""What of a worker's text reaches the dialogue engine."""

import unicodedata
from typing import Final

MAX_CHARACTERS: Final = 500
"""Longest text handed to Rasa, in code points. 10,000 characters froze the server for 8 s."""

_COMMAND_PREFIX: Final = "/"
# Control and format characters (zero-width ones among them) and lone surrogates. They hide
# words from the classifier, and surrogates cannot be stored as UTF-8.
_DROPPED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs"})


def clean_text(text: str) -> str:
    """Return ``text`` as the dialogue engine may see it; empty when nothing is left.

    Rasa executes a text that starts with ``/`` as a command, so a leading run of slashes and
    white space is removed, also when invisible characters stand between them.
    """
    spaced = "".join(" " if character in "\t\r\n" else character for character in text)
    visible = "".join(
        character
        for character in spaced
        if unicodedata.category(character) not in _DROPPED_CATEGORIES
    )
    while visible != (stripped := visible.strip().lstrip(_COMMAND_PREFIX)):
        visible = stripped
    return visible[:MAX_CHARACTERS].rstrip()

"""Cuts texts to the sizes that the platform takes; sizes are bytes of UTF-8."""

import re
from typing import Final

# Joined to the character before: variation selectors, keycaps, skin tones, combining marks; and
# what a zero-width joiner joins is one sign, as in a family emoji.
_MARKS = "[\u0300-\u036f\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]*"
_CHARACTER = f".{_MARKS}(?:\u200d.{_MARKS})*"
_LINK = "<a [^>]*>[^<]*</a>"  # every "<" is of a link, see api.channels.wechat.plain
_ADDRESS = "https?://[!-~]+"
_WORD = "[0-9A-Za-z０-９]+(?:[-.,:/@_+][0-9A-Za-z０-９]+)*[%％]?"
_ATOM = re.compile("|".join((_LINK, _ADDRESS, _WORD, _CHARACTER)), re.DOTALL)
_SENTENCE_ENDS: Final = frozenset("。！？；!?;\n")
_CLAUSE_ENDS: Final = frozenset("，,、：:")
_CLOSING: Final = frozenset("”’」』）)》】")
_BLANKS = "\n\t "


def size_of(text: str) -> int:
    """The size as the platform counts it."""
    return len(text.encode())


def cut(text: str, max_bytes: int) -> tuple[str, str]:
    """A beginning of at most ``max_bytes``, and the rest (empty: all of it fits).

    Cut after a line in the beginning's second half, else after a sentence, else after a clause,
    else anywhere but inside a character, a word, a number, or a link. A word or an address that
    does not fit by itself is cut all the same; a link or a character is not, and then the
    beginning is larger.
    """
    text = text.strip(_BLANKS)
    if size_of(text) <= max_bytes:
        return text, ""
    atoms = _ATOM.findall(text)
    count = _how_many_fit(atoms, max_bytes)
    if count == 0 and not atoms[0].startswith("<a "):
        atoms = [*re.findall(_CHARACTER, atoms[0], re.DOTALL), *atoms[1:]]
        count = _how_many_fit(atoms, max_bytes)
    at = _best_cut(atoms, max(count, 1))
    return "".join(atoms[:at]).rstrip(_BLANKS), "".join(atoms[at:]).lstrip(_BLANKS)


def _how_many_fit(atoms: list[str], max_bytes: int) -> int:
    left = max_bytes
    for count, atom in enumerate(atoms):
        left -= size_of(atom)
        if left < 0:
            return count
    return len(atoms)


def _best_cut(atoms: list[str], count: int) -> int:
    """The place to cut, at most at ``count``."""
    ends = {at for at in range(1, count + 1) if _ends_sentence(atoms, at)}
    lines = [at for at in ends if atoms[at - 1] == "\n" and at > count // 2]
    clauses = [at for at in range(1, count + 1) if atoms[at - 1] in _CLAUSE_ENDS]
    return max(lines or ends or clauses or [count])


def _ends_sentence(atoms: list[str], at: int) -> bool:
    """Whether a sentence ends before ``at``: with what closes it, but not with its heading."""
    if at < len(atoms) and (atoms[at] in _CLOSING or atoms[at] in _SENTENCE_ENDS):
        return False
    last = at - 1
    if atoms[last] == "\n":
        return last > 0 and atoms[last - 1] != "】"
    while last > 0 and atoms[last] in _CLOSING:
        last -= 1
    return atoms[last] in _SENTENCE_ENDS

"""What changed between two texts: line by line, and word by word inside a line."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

_CONTEXT_LINES = 3
_SIMILAR = 0.4
"""Below it a line is not the other one changed, but another one."""
_WORD = re.compile(r"[A-Za-z0-9_.{}@]+|\s+|.")


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True)


class LineKind(StrEnum):
    """What became of a line."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    GAP = "gap"
    """Lines in between that are the same and are not shown."""


class Piece(_Data):
    """A part of a line; ``changed``: it is not in the other text's line."""

    text: str
    changed: bool


class Line(_Data):
    """A line of the comparison with its number in the old and in the new text."""

    kind: LineKind
    old: int | None = None
    new: int | None = None
    pieces: list[Piece] = []


def differences(old: str, new: str) -> list[Line]:
    """Compare two texts; three equal lines are shown around each change."""
    a, b = old.splitlines(), new.splitlines()
    lines: list[Line] = []
    end_a = end_b = 0
    for group in SequenceMatcher(None, a, b, autojunk=False).get_grouped_opcodes(_CONTEXT_LINES):
        if group[0][1] > end_a or group[0][3] > end_b:
            lines.append(Line(kind=LineKind.GAP))
        for tag, a1, a2, b1, b2 in group:
            if tag == "equal":
                lines += [
                    Line(kind=LineKind.SAME, old=a1 + i + 1, new=b1 + i + 1, pieces=_plain(text))
                    for i, text in enumerate(a[a1:a2])
                ]
            else:
                lines += _changed(a[a1:a2], b[b1:b2], a1, b1)
        end_a, end_b = group[-1][2], group[-1][4]
    if lines and (end_a < len(a) or end_b < len(b)):
        lines.append(Line(kind=LineKind.GAP))
    return lines


def _changed(a: Sequence[str], b: Sequence[str], a1: int, b1: int) -> Iterator[Line]:
    """Lines that went, then lines that came; those at the same place are compared by words."""
    removed = [_plain(text, changed=True) for text in a]
    added = [_plain(text, changed=True) for text in b]
    for i, (before, after) in enumerate(zip(a, b, strict=False)):
        removed[i], added[i] = _words(before, after)
    for i, pieces in enumerate(removed, start=a1 + 1):
        yield Line(kind=LineKind.REMOVED, old=i, pieces=pieces)
    for i, pieces in enumerate(added, start=b1 + 1):
        yield Line(kind=LineKind.ADDED, new=i, pieces=pieces)


def _words(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    a, b = _WORD.findall(before), _WORD.findall(after)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < _SIMILAR:
        return _plain(before, changed=True), _plain(after, changed=True)
    removed: list[Piece] = []
    added: list[Piece] = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        for pieces, words in ((removed, a[a1:a2]), (added, b[b1:b2])):
            if words:
                pieces.append(Piece(text="".join(words), changed=tag != "equal"))
    return removed, added


def _plain(text: str, *, changed: bool = False) -> list[Piece]:
    return [Piece(text=text, changed=changed)] if text else []

"""Lets somebody time the parts of a search from outside, without the search knowing who.

Unwatched, a part costs the call of a function.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from enum import StrEnum
from typing import TypeAlias


class Part(StrEnum):
    """What a search does, in its order; from ``MATCH`` on once for each question of a message."""

    REWRITE = "rewrite"
    """Spelling, abbreviations, several questions in one message."""
    ENCODE = "encode"
    MATCH = "match"
    """By words, by sound and by meaning."""
    SCORE = "score"
    """Eligibility, fusion and the features of each candidate."""
    RANK = "rank"
    DECIDE = "decide"
    """Precedence, sections asked for, and whether it is an answer."""


Watcher: TypeAlias = Callable[[Part], AbstractContextManager[object]]
_UNWATCHED = nullcontext()
_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    """Have every part of a search in this block run in a context of the watcher's."""
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def part(name: Part) -> AbstractContextManager[object]:
    """The context for a part of a search."""
    watcher = _watcher.get()
    return _UNWATCHED if watcher is None else watcher(name)

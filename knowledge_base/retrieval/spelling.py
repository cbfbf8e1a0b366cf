"""Union terms misspelt by ear or by look: ``劳动仲载`` is 劳动仲裁, ``疗休样`` is 疗休养.

A piece of the question that is no word itself, but sounds like a term, is that term. Long terms
also forgive one character that only sounds similar. Only Chinese characters are touched, and
the length stays the same, so nothing else in the question moves.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

from knowledge_base.retrieval.pinyin import sound_of

_HAN_RUN = re.compile(r"[一-鿿]{2,}")
_SHORTEST = 2
_FORGIVING = 4
"""Terms from this length on forgive one character that sounds similar, not the same."""
_WILD = "*"
_AS_WRITTEN = frozenset("上以这加不没有在我你他是")
"""Words of one character, so common that they are meant: 职工上大学 has nothing of 工伤."""


class Speller:
    """Corrects questions towards ``terms``; whatever ``is_word`` says is a word stays."""

    def __init__(self, terms: Iterable[str], is_word: Callable[[str], bool]) -> None:
        self._is_word = is_word
        self._by_sound: dict[tuple[str, ...], str] = {}
        self._by_pattern: defaultdict[str, set[str]] = defaultdict(set)
        self._longest = 0
        for term in terms:
            if len(term) < _SHORTEST or not _HAN_RUN.fullmatch(term):
                continue
            self._longest = max(self._longest, len(term))
            self._by_sound.setdefault(tuple(map(sound_of, term)), term)
            if len(term) >= _FORGIVING:
                for pattern in _patterns(term):
                    self._by_pattern[pattern].add(term)

    def correct(self, text: str) -> str:
        """Return ``text`` with misspelt terms put right."""
        return _HAN_RUN.sub(lambda run: self._correct_run(run[0]), text)

    def _correct_run(self, run: str) -> str:
        position = 0
        while position < len(run):
            for length in range(min(self._longest, len(run) - position), _SHORTEST - 1, -1):
                end = position + length
                piece = run[position:end]
                if self._is_word(piece) and length > _SHORTEST:
                    position = end - 1
                    break
                term = self._term_for(piece)
                if (
                    term is not None
                    and not _changes_a_common_word(piece, term)
                    and not self._edges_are_words(run, position, end, term)
                ):
                    run = run[:position] + term + run[end:]
                    position = end - 1
                    break
            position += 1
        return run

    def _term_for(self, piece: str) -> str | None:
        if self._is_word(piece) or self._is_words(piece):
            return None
        heard = self._by_sound.get(tuple(map(sound_of, piece)))
        if heard is not None:
            return heard if any(map(str.__eq__, heard, piece)) else None
        if len(piece) < _FORGIVING:
            return None
        similar = {
            term
            for pattern in _patterns(piece)
            for term in self._by_pattern.get(pattern, ())
            if all(map(_similar, term, piece))
        }
        return similar.pop() if len(similar) == 1 else None

    def _is_words(self, piece: str) -> bool:
        """Tell whether ``piece`` is two words side by side, each right in itself."""
        return any(
            self._is_word(piece[:cut]) and self._is_word(piece[cut:])
            for cut in range(_SHORTEST, len(piece) - _SHORTEST + 1)
        )

    def _edges_are_words(self, run: str, start: int, end: int, term: str) -> bool:
        """Tell whether a character to be changed makes a word with its neighbour outside."""
        first = run[start] != term[0] and self._is_word(run[max(start - 1, 0) : start + 1])
        last = run[end - 1] != term[-1] and self._is_word(run[end - 1 : end + 1])
        return (first and start > 0) or (last and end < len(run))


def _changes_a_common_word(piece: str, term: str) -> bool:
    return any(old != new and old in _AS_WRITTEN for old, new in zip(piece, term, strict=True))


def _patterns(term: str) -> list[str]:
    return [term[:place] + _WILD + term[place + 1 :] for place in range(len(term))]


def _similar(one: str, other: str) -> bool:
    """Tell whether two characters begin or end alike: ``zai`` and ``cai`` do."""
    first, second = sound_of(one), sound_of(other)
    return one == other or first[:1] == second[:1] or first[1:] == second[1:]

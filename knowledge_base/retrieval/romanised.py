"""Words typed as pinyin: ``gongshang zenme shenqing`` is 工伤怎么申请.

A run of letters is written out only where all of its syllables make up known words, so that
English and short forms stay what they are. Known are the union's terms and the everyday words of
``everyday_words.txt``; the sounds are folded as those of misspelt words are.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from knowledge_base.retrieval.pinyin import sound_of, syllables

EVERYDAY_WORDS_FILE = Path(__file__).with_name("everyday_words.txt")
_RUN = re.compile(r"(?<![a-z0-9])[a-z]{2,}(?:[ '][a-z]{2,})*(?![a-z0-9])")
_SHORTEST_RUN = 5
"""Letters from which on a run is taken for pinyin: shorter ones are short forms or names."""
_LONGEST_WORD = 6

Sounds = tuple[str, ...]


class PinyinReader:
    """Writes pinyin out as the words of ``terms`` and of everyday speech."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._by_sounds: dict[Sounds, str] = {}
        # Of words that sound alike, an everyday one is meant, then the first term.
        for word in [*_everyday_words(), *terms]:
            if word and not word.isascii():
                self._by_sounds.setdefault(tuple(map(sound_of, word)), word)

    def write_out(self, text: str) -> str:
        """Return folded text with its pinyin in characters."""
        return _RUN.sub(lambda run: self._written(run[0]) or run[0], text)

    def _written(self, run: str) -> str | None:
        letters = re.sub("[ ']", "", run)
        sounds = tuple(each.sound for word in re.split("[ ']", run) for each in syllables(word))
        if len(letters) < _SHORTEST_RUN or not sounds or _misses_letters(run):
            return None
        return self._words(sounds)

    def _words(self, sounds: Sounds) -> str | None:
        """Return the words that the sounds make up without rest, the longest words first."""
        if not sounds:
            return ""
        for length in range(min(len(sounds), _LONGEST_WORD), 0, -1):
            word = self._by_sounds.get(sounds[:length])
            if word is not None:
                rest = self._words(sounds[length:])
                if rest is not None:
                    return word + rest
        return None


def _misses_letters(run: str) -> bool:
    """Tell whether a word of the run is not pinyin."""
    return any(not list(syllables(word)) for word in re.split("[ ']", run))


@cache
def _everyday_words() -> tuple[str, ...]:
    return tuple(EVERYDAY_WORDS_FILE.read_text(encoding="utf-8").split())

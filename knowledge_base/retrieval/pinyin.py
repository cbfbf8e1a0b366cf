"""The sound of a text: pinyin syllables, for words typed by ear (``劳动仲才``, ``chan假``).

Tones are dropped, and sounds that many dialects do not tell apart (zh/z, ch/c, sh/s, n/l, and
the endings -ing/-in, -eng/-en) count as one, as fuzzy input methods do.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import yaml

# Only single characters are looked up; the dictionary of phrases would take 45 MB for nothing.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PINYIN_DICT

from knowledge_base.retrieval.text import fold

LOOKALIKES_FILE = Path(__file__).with_name("lookalikes.yml")
_FORMAT = 1
_RUN = re.compile(r"[一-鿿]|[a-z]+")
_LONGEST_SYLLABLE = 6


@dataclass(frozen=True)
class Syllable:
    """One syllable and the characters of the text it stands for: ``text[start:end]``."""

    sound: str
    start: int
    end: int


class PinyinAnalyser:
    """Splits text into pairs of neighbouring syllables; single ones say too little."""

    name = "pinyin"

    def __init__(self) -> None:
        content = LOOKALIKES_FILE.read_bytes()
        self.fingerprint = f"pinyin-{_FORMAT}:{hashlib.sha256(content).hexdigest()[:8]}"

    def tokenize(self, text: str) -> list[str]:
        """Return the pairs, like ``lao-dong``; characters that have no sound part them."""
        found = list(syllables(fold(text)))
        return [
            f"{one.sound}-{other.sound}" for one, other in pairwise(found) if one.end == other.start
        ]


def syllables(text: str) -> Iterator[Syllable]:
    """Yield the syllables of folded text; Latin letters only where they spell syllables."""
    for run in _RUN.finditer(text):
        if run[0].isascii():
            yield from _spelled(run[0], run.start())
        else:
            yield Syllable(sound_of(run[0]), run.start(), run.end())


@cache
def sound_of(character: str) -> str:
    """Return the folded syllable of one Chinese character."""
    meant = _lookalikes().get(character, character)
    return fold_sound(lazy_pinyin(meant, style=Style.NORMAL)[0])


def fold_sound(syllable: str) -> str:
    """Fold sounds that dialects mix up: ``zheng`` and ``zen`` are one."""
    initial = syllable
    for retroflex, plain in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(retroflex):
            initial = plain + syllable[2:]
    if initial.startswith("n"):
        initial = "l" + initial[1:]
    return initial[:-1] if initial.endswith(("ing", "eng")) else initial


def _spelled(letters: str, start: int) -> Iterator[Syllable]:
    parts = _split_letters(letters)
    for part in parts or ():
        yield Syllable(fold_sound(part), start, start + len(part))
        start += len(part)


@cache
def _split_letters(letters: str) -> tuple[str, ...] | None:
    """Return ``letters`` as whole syllables, the longest first; None if they spell none."""
    if not letters:
        return ()
    for length in range(min(len(letters), _LONGEST_SYLLABLE), 1, -1):
        if letters[:length] in _known_syllables():
            rest = _split_letters(letters[length:])
            if rest is not None:
                return (letters[:length], *rest)
    return None


@cache
def _known_syllables() -> frozenset[str]:
    common = [chr(code) for code in PINYIN_DICT if 0x4E00 <= code <= 0x9FFF]
    spelled = {each for each in lazy_pinyin(common, style=Style.NORMAL) if each.isascii()}
    return frozenset(each for each in spelled if each.isalpha() and len(each) > 1)


@cache
def _lookalikes() -> dict[str, str]:
    data: dict[str, str] = yaml.safe_load(LOOKALIKES_FILE.read_text(encoding="utf-8"))
    return data

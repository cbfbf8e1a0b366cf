"""Stage 1: the question as the other stages read it.

Full width, case and white space are folded, traditional characters become simplified ones
(OpenCC's ``t2s``), letters that stand for words are written out, words misspelt by ear are put
right, and popular names become the official ones. What the worker typed is kept beside it, for
the trace.
"""

import re
from functools import cache
from pathlib import Path

import opencc
import yaml
from pydantic import BaseModel, ConfigDict

from knowledge_base.retrieval.romanised import PinyinReader
from knowledge_base.retrieval.spelling import Speller
from knowledge_base.retrieval.stage import StageSettings
from knowledge_base.retrieval.text import MAX_QUERY_CHARACTERS
from knowledge_base.retrieval.text import normalise as fold_and_cut

ABBREVIATIONS_FILE = Path(__file__).with_name("abbreviations.yml")
POPULAR_NAMES_FILE = Path(__file__).with_name("popular_names.yml")
_LETTERS = re.compile(r"(?<![a-z0-9])[a-z]{2,4}(?![a-z0-9])")


class NormaliseSettings(StageSettings):
    """Each step can be left out; folding and cutting always happen."""

    simplify: bool = True
    abbreviations: bool = True
    pinyin: bool = True
    popular_names: bool = True
    spelling: bool = True


class _Abbreviation(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    letters: str
    means: str
    unless_before: str = ""
    unless_after: str = ""
    otherwise: str = ""

    def expand(self, before: str, behind: str) -> str:
        """Return the words meant, given the characters around (empty at the ends)."""
        other = (behind and behind in self.unless_before) or (
            before and before in self.unless_after
        )
        return self.otherwise if other else self.means


class Normaliser:
    """Rewrites a question; the same question always becomes the same text."""

    def __init__(self, settings: NormaliseSettings, speller: Speller, pinyin: PinyinReader) -> None:
        self._settings = settings
        self._speller = speller
        self._pinyin = pinyin
        self._simplifier = opencc.OpenCC("t2s")

    def run(self, text: str) -> str:
        """Return the rewritten question, at most ``MAX_QUERY_CHARACTERS`` long."""
        query = fold_and_cut(text)
        if not self._settings.enabled:
            return query
        if self._settings.simplify:
            query = self._simplifier.convert(query)
        if self._settings.abbreviations:
            query = _LETTERS.sub(_expanded, query)
        if self._settings.pinyin:
            query = self._pinyin.write_out(query)
        if self._settings.spelling:
            query = self._speller.correct(query)
        if self._settings.popular_names:
            for popular, official in _popular_names().items():
                query = query.replace(popular, official)
        return query[:MAX_QUERY_CHARACTERS]


def _expanded(match: re.Match[str]) -> str:
    abbreviation = _abbreviations().get(match[0])
    if abbreviation is None:
        return match[0]
    before = match.string[max(match.start() - 1, 0) : match.start()]
    return abbreviation.expand(before, match.string[match.end() : match.end() + 1])


@cache
def _abbreviations() -> dict[str, _Abbreviation]:
    entries = yaml.safe_load(ABBREVIATIONS_FILE.read_text(encoding="utf-8"))
    parsed = [_Abbreviation.model_validate(entry) for entry in entries]
    return {entry.letters: entry for entry in parsed}


@cache
def _popular_names() -> dict[str, str]:
    names: dict[str, str] = yaml.safe_load(POPULAR_NAMES_FILE.read_text(encoding="utf-8"))
    return names

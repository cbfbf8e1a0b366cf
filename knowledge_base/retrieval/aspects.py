"""Which sections of an article answer what was asked: materials, time, place, amount, who, how."""

import re
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from knowledge_base.article import SectionName
from knowledge_base.document import Document
from knowledge_base.retrieval.stage import StageSettings

ASPECTS_FILE = Path(__file__).with_name("aspects.yml")


class AspectSettings(StageSettings):
    """Switched off, every section counts as asked for alike."""


class _Aspect(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    asks: re.Pattern[str]
    sections: tuple[SectionName, ...]


class AspectFinder:
    """Finds the sections a question is after."""

    def __init__(self, settings: AspectSettings) -> None:
        self._settings = settings

    def run(self, query: str) -> tuple[SectionName, ...]:
        """Return the sections asked for, most telling first; empty: nothing in particular."""
        if not self._settings.enabled:
            return ()
        found = [
            section
            for aspect in _aspects()
            if aspect.asks.search(query)
            for section in aspect.sections
        ]
        return tuple(dict.fromkeys(found))


def asked_sections(document: Document, asked: tuple[SectionName, ...]) -> tuple[str, ...]:
    """Return those of the document's sections that are asked for, most telling first."""
    return tuple(section for section in asked if section in document.sections)


def aspect_words(query: str) -> str:
    """Return the words by which a question asks for something, such as "什么材料"; empty: none."""
    found = [match[0] for each in _aspects() if (match := each.asks.search(query))]
    return " ".join(dict.fromkeys(found))


@cache
def _aspects() -> tuple[_Aspect, ...]:
    entries = yaml.safe_load(ASPECTS_FILE.read_text(encoding="utf-8"))
    return tuple(_Aspect.model_validate(entry) for entry in entries)

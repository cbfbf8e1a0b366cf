"""What a case is about: wage arrears, a dismissal, an injury."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from api.reports.folding import fold
from knowledge_base.areas import area_names


class CaseKind(StrEnum):
    """Complaints that are a warning when several workers have them of one employer."""

    WAGE_ARREARS = "wage_arrears"
    DISMISSAL = "dismissal"
    INJURY = "injury"


class _Signs(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    areas: list[str]
    words: list[re.Pattern[str]]


_SIGNS = TypeAdapter(dict[CaseKind, _Signs])
_STORY = ("what_happened", "amount")
"""Facts that tell what the worker complains of."""


def kinds_of(category: str, summary: str, facts: Mapping[str, Any]) -> frozenset[CaseKind]:
    """The kinds of a hand-off: by its category, and by the words of the worker."""
    story = fold("\n".join([summary, *(str(facts.get(fact) or "") for fact in _STORY)]))
    names = area_names()
    return frozenset(
        kind
        for kind, signs in _signs().items()
        if any(names[area] == category for area in signs.areas)
        or any(words.search(story) for words in signs.words)
    )


@cache
def _signs() -> Mapping[CaseKind, _Signs]:
    text = Path(__file__).with_name("kinds.yml").read_text(encoding="utf-8")
    return _SIGNS.validate_python(yaml.safe_load(text))

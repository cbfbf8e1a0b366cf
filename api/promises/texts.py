"""The Chinese texts of promises."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

FILE = Path(__file__).parents[1] / "texts" / "promises.yml"


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OpeningTexts(_Texts):
    """How the next opening is named."""

    today: str
    tomorrow: str
    later: str


class PromiseTexts(_Texts):
    """The sentences of a promise."""

    ahead: str
    first: str
    target: dict[int, str]
    closed: str
    closed_unknown: str
    hotline: str
    urgent: str
    opening: OpeningTexts
    weekdays: tuple[str, str, str, str, str, str, str]
    morning: str
    afternoon: str


@cache
def promise_texts() -> PromiseTexts:
    """The texts. Raises ``pydantic.ValidationError`` if one is missing."""
    return PromiseTexts.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))

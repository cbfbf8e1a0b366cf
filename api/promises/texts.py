"""The Chinese texts of promises."""

from functools import cache
from pathlib import Path
from typing import Final, Self

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from api.promises.sla import TARGETS

FILE = Path(__file__).parents[1] / "texts" / "promises.yml"
HOTLINE: Final = "12351"
"""The trade unions' hotline, around the clock."""
NUMBERS_IN_DANGER: Final = ("12356", "110", "120", HOTLINE)
"""Without these nobody in danger is asked to wait: counselling, police, ambulance, hotline."""


class _Texts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OpeningTexts(_Texts):
    """How the next opening is named."""

    today: str
    tomorrow: str
    later: str


class WhyTexts(_Texts):
    """Why the service centre is closed."""

    pause: str
    over: str
    free: str
    holiday: str
    before_holiday: str


class PromiseTexts(_Texts):
    """The sentences of a promise."""

    ahead: str
    first: str
    target: dict[int, str]
    closed: str
    why: WhyTexts
    calendar_unknown: str
    hotline: str
    urgent: str
    opening: OpeningTexts
    weekdays: tuple[str, str, str, str, str, str, str]
    morning: str
    noon: str
    afternoon: str
    holidays: dict[str, str]
    other_holiday: str

    @model_validator(mode="after")
    def _nothing_is_missing(self) -> Self:
        if missing := TARGETS.keys() - self.target.keys():
            raise ValueError(f"target lacks {', '.join(map(str, sorted(missing)))}")
        if missing_numbers := [each for each in NUMBERS_IN_DANGER if each not in self.urgent]:
            raise ValueError(f"urgent lacks {', '.join(missing_numbers)}")
        if HOTLINE not in self.hotline:
            raise ValueError(f"hotline lacks {HOTLINE}")
        return self


@cache
def promise_texts() -> PromiseTexts:
    """The texts. Raises ``pydantic.ValidationError`` if one is missing or lacks its number."""
    return PromiseTexts.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))

"""How employers' names are written (``employers.yml``)."""

import re
from functools import cache, cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from api.reports.folding import fold
from api.reports.streets import streets


class EmployerTexts(BaseModel):
    """See the comments of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))

    introductions: list[re.Pattern[str]]
    endings: list[re.Pattern[str]]
    forms: list[str]
    places: list[str]
    trades: list[str] = Field(min_length=1)
    vague: re.Pattern[str]
    nobody: frozenset[str]
    known: dict[str, list[str]]

    @cached_property
    def form(self) -> re.Pattern[str]:
        """A form at the end of a name."""
        return re.compile(f"(?:{_any_of(self.forms)})$")

    @cached_property
    def form_inside(self) -> re.Pattern[str]:
        """A name up to the form that it ends with."""
        return re.compile(rf"^.{{2,}}?(?:{_any_of(self.forms)})(?!.*(?:{_any_of(self.forms)}))")

    @cached_property
    def place(self) -> re.Pattern[str]:
        """A place at the beginning of a name."""
        return re.compile(f"^(?:{_any_of(self._places)})")

    @cached_property
    def place_at_end(self) -> re.Pattern[str]:
        """A place at the end of a name, as between it and 分公司."""
        return re.compile(f"(?:{_any_of(self._places)})$")

    @cached_property
    def trade(self) -> re.Pattern[str]:
        """Trades at the end of a name."""
        return re.compile(f"(?:{'|'.join(self.trades)})+$")

    @cached_property
    def key_of_known(self) -> dict[str, str]:
        """The name in use of every way that a known one is written in."""
        return {
            fold(written): fold(name)
            for name, others in self.known.items()
            for written in (name, *others)
        }

    @property
    def _places(self) -> list[str]:
        return [*self.places, *(each for name, more in streets().items() for each in (name, *more))]


@cache
def employer_texts() -> EmployerTexts:
    """Raises ``pydantic.ValidationError`` if the file is not sound."""
    text = Path(__file__).with_name("employers.yml").read_text(encoding="utf-8")
    return EmployerTexts.model_validate(yaml.safe_load(text))


def _any_of(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))

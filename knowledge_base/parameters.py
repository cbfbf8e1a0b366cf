"""Dated figures (``parameters.yml``): each stands once, with its validity and its source.

A figure changes with a year or a decree; the article that states it refers to the key and
is rendered for a day. A figure whose window has ended is an error, never an old value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import Annotated, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from knowledge_base.plain_yaml import load_plain_yaml
from knowledge_base.source import FactId, Line, Region, Source

PARAMETERS_FILE = Path(__file__).with_name("parameters.yml")

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$")]


class ParameterError(ValueError):
    """The register is not sound, or has no value for a key and a day; names key and rule."""


def _one_value_field(text: str) -> str:
    if [name for _, name, _, _ in Formatter().parse(text) if name is not None] != ["value"]:
        raise ValueError("must hold {value} once and no other field")
    return text


class Version(BaseModel):
    """One value of a figure and the days on which it holds, both included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: Annotated[Decimal, Field(allow_inf_nan=False, ge=0)] | None = None
    """Left out when the value is derived from others."""
    of: tuple[Key, ...] = ()
    """Keys whose values on the day are added up; the sum is multiplied by ``times``."""
    times: Annotated[Decimal, Field(allow_inf_nan=False, gt=0)] = Decimal(1)
    effective_from: date | None = None
    """None: no source names the first day."""
    effective_to: date | None = None
    confirmed: bool
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    facts: Annotated[tuple[FactId, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_way_to_the_value(self) -> Self:
        if (self.value is None) == (not self.of):
            raise ValueError("needs either value or of")
        if self.value is not None and self.times != 1:
            raise ValueError("times belongs to of, not to value")
        return self

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError("effective_to lies before effective_from")
        return self

    def holds_on(self, day: date) -> bool:
        """Tell whether the day lies in the window."""
        return (self.effective_from or date.min) <= day <= (self.effective_to or date.max)


class Parameter(BaseModel):
    """A figure with all its versions. ``format`` says how it is printed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Line
    unit: Line
    region: Region
    format: Annotated[str, AfterValidator(_one_value_field)] | None = None
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _windows_apart(self) -> Self:
        ordered = sorted(self.versions, key=lambda each: each.effective_from or date.min)
        for earlier, later in pairwise(ordered):
            if (earlier.effective_to or date.max) >= (later.effective_from or date.min):
                raise ValueError(f"windows overlap from {later.effective_from}")
        return self


@dataclass(frozen=True)
class ParameterValue:
    """A figure as it holds on a day. ``text`` is how articles print it."""

    key: str
    value: Decimal
    unit: str
    text: str
    effective_from: date | None
    effective_to: date | None
    confirmed: bool
    sources: tuple[Source, ...]
    facts: tuple[str, ...]


class Parameters:
    """The register. Every key that a derivation names exists, and no derivation is a circle."""

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        self._parameters = dict(parameters)
        for key in self._parameters:
            self._check_derivation(key, ())

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __getitem__(self, key: str) -> Parameter:
        return self._parameters[key]

    def value(self, key: str, *, on: date) -> Decimal:
        """Return the figure that holds on a day.

        Raises:
            ParameterError: there is no such key, or no version holds on that day.
        """
        return self.on(key, on).value

    def on(self, key: str, day: date) -> ParameterValue:
        """Return the figure of a day with its window, its sources and how sure it is.

        The window of a derived figure is the time in which no part of it changes.

        Raises:
            ParameterError: there is no such key, or no version holds on that day.
        """
        parameter = self._parameters.get(key)
        if parameter is None:
            raise ParameterError(f"{key}: no such parameter")
        version = next((each for each in parameter.versions if each.holds_on(day)), None)
        if version is None:
            raise ParameterError(f"{key}: no value on {day}{_nearest(parameter, day)}")
        bases = [self.on(base, day) for base in version.of]
        value = version.value
        if value is None:
            value = sum((base.value for base in bases), Decimal(0)) * version.times
        starts = [version.effective_from, *(base.effective_from for base in bases)]
        ends = [version.effective_to, *(base.effective_to for base in bases)]
        return ParameterValue(
            key=key,
            value=value,
            unit=parameter.unit,
            text=(parameter.format or f"{{value}}{parameter.unit}").format(value=plain(value)),
            effective_from=max((start for start in starts if start), default=None),
            effective_to=min((end for end in ends if end), default=None),
            confirmed=version.confirmed and all(base.confirmed for base in bases),
            sources=(*version.sources, *(each for base in bases for each in base.sources)),
            facts=(*version.facts, *(each for base in bases for each in base.facts)),
        )

    def _check_derivation(self, key: str, path: tuple[str, ...]) -> None:
        if key in path:
            raise ParameterError(f"{path[0]}: of: derived from itself")
        for version in self._parameters[key].versions:
            for base in version.of:
                if base not in self._parameters:
                    raise ParameterError(f"{key}: of: no such parameter {base}")
                self._check_derivation(base, (*path, key))


def plain(value: Decimal) -> str:
    """Return the shortest usual spelling: 2660, 21.75."""
    return f"{value.normalize():f}"


def _nearest(parameter: Parameter, day: date) -> str:
    ended = [each.effective_to for each in parameter.versions if each.effective_to]
    past = [end for end in ended if end < day]
    return f"; the last one ended on {max(past)}" if past else ""


def load_parameters(path: Path = PARAMETERS_FILE) -> Parameters:
    """Read a register; a text that was read before is not parsed again.

    Raises:
        ParameterError: the file is not YAML or breaks a rule; the message names key and rule.
    """
    try:
        return _parse(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise ParameterError(f"{path}: yaml: {error}") from error
    except ValidationError as error:
        problems = [
            f"{path}: {'.'.join(str(part) for part in each['loc'])}: {each['msg']}"
            for each in error.errors()
        ]
        raise ParameterError("\n".join(problems)) from error
    except ParameterError as error:
        raise ParameterError(f"{path}: {error}") from error


@lru_cache(maxsize=1)
def _parse(text: str) -> Parameters:
    return Parameters(TypeAdapter(dict[Key, Parameter]).validate_python(load_plain_yaml(text)))


def parameters() -> Parameters:
    """Return the register of this package, as its file is now.

    Raises:
        ParameterError: the file is not sound.
    """
    return load_parameters()

"""The figures a calculator needs, and their values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar, assert_never

T = TypeVar("T")


class Kind(StrEnum):
    """What a figure is, which decides how it is read from a message."""

    MONEY = "money"
    """Decimal, yuan."""
    HOURS = "hours"
    """Decimal."""
    DAYS = "days"
    """Decimal."""
    COUNT = "count"
    """Decimal, a whole number of people or things."""
    SPAN = "span"
    """Span, a length of time such as years of service."""
    DATE = "date"
    """date."""
    GRADE = "grade"
    """Decimal, a disability grade from 1 to 10."""
    CHOICE = "choice"
    """str, the code of one of the options in the calculator's texts."""


@dataclass(frozen=True, order=True)
class Span:
    """A length of time as workers say it: 3 years, 7 months."""

    years: int = 0
    months: int = 0
    days: int = 0

    @property
    def whole_months(self) -> int:
        """Completed months; the remaining days are left out."""
        return 12 * self.years + self.months


Value = Decimal | date | Span | str


class Values(Mapping[str, Value]):
    """The figures known so far, by the names of their fields, with typed access.

    The typed accessors raise KeyError for an unknown figure and TypeError for one of another
    kind.
    """

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        self._values = dict(values or {})

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def decimal(self, name: str) -> Decimal:
        """Return money, hours, days, a count or a grade."""
        return self._typed(name, Decimal)

    def span(self, name: str) -> Span:
        """Return a length of time."""
        return self._typed(name, Span)

    def day(self, name: str) -> date:
        """Return a date."""
        return self._typed(name, date)

    def choice(self, name: str) -> str:
        """Return the code of an option."""
        return self._typed(name, str)

    def _typed(self, name: str, kind: type[T]) -> T:
        value = self._values[name]
        if not isinstance(value, kind):
            raise TypeError(f"{name} is no {kind.__name__}")
        return value


@dataclass(frozen=True)
class Field:
    """One figure. Outside ``at_least`` and ``at_most`` it makes no sense and is asked again.

    The bounds are yuan, hours, days or pieces; of a span, its completed months.
    """

    name: str
    kind: Kind
    at_least: Decimal = Decimal(0)
    at_most: Decimal = Decimal("Infinity")
    lasting: bool = False
    """True: it is the worker's for good, such as a wage, and serves other calculations too."""
    alternatives: frozenset[str] = frozenset()
    """Other figures that take its place: where one is told, what was remembered is not used."""
    apart: bool = False
    """True: only the calculator itself (``calculator.Particular``) or a reply to its question
    fills it, never the common rules."""

    def accepts(self, value: Value) -> bool:
        """Tell whether a value is of the field's kind and makes sense."""
        match self.kind:
            case Kind.MONEY | Kind.HOURS | Kind.DAYS:
                return isinstance(value, Decimal) and self.at_least <= value <= self.at_most
            case Kind.COUNT | Kind.GRADE:
                return (
                    isinstance(value, Decimal)
                    and value == value.to_integral_value()
                    and self.at_least <= value <= self.at_most
                )
            case Kind.SPAN:
                return isinstance(value, Span) and (
                    value != Span() and self.at_least <= value.whole_months <= self.at_most
                )
            case Kind.DATE:
                return isinstance(value, date)
            case Kind.CHOICE:
                return isinstance(value, str)
        assert_never(self.kind)


def to_json(value: Value) -> str | dict[str, int]:
    """Return a value in the form in which the dialogue server keeps it."""
    match value:
        case Span():
            return {"years": value.years, "months": value.months, "days": value.days}
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case str():
            return value
    assert_never(value)


def from_json(kind: Kind, data: str | dict[str, int]) -> Value:
    """Return the value that ``to_json`` made.

    Raises:
        ValueError, ArithmeticError, TypeError: the data is no value of the kind.
    """
    if isinstance(data, dict):
        return Span(**data)
    match kind:
        case Kind.DATE:
            return date.fromisoformat(data)
        case Kind.CHOICE:
            return data
        case _:
            return Decimal(data)

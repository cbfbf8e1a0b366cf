"""What every calculator offers to the dialogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, runtime_checkable

from actions.calculators.fields import Field, Value, Values
from actions.calculators.texts import CalculatorTexts
from actions.entities import Entity


@dataclass(frozen=True)
class Computation:
    """A result in the worker's words. Every line is ready to be shown (Markdown subset).

    ``steps`` show the way from the worker's figures to the result; ``notes`` are the
    assumptions and cautions. ``confirmed`` is false where a figure of the register is not
    confirmed, so that the reply says so.
    """

    headline: str
    steps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    confirmed: bool = True
    articles: tuple[str, ...] = ()
    """Further articles to cite, beside those of the calculator's texts."""
    wants: str | None = None
    """The figure by which the result could go on, and which it asks for: a bare one in the next
    message is it."""


class Calculator(Protocol):
    """Asks for its figures one by one and works out the result."""

    @property
    def name(self) -> str: ...

    @property
    def fields(self) -> tuple[Field, ...]:
        """All figures it can use, the most telling first."""

    @property
    def texts(self) -> CalculatorTexts: ...

    def missing(self, values: Values) -> str | None:
        """Return the name of the field to ask for next; None: everything needed is there."""

    def contradiction(self, values: Values) -> str | None:
        """Return what is wrong with figures that cannot all be true, in the worker's words, or
        None. The fields named by ``contradicting`` of the texts are then asked again."""

    def compute(self, values: Values, on: date) -> Computation:
        """Work out the result as of a day. Called when nothing is missing or contradicts."""


@dataclass(frozen=True)
class OwnReading:
    """What a calculator itself reads in a message, before the common rules."""

    values: Mapping[str, Value] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()
    """Fields that the common rules must not fill from this message: they would guess."""


@runtime_checkable
class Particular(Protocol):
    """A calculator with figures that the common rules cannot read or join with earlier ones."""

    def read_own(self, text: str, entities: Sequence[Entity], asked: str | None) -> OwnReading:
        """Read a folded message; what it denies is blanked out, and its entities left out."""

    def merged(self, known: Values, told: Values, text: str) -> Values:
        """Return the known figures that still hold, with those of the message."""


@dataclass(frozen=True)
class Lines:
    """Collects the lines of a computation from templates."""

    texts: CalculatorTexts
    collected: list[str] = field(default_factory=list)

    def add(self, template: str, **figures: object) -> None:
        """Add a line; raises KeyError for a template that is not in the texts."""
        self.collected.append(self.texts.line(template, **figures))

    def all(self) -> tuple[str, ...]:
        return tuple(self.collected)

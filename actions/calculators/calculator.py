"""What every calculator offers to the dialogue."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from actions.calculators.fields import Field, Values
from actions.calculators.texts import CalculatorTexts


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
class Lines:
    """Collects the lines of a computation from templates."""

    texts: CalculatorTexts
    collected: list[str] = field(default_factory=list)

    def add(self, template: str, **figures: object) -> None:
        """Add a line; raises KeyError for a template that is not in the texts."""
        self.collected.append(self.texts.line(template, **figures))

    def all(self) -> tuple[str, ...]:
        return tuple(self.collected)

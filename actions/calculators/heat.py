"""Heat allowance of enterprises in Zhejiang.

Facts GW01 and GW03: so much a month for work outdoors and less indoors, in some summer months; who
goes in and out or works at a furnace counts as outdoors. The figures come from a web page without
a date, their decree was not found, so no result is confirmed. How parts of a month count and
whether drinks may stand for the money is not verified either.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from actions.calculators.amounts import plain, yuan
from actions.calculators.calculator import Computation, Lines
from actions.calculators.fields import Field, Kind, Values
from actions.calculators.texts import CalculatorTexts, calculator_texts
from knowledge_base.parameters import parameters


@dataclass(frozen=True)
class Season:
    """Months of a year, both included."""

    first: int
    last: int

    @property
    def months(self) -> int:
        return self.last - self.first + 1

    def overlap(self, other: "Season") -> int:
        """Return how many months lie in both."""
        return max(min(self.last, other.last) - max(self.first, other.first) + 1, 0)


@dataclass(frozen=True)
class HeatAllowance:
    """The allowance of one summer."""

    months: int
    """Those that count."""
    amount: Decimal
    """Yuan."""


def heat_allowance(worked: int, a_month: Decimal, season: Season) -> HeatAllowance:
    """Return the allowance for ``worked`` whole months at ``a_month`` yuan.

    More months than the season has count as the whole season.
    """
    months = min(max(worked, 0), season.months)
    return HeatAllowance(months, months * a_month)


class HeatCalculator:
    """Asks for the place and the months.

    Used only if told: ``season`` (which months, instead of how many), ``paid`` and
    ``paid_per_month`` (leave the difference).
    """

    name = "heat"
    fields = (
        Field("place", Kind.CHOICE),
        Field("months", Kind.SPAN, at_most=Decimal(12)),
        Field("season", Kind.CHOICE),
        Field("paid_per_month", Kind.MONEY, at_most=Decimal(10_000)),
        Field("paid", Kind.MONEY, at_most=Decimal(100_000)),
    )

    @property
    def texts(self) -> CalculatorTexts:
        return calculator_texts(self.name)

    def missing(self, values: Values) -> str | None:
        if "place" not in values:
            return "place"
        return None if "months" in values or "season" in values else "months"

    def contradiction(self, values: Values) -> str | None:
        if "months" not in values or "season" not in values:
            return None
        told, season = values.span("months").whole_months, _season(values)
        # Days alone are days off, or parts of a month.
        if told in (0, season.months):
            return None
        return self.texts.line("two_times", first=season.first, last=season.last, months=told)

    def compute(self, values: Values, on: date) -> Computation:
        place = values.choice("place")
        register = parameters()
        rate = register.on(f"heat_allowance.zhejiang.{place}", on)
        first = register.on("heat_allowance.zhejiang.first_month", on)
        last = register.on("heat_allowance.zhejiang.last_month", on)
        season = Season(int(first.value), int(last.value))
        worked = _worked(values, season)
        allowance = heat_allowance(worked, rate.value, season)
        steps, notes = Lines(self.texts), Lines(self.texts)
        where = self.texts.fields["place"].options[place].title
        steps.add("rate", place=where, rate=rate.text, first=season.first, last=season.last)
        if allowance.months:
            steps.add(
                "amount",
                rate=plain(rate.value),
                months=allowance.months,
                amount=yuan(allowance.amount),
            )
        confirmed = rate.confirmed and first.confirmed and last.confirmed
        if not confirmed:
            notes.add("unconfirmed")
        if worked > season.months:
            notes.add("season_only", first=season.first, last=season.last)
        if place == "indoor":
            notes.add("in_and_out")
        notes.add("parts_of_months")
        notes.add("drinks")
        notes.add("minimum_wage")
        notes.add("way")
        return Computation(
            self._headline(values, allowance, season),
            steps.all(),
            notes.all(),
            confirmed=confirmed,
        )

    def _headline(self, values: Values, allowance: HeatAllowance, season: Season) -> str:
        if not allowance.months:
            return self.texts.line("no_whole_month", first=season.first, last=season.last)
        headline = self.texts.line(
            "headline", months=allowance.months, amount=yuan(allowance.amount)
        )
        paid = _paid(values, allowance.months)
        if paid is None:
            return headline
        short = max(allowance.amount - paid, Decimal(0))
        return headline + self.texts.line(
            "short" if short else "enough", paid=yuan(paid), short=yuan(short)
        )


def _season(values: Values) -> Season:
    """Read the months that the worker named; the codes of the options read like 6-9."""
    first, last = values.choice("season").split("-")
    return Season(int(first), int(last))


def _worked(values: Values, season: Season) -> int:
    if "season" in values:
        return season.overlap(_season(values))
    return values.span("months").whole_months


def _paid(values: Values, months: int) -> Decimal | None:
    if "paid" in values:
        return values.decimal("paid")
    if "paid_per_month" in values:
        return values.decimal("paid_per_month") * months
    return None

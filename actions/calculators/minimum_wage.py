"""Whether pay is below the minimum wage.

《劳动法》第四十八条 and 《劳动合同法》第八十五条 (facts ZD01 to ZD05). Compared is the gross pay of
a month of full attendance without overtime pay, allowances for night shifts and heat, and
statutory benefits; part-time work (《劳动合同法》第六十八条, HT19) has an hourly minimum. While the
figure of Hangzhou itself is not confirmed, a verdict is given only where it is the same for every
tier of the province.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from actions.calculators.amounts import plain, yuan
from actions.calculators.calculator import Computation, Lines
from actions.calculators.fields import Field, Kind, Values
from actions.calculators.texts import CalculatorTexts, calculator_texts
from knowledge_base.parameters import ParameterError, parameters

PENALTY_LEAST: Final = Decimal("0.5")
PENALTY_MOST: Final = Decimal(1)
"""Of the shortfall, on top of it, if it is not paid by an ordered date (ZD04)."""

_TIERS: Final = ("tier1", "tier2", "tier3")


class Period(StrEnum):
    """What a minimum is set for."""

    MONTHLY = "monthly"
    HOURLY = "hourly"


class Verdict(StrEnum):
    """How pay stands to the minimum."""

    BELOW = "below"
    NOT_BELOW = "not_below"
    UNSURE = "unsure"
    """It depends on the figure of the place, which is not confirmed."""


@dataclass(frozen=True)
class Standard:
    """The minimum of a place, in yuan; confirmed, or known to lie between two tiers."""

    lowest: Decimal
    highest: Decimal
    local: Decimal
    """The figure of Hangzhou, expected or confirmed."""

    @property
    def confirmed(self) -> bool:
        return self.lowest == self.highest


@dataclass(frozen=True)
class MinimumWageCheck:
    """A verdict and the gaps in yuan, zero where there is none."""

    verdict: Verdict
    certain_gap: Decimal
    """To the least that the minimum may be."""
    local_gap: Decimal
    """To the figure of Hangzhou."""


def minimum_wage_standard(period: Period, day: date) -> Standard:
    """Return the minimum of Hangzhou on a day.

    Raises:
        ParameterError: the register has no figures for the day.
    """
    register = parameters()
    local = register.on(f"minimum_wage.hangzhou.{period}", day)
    if local.confirmed:
        return Standard(local.value, local.value, local.value)
    tiers = [register.value(f"minimum_wage.zhejiang.{period}.{tier}", on=day) for tier in _TIERS]
    return Standard(min(tiers), max(tiers), local.value)


def check_minimum_wage(pay: Decimal, standard: Standard) -> MinimumWageCheck:
    """Compare ``pay``, in yuan for the period of the standard and without what is left out."""
    if pay < standard.lowest:
        verdict = Verdict.BELOW
    elif pay >= standard.highest:
        verdict = Verdict.NOT_BELOW
    else:
        verdict = Verdict.UNSURE
    return MinimumWageCheck(
        verdict,
        max(standard.lowest - pay, Decimal(0)),
        max(standard.local - pay, Decimal(0)),
    )


class MinimumWageCalculator:
    """Asks what was paid, what the figure is, whether the month was worked in full, and what is
    in it that does not count.

    Used only if told: ``hourly_pay``, ``deducted`` (what net pay lacks to the gross pay),
    ``month`` (which time is meant). ``schedule``, ``gross_pay`` and ``extras`` are asked for
    where they matter.
    """

    name = "minimum_wage"
    fields = (
        Field("gross_pay", Kind.MONEY, at_least=Decimal(1), at_most=Decimal(1_000_000)),
        Field("monthly_pay", Kind.MONEY, at_least=Decimal(1), at_most=Decimal(1_000_000)),
        Field("hourly_pay", Kind.MONEY, at_least=Decimal(1), at_most=Decimal(10_000)),
        Field("pay_kind", Kind.CHOICE),
        Field("schedule", Kind.CHOICE),
        Field("full_attendance", Kind.CHOICE),
        Field("includes_extras", Kind.CHOICE),
        Field("extras", Kind.MONEY, at_most=Decimal(1_000_000)),
        Field("deducted", Kind.MONEY, at_most=Decimal(1_000_000)),
        Field("month", Kind.DATE),
    )

    @property
    def texts(self) -> CalculatorTexts:
        return calculator_texts(self.name)

    def missing(self, values: Values) -> str | None:
        if _is_part_time(values):
            return None if "hourly_pay" in values else "hourly_pay"
        if values.get("full_attendance") == "no":
            return None
        if "gross_pay" not in values:
            if "monthly_pay" not in values:
                asked = "hourly_pay" in values and "schedule" not in values
                return "schedule" if asked else "monthly_pay"
            if "pay_kind" not in values:
                return "pay_kind"
        if "full_attendance" not in values:
            return "full_attendance"
        if _gross(values) is None:
            return "gross_pay"
        return _missing_extras(values)

    def contradiction(self, values: Values) -> str | None:
        gross = _gross(values)
        if gross is None:
            return None
        if "monthly_pay" in values and values.get("pay_kind") in ("net", "base"):
            pay = values.decimal("monthly_pay")
            if gross < pay:
                return self.texts.line("gross_too_low", gross=plain(gross), pay=plain(pay))
        if _extras(values) > gross:
            return self.texts.line(
                "extras_too_high", extras=plain(_extras(values)), gross=plain(gross)
            )
        return None

    def compute(self, values: Values, on: date) -> Computation:
        part_time = _is_part_time(values)
        if not part_time and values.choice("full_attendance") == "no":
            return self._undecided("absent")
        day = min(values.day("month"), on) if "month" in values else on
        period = Period.HOURLY if part_time else Period.MONTHLY
        try:
            standard = minimum_wage_standard(period, day)
        except ParameterError:
            return self._undecided("no_standard", year=day.year)
        steps = Lines(self.texts)
        pay = values.decimal("hourly_pay") if part_time else self._comparable(values, steps)
        check = check_minimum_wage(pay, standard)
        unit = self.texts.line(f"unit_{period}")
        self._add_standard(steps, standard, check, unit, day)
        scope = "city" if standard.confirmed else "province"
        headline = self.texts.line(
            "unsure" if check.verdict is Verdict.UNSURE else f"{check.verdict}_{scope}",
            pay=yuan(pay),
            unit=unit,
            lowest=plain(standard.lowest),
            highest=plain(standard.highest),
            gap=yuan(check.certain_gap),
            year=day.year,
        )
        return Computation(
            headline,
            steps.all(),
            self._notes(check, part_time, unit),
            confirmed=check.verdict is not Verdict.UNSURE,
            articles=() if check.verdict is Verdict.NOT_BELOW else ("minimum-wage-below",),
        )

    def _undecided(self, headline: str, **figures: object) -> Computation:
        notes = (self.texts.line("way"), self.texts.line("everyone"))
        return Computation(self.texts.line(headline, **figures), notes=notes)

    def _comparable(self, values: Values, steps: Lines) -> Decimal:
        """Return the monthly pay that counts, in yuan, and show how it comes about."""
        gross = _gross(values)
        if gross is None:
            raise KeyError("gross_pay")
        if "gross_pay" not in values and values.get("pay_kind") == "net":
            steps.add(
                "from_net",
                net=plain(values.decimal("monthly_pay")),
                deducted=plain(values.decimal("deducted")),
                gross=yuan(gross),
            )
        extras = _extras(values)
        if extras:
            steps.add(
                "without_extras", gross=plain(gross), extras=plain(extras), pay=yuan(gross - extras)
            )
        return gross - extras

    def _add_standard(
        self, steps: Lines, standard: Standard, check: MinimumWageCheck, unit: str, day: date
    ) -> None:
        if standard.confirmed:
            steps.add("city_standard", year=day.year, local=plain(standard.local), unit=unit)
            return
        steps.add(
            "province_standard",
            lowest=plain(standard.lowest),
            highest=plain(standard.highest),
            unit=unit,
        )
        if check.local_gap:
            steps.add(
                "expected",
                year=day.year,
                local=plain(standard.local),
                unit=unit,
                gap=yuan(check.local_gap),
            )

    def _notes(self, check: MinimumWageCheck, part_time: bool, unit: str) -> tuple[str, ...]:
        notes = Lines(self.texts)
        if check.verdict is Verdict.BELOW:
            notes.add(
                "make_up",
                gap=yuan(check.certain_gap),
                least=yuan(PENALTY_LEAST * check.certain_gap),
                most=yuan(PENALTY_MOST * check.certain_gap),
                unit=unit,
            )
        if check.verdict is Verdict.UNSURE:
            notes.add("way")
        notes.add("part_time" if part_time else "counted")
        notes.add("place")
        if check.verdict is not Verdict.NOT_BELOW:
            notes.add("everyone")
        return notes.all()


def _is_part_time(values: Values) -> bool:
    return values.get("schedule") == "part_time"


def _gross(values: Values) -> Decimal | None:
    """Return the gross pay of the month, if it follows from what is told."""
    if "gross_pay" in values:
        return values.decimal("gross_pay")
    if "monthly_pay" not in values:
        return None
    match values.get("pay_kind"):
        case "gross":
            return values.decimal("monthly_pay")
        case "net" if "deducted" in values:
            return values.decimal("monthly_pay") + values.decimal("deducted")
    return None


def _missing_extras(values: Values) -> str | None:
    if "extras" in values:
        return None
    if "includes_extras" not in values:
        return "includes_extras"
    return "extras" if values.choice("includes_extras") == "yes" else None


def _extras(values: Values) -> Decimal:
    """Return what is in the pay and does not count."""
    if "extras" not in values or values.get("includes_extras") == "no":
        return Decimal(0)
    return values.decimal("extras")

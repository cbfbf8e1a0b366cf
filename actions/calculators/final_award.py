"""Whether an arbitration award is final for the employer.

《劳动争议调解仲裁法》第四十七条 with 最高法劳动争议解释（一）第十九条 (fact ZY09): a claim for pay,
medical costs of a work injury, compensation or damages of at most twelve months of the local
minimum wage, each claim by itself, and disputes over the national standards of working time,
leave and social insurance. 《浙江省劳动人事争议调解仲裁条例》第三十七条 (ZY10) adds unpaid
contributions and work injury benefits. What follows from it: 第四十八条至第五十条 (ZY11).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from actions.calculators.amounts import plain
from actions.calculators.calculator import Computation, Lines
from actions.calculators.fields import Field, Kind, Values
from actions.calculators.texts import CalculatorTexts, calculator_texts
from knowledge_base.parameters import ParameterValue, parameters

LIMIT = "final_award.limit.hangzhou"
MONTHS = 12


class Standing(StrEnum):
    """How a claim stands to limits of which one holds, but it is not known which."""

    WITHIN = "within"
    OVER = "over"
    UNCERTAIN = "uncertain"


def standing(claim: Decimal, limits: Iterable[Decimal]) -> Standing:
    """Compare one claim with every limit that may hold, all in yuan; a limit itself is within."""
    within = {claim <= limit for limit in limits}
    if len(within) > 1:
        return Standing.UNCERTAIN
    return Standing.WITHIN if True in within else Standing.OVER


def limits_on(day: date) -> tuple[ParameterValue, ...]:
    """Return the limits that may hold on a day, the latest first.

    One, where it is confirmed; otherwise also its forerunners, back to one that was confirmed.

    Raises:
        knowledge_base.parameters.ParameterError: the register has no limit for the day.
    """
    limits = [parameters().on(LIMIT, day)]
    while not limits[-1].confirmed and (since := limits[-1].effective_from):
        limits.append(parameters().on(LIMIT, since - timedelta(days=1)))
    return tuple(limits)


class FinalAwardCalculator:
    """Asks for the amount of one claim, which is taken for pay or compensation unless told."""

    name = "final_award"
    fields = (
        Field("amount", Kind.MONEY, at_least=Decimal(1), at_most=Decimal(100_000_000)),
        Field("claim", Kind.CHOICE),
    )

    @property
    def texts(self) -> CalculatorTexts:
        return calculator_texts(self.name)

    def missing(self, values: Values) -> str | None:
        return "amount" if "amount" not in values and _claim(values) == "pay" else None

    def contradiction(self, values: Values) -> str | None:
        return None

    def compute(self, values: Values, on: date) -> Computation:
        match _claim(values):
            case "standards":
                return self._without_amount("standards", "final", "standards_in_zhejiang")
            case "other":
                return self._without_amount("other", "not_final")
        amount = values.decimal("amount")
        limits = limits_on(on)
        result = standing(amount, (limit.value for limit in limits))
        steps, notes = Lines(self.texts), Lines(self.texts)
        for limit in limits:
            self._add_limit(steps, limit, on)
        if result is Standing.UNCERTAIN:
            steps.add("why_uncertain")
        else:
            steps.add("final" if result is Standing.WITHIN else "not_final")
        if "claim" not in values:
            notes.add("taken_for_pay")
        if result is not Standing.WITHIN:
            notes.add("amount_awarded")
        notes.add("one_by_one")
        notes.add("mixed")
        return Computation(
            self.texts.line(result, amount=plain(amount)),
            steps.all(),
            notes.all(),
            confirmed=result is not Standing.UNCERTAIN,
            articles=("final-award-amount-limit",),
        )

    def _add_limit(self, steps: Lines, limit: ParameterValue, on: date) -> None:
        minimum, line = plain(limit.value / MONTHS), plain(limit.value)
        if not limit.confirmed:
            steps.add("limit_unconfirmed", year=on.year, minimum=minimum, limit=line)
        elif limit.effective_to is not None and limit.effective_to < on:
            year = limit.effective_to.year
            steps.add("limit_until", year=year, minimum=minimum, limit=line)
        else:
            steps.add("limit", minimum=minimum, limit=line)

    def _without_amount(self, headline: str, *steps: str) -> Computation:
        lines = Lines(self.texts)
        for step in steps:
            lines.add(step)
        return Computation(
            self.texts.line(headline), lines.all(), notes=(self.texts.line("mixed"),)
        )


def _claim(values: Values) -> str:
    return values.choice("claim") if "claim" in values else "pay"

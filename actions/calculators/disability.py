"""Benefits of a work injury by its disability grade.

One-time disability grant: 《工伤保险条例》第三十五条至第三十七条 (fact GS12); monthly allowance:
第三十五条、第三十六条 (GS23); grants on leaving: 《浙江省工伤保险条例》第二十七条 (GS13).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from actions.calculators.amounts import plain, yuan
from actions.calculators.calculator import Computation, Lines
from actions.calculators.fields import Field, Kind, Values
from actions.calculators.texts import CalculatorTexts, calculator_texts

GRANT_MONTHS = (27, 25, 23, 21, 18, 16, 13, 11, 9, 7)
"""Months of the own wage, grades 1 to 10."""

ALLOWANCE_PERCENT = (90, 85, 80, 75, 70, 60)
"""Percent of the own wage each month, grades 1 to 6."""

LEAVING_MONTHS = {5: 30, 6: 25, 7: 10, 8: 7, 9: 4, 10: 2}
"""Months of the province's average wage, for each of the two grants, by grade."""

LAST_GRADE_OFF_THE_POST = 4
"""Up to it the worker keeps the contract, but leaves the post."""

LAST_GRADE_OF_SUITABLE_WORK = 6
"""Up to it only the worker may end the contract."""


@dataclass(frozen=True)
class Disability:
    """What belongs to a grade. None: there is no such benefit."""

    grant_months: int
    allowance_percent: int | None
    leaving_months: int | None
    """For the medical grant and again for the employment grant."""


def disability(grade: int) -> Disability:
    """Return the benefits of a disability grade from 1 (gravest) to 10.

    Raises:
        ValueError: there is no such grade.
    """
    if not 1 <= grade <= len(GRANT_MONTHS):
        raise ValueError(f"no disability grade {grade}")
    return Disability(
        GRANT_MONTHS[grade - 1],
        ALLOWANCE_PERCENT[grade - 1] if grade <= len(ALLOWANCE_PERCENT) else None,
        LEAVING_MONTHS.get(grade),
    )


class DisabilityCalculator:
    """Asks for the grade; the own wage turns months into yuan if it is told.

    The grants on leaving stay in months: the province's average wage is not in the register.
    For that reason no sum of all benefits is named.
    """

    name = "disability"
    fields = (
        Field("grade", Kind.GRADE, at_least=Decimal(1), at_most=Decimal(10), lasting=True),
        Field("own_wage", Kind.MONEY, at_least=Decimal(1), at_most=Decimal(1_000_000)),
    )

    @property
    def texts(self) -> CalculatorTexts:
        return calculator_texts(self.name)

    def missing(self, values: Values) -> str | None:
        return None if "grade" in values else "grade"

    def contradiction(self, values: Values) -> str | None:
        return None

    def compute(self, values: Values, on: date) -> Computation:
        grade = int(values.decimal("grade"))
        wage = values.decimal("own_wage") if "own_wage" in values else None
        benefits = disability(grade)
        months = benefits.grant_months
        steps, notes = Lines(self.texts), Lines(self.texts)
        articles: list[str] = []
        if wage is None:
            headline = self.texts.line("months", grade=grade, months=months)
            notes.add("tell_wage")
        else:
            grant = yuan(wage * months)
            headline = self.texts.line("amount", grade=grade, months=months, grant=grant)
            steps.add("grant", wage=plain(wage), months=months, grant=grant)
        if benefits.allowance_percent is not None:
            self._add_allowance(grade, benefits.allowance_percent, wage, steps)
            notes.add("not_below_minimum_wage")
            articles.append("injury-monthly-allowance")
        if benefits.leaving_months is not None:
            self._add_leaving(grade, benefits.leaving_months, steps, notes)
            articles.append("injury-leaving-grants-zhejiang")
        notes.add("own_wage")
        notes.add("payer")
        notes.add("do_not_sign")
        return Computation(headline, steps.all(), notes.all(), articles=tuple(articles))

    def _add_allowance(self, grade: int, percent: int, wage: Decimal | None, steps: Lines) -> None:
        retired = grade <= LAST_GRADE_OFF_THE_POST
        steps.add("allowance_retired" if retired else "allowance_no_work", percent=percent)
        if wage is not None:
            steps.add(
                "allowance_amount",
                wage=plain(wage),
                percent=percent,
                allowance=yuan(wage * percent / 100),
            )

    def _add_leaving(self, grade: int, months: int, steps: Lines, notes: Lines) -> None:
        own_request = grade <= LAST_GRADE_OF_SUITABLE_WORK
        steps.add("leaving_own_request" if own_request else "leaving", months=months)
        notes.add("average_wage")
        notes.add("near_retirement")

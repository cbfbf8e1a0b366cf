"""Lengths of the leaves around a birth.

《女职工劳动保护特别规定》第七条 (facts NV01, NV03) and
《浙江省人口与计划生育条例》第二十二条 (NV02, NV04). All lengths are natural days.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from actions.calculators.fields import Span
from actions.calculators.periods import last_day_of_leave, years_later
from knowledge_base.parameters import parameters

MISCARRIAGE_DAYS = Decimal(15)
MISCARRIAGE_DAYS_FROM_FOURTH_MONTH = Decimal(42)
MONTHS_FOR_LONG_MISCARRIAGE_LEAVE = 4
DAYS_OF_MONTH = 30
"""To compare a pregnancy told in weeks; the hospital's certificate decides."""

CHILDCARE_YEARS = 3

EXTENSION = {
    "first": "maternity_leave.zhejiang.first_child_extension",
    "later": "maternity_leave.zhejiang.later_child_extension",
}
"""Keys of the register, by which child it is."""


@dataclass(frozen=True)
class BirthLeave:
    """The parts of a maternity leave, in natural days."""

    national: Decimal
    extension: Decimal
    for_difficult_birth: Decimal
    for_further_babies: Decimal

    @property
    def total(self) -> Decimal:
        """All parts together."""
        return self.national + self.extension + self.for_difficult_birth + self.for_further_babies


def birth_leave(child: str, *, difficult: bool, babies: int, on: date) -> BirthLeave:
    """Return the leave for a birth by the rules of a day.

    ``child`` is a key of ``EXTENSION``; ``babies`` is how many were born, at least one.

    Raises:
        ParameterError: the register has no figures for that day.
    """
    figure = parameters().value
    difficult_birth = figure("maternity_leave.difficult_birth", on=on)
    return BirthLeave(
        national=figure("maternity_leave.national", on=on),
        extension=figure(EXTENSION[child], on=on),
        for_difficult_birth=difficult_birth if difficult else Decimal(0),
        for_further_babies=figure("maternity_leave.further_child", on=on) * (babies - 1),
    )


@dataclass(frozen=True)
class Stretch:
    """The first and the last day of a leave."""

    first: date
    last: date


def stretch(first: date, days: Decimal) -> Stretch:
    """Return a leave of natural days from its first day."""
    return Stretch(first, last_day_of_leave(first, days))


def earliest_start(due: date) -> date:
    """Return the first day before a birth on which the leave may begin.

    Raises:
        ParameterError: the register has no figure for that day.
    """
    days = parameters().value("maternity_leave.before_birth", on=due)
    return due - timedelta(days=int(days))


def miscarriage_leave(pregnant_for: Span) -> Decimal:
    """Return the days of leave after a miscarriage, by how long the pregnancy lasted."""
    lasted = pregnant_for.whole_months * DAYS_OF_MONTH + pregnant_for.days
    if lasted < MONTHS_FOR_LONG_MISCARRIAGE_LEAVE * DAYS_OF_MONTH:
        return MISCARRIAGE_DAYS
    return MISCARRIAGE_DAYS_FROM_FOURTH_MONTH


def third_birthday(born: date) -> date:
    """Return the day until which both parents have childcare leave each year."""
    return years_later(born, CHILDCARE_YEARS)

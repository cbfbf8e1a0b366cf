"""What overtime is paid: the arithmetic alone.

《劳动法》第四十四条 and 《工资支付暂行规定》第十三条 (facts JB01, JB06, JB07): not less than 150 %
of the wage on a working day, 200 % on a rest day without time off in lieu, 300 % on a statutory
holiday; piece work beyond the norm at the same rates of its unit price. A day's wage is the
monthly wage by 21.75, an hour's wage an eighth of that (JB05). Of a long holiday only the days of
《全国年节及纪念日放假办法》第二条 are statutory (JB04).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from actions.calculators.amounts import to_cents

HOURS_PER_DAY: Final = Decimal(8)
"""《国务院关于职工工作时间的规定》第三条 (JB02)."""
HOURS_PER_MONTH_AT_MOST: Final = Decimal(36)
"""Overtime, 《劳动法》第四十一条 (JB03)."""
HOURS_PER_WORKDAY_AT_MOST: Final = Decimal(3)
"""Overtime, 《劳动法》第四十一条 (JB03)."""


class DayType(StrEnum):
    """The day on which overtime is worked, which decides the rate."""

    WORKDAY = "workday"
    REST_DAY = "rest_day"
    HOLIDAY = "holiday"


class Unit(StrEnum):
    """What a wage is agreed for, or work is counted in (not in months)."""

    MONTH = "month"
    DAY = "day"
    HOUR = "hour"
    PIECE = "piece"


RATES: Final = {
    DayType.WORKDAY: Decimal("1.5"),
    DayType.REST_DAY: Decimal(2),
    DayType.HOLIDAY: Decimal(3),
}


@dataclass(frozen=True)
class Wage:
    """An agreed wage in yuan; for piece work the unit price."""

    amount: Decimal
    per: Unit


@dataclass(frozen=True)
class Overtime:
    """Work of one rate, in days, hours or pieces."""

    day_type: DayType
    quantity: Decimal
    unit: Unit


@dataclass(frozen=True)
class OvertimePay:
    """The least that is owed, in yuan: each part rounded to the cent, and their sum."""

    parts: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        return sum(self.parts, Decimal(0))


def overtime_pay(wage: Wage, work: Iterable[Overtime], paid_days: Decimal) -> OvertimePay:
    """Return the least pay for overtime. ``paid_days`` are the paid days of a month (21.75).

    Pieces are paid by the piece, time by a wage for a time.
    """
    return OvertimePay(
        tuple(
            to_cents(base_of(wage, each.unit, paid_days, each.quantity) * RATES[each.day_type])
            for each in work
        )
    )


def base_of(wage: Wage, unit: Unit, paid_days: Decimal, quantity: Decimal = Decimal(1)) -> Decimal:
    """Return the wage for some units of work, without the rate."""
    # Multiplied first and divided last, so that no cent is lost on the way.
    return wage.amount * quantity * _size(unit, paid_days) / _size(wage.per, paid_days)


def _size(unit: Unit, paid_days: Decimal) -> Decimal:
    """Return the hours of a unit of time; a piece counts as one."""
    match unit:
        case Unit.MONTH:
            return paid_days * HOURS_PER_DAY
        case Unit.DAY:
            return HOURS_PER_DAY
        case Unit.HOUR | Unit.PIECE:
            return Decimal(1)


def split_long_holiday(work: Overtime, days: Decimal, statutory: Decimal) -> tuple[Overtime, ...]:
    """Divide work on ``days`` of a long holiday into statutory holidays and rest days."""
    if days <= statutory:
        return (work,)
    on_holidays = work.quantity * statutory / days
    return (
        Overtime(DayType.HOLIDAY, on_holidays, work.unit),
        Overtime(DayType.REST_DAY, work.quantity - on_holidays, work.unit),
    )

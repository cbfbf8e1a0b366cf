"""Overtime pay.

《劳动法》第四十四条 and 《工资支付暂行规定》第十三条 (facts JB01, JB06, JB07): not less than 150 %
of the wage on a working day, 200 % on a rest day without time off in lieu, 300 % on a statutory
holiday; piece work beyond the norm at the same rates of its unit price. A day's wage is the
monthly wage by 21.75, an hour's wage an eighth of that (JB05). Of a long holiday only the days of
《全国年节及纪念日放假办法》第二条 are statutory (JB04). What is paid for work on the half-day
holidays of women and young people is not verified (JB14) and never worked out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from actions.calculators.amounts import plain, to_cents, yuan
from actions.calculators.calculator import Computation, Lines
from actions.calculators.fields import Field, Kind, Values
from actions.calculators.texts import CalculatorTexts, calculator_texts
from knowledge_base.parameters import parameters

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
            to_cents(_base(wage, each.unit, paid_days, each.quantity) * RATES[each.day_type])
            for each in work
        )
    )


def _base(wage: Wage, unit: Unit, paid_days: Decimal, quantity: Decimal = Decimal(1)) -> Decimal:
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


_HALF_DAY: Final = "half_day"
_WAGES: Final = {
    "monthly_wage": Unit.MONTH,
    "daily_wage": Unit.DAY,
    "hourly_wage": Unit.HOUR,
}
_ARTICLES: Final = {
    DayType.WORKDAY: "overtime-limits",
    DayType.REST_DAY: "overtime-time-off",
    DayType.HOLIDAY: "statutory-holiday-overtime",
}


class OvertimeCalculator:
    """Asks for the kind of day, the time or the pieces, and the wage.

    Used only if told: ``festival`` (divides a long holiday), ``one_day`` and ``times`` (instead
    of ``days``), ``hours_per_day`` on a rest day or a holiday, ``daily_wage`` and
    ``hourly_wage`` (instead of the monthly wage), ``pay_form`` (piece work, which asks for
    ``pieces`` and ``piece_price``), ``paid`` (leaves the difference).
    """

    name = "overtime"
    fields = (
        Field("day_type", Kind.CHOICE),
        Field("festival", Kind.CHOICE),
        Field("days", Kind.DAYS, at_least=Decimal("0.25"), at_most=Decimal(3000)),
        Field("one_day", Kind.CHOICE),
        Field("times", Kind.COUNT, at_least=Decimal(1), at_most=Decimal(3000)),
        Field("hours_per_day", Kind.HOURS, at_least=Decimal("0.25"), at_most=Decimal(24)),
        Field("hours", Kind.HOURS, at_least=Decimal("0.25"), at_most=Decimal(10_000)),
        Field(
            "monthly_wage",
            Kind.MONEY,
            at_least=Decimal(100),
            at_most=Decimal(1_000_000),
            lasting=True,
        ),
        Field("daily_wage", Kind.MONEY, at_least=Decimal(1), at_most=Decimal(5000)),
        Field("hourly_wage", Kind.MONEY, at_least=Decimal(1), at_most=Decimal(1000)),
        Field("pay_form", Kind.CHOICE),
        Field("piece_price", Kind.MONEY, at_least=Decimal("0.001"), at_most=Decimal(100_000)),
        Field("pieces", Kind.COUNT, at_least=Decimal(1), at_most=Decimal(1_000_000)),
        Field("paid", Kind.MONEY, at_most=Decimal(1_000_000)),
    )

    @property
    def texts(self) -> CalculatorTexts:
        return calculator_texts(self.name)

    def missing(self, values: Values) -> str | None:
        if _is_half_day(values):
            return None
        day_type = _day_type(values)
        if day_type is None:
            return "day_type"
        if _by_the_piece(values):
            return next((name for name in ("pieces", "piece_price") if name not in values), None)
        time = _missing_time(values, day_type)
        if time is None and not values.keys() & _WAGES:
            return "monthly_wage"
        return time

    def contradiction(self, values: Values) -> str | None:
        days = _days(values)
        if days is None or "hours" not in values or values.decimal("hours") <= 24 * days:
            return None
        hours = values.decimal("hours")
        return self.texts.line("too_many_hours", hours=plain(hours), days=plain(days))

    def compute(self, values: Values, on: date) -> Computation:
        day_type = _day_type(values)
        if day_type is None:
            return Computation(
                self.texts.line("half_day_headline"),
                notes=(self.texts.line("half_day_way"),),
                confirmed=False,
                articles=("half-day-holidays-at-work",),
            )
        paid_days = parameters().value("working_time.paid_days_per_month", on=on)
        wage = _wage(values)
        work = _work(values, day_type, on)
        pay = overtime_pay(wage, work, paid_days)
        article = "overtime-piece-rate" if wage.per is Unit.PIECE else _ARTICLES[day_type]
        return Computation(
            self._headline(values, day_type, pay.total),
            self._steps(values, wage, work, pay, paid_days),
            self._notes(values, day_type, work, on),
            articles=(article,),
        )

    def _headline(self, values: Values, day_type: DayType, total: Decimal) -> str:
        line = "headline_rest_day" if day_type is DayType.REST_DAY else "headline"
        headline = self.texts.line(line, total=yuan(total))
        if "paid" not in values:
            return headline
        paid = values.decimal("paid")
        short = max(total - paid, Decimal(0))
        return headline + self.texts.line(
            "short" if short else "enough", paid=yuan(paid), short=yuan(short)
        )

    def _steps(
        self,
        values: Values,
        wage: Wage,
        work: tuple[Overtime, ...],
        pay: OvertimePay,
        paid_days: Decimal,
    ) -> tuple[str, ...]:
        steps = Lines(self.texts)
        day_type, unit = work[0].day_type, work[0].unit
        told = values.decimal("hours_per_day") if "hours_per_day" in values else Decimal(0)
        if day_type is DayType.WORKDAY and "hours" not in values and told > HOURS_PER_DAY:
            steps.add("shift", told=plain(told), overtime=plain(told - HOURS_PER_DAY))
        formula = self.texts.line(
            f"{wage.per}_to_{unit}",
            wage=plain(wage.amount),
            paid_days=plain(paid_days),
            hours=plain(HOURS_PER_DAY),
        )
        if wage.per is not unit:
            steps.add(f"one_{unit}", formula=formula, base=yuan(_base(wage, unit, paid_days)))
        for each, amount in zip(work, pay.parts, strict=True):
            steps.add(
                "part",
                kind=self.texts.fields["day_type"].options[each.day_type].title,
                formula=formula,
                quantity=self.texts.line(f"in_{unit}", count=yuan(each.quantity)),
                percent=plain(100 * RATES[each.day_type]),
                amount=yuan(amount),
            )
        if len(work) > 1:
            steps.add("sum", total=yuan(pay.total))
        return steps.all()

    def _notes(
        self, values: Values, day_type: DayType, work: tuple[Overtime, ...], on: date
    ) -> tuple[str, ...]:
        notes = Lines(self.texts)
        if any(each.day_type is DayType.REST_DAY for each in work):
            notes.add("time_off")
        if day_type is DayType.HOLIDAY:
            notes.add("no_time_off")
            self._add_holiday_days(notes, values, on)
        unit = work[0].unit
        if unit is Unit.PIECE:
            notes.add("pieces")
            return (*notes.all(), self.texts.line("special"), self.texts.line("evidence"))
        if unit is Unit.DAY:
            notes.add("eight_hours", hours=plain(HOURS_PER_DAY))
        counted = [each.quantity for each in work if each.day_type is not DayType.HOLIDAY]
        hours = sum(counted, Decimal(0)) * (HOURS_PER_DAY if unit is Unit.DAY else 1)
        if hours > HOURS_PER_MONTH_AT_MOST:
            notes.add("month_limit", hours=yuan(hours), limit=plain(HOURS_PER_MONTH_AT_MOST))
        a_day = _overtime_per_day(values, day_type)
        if day_type is DayType.WORKDAY and a_day and a_day > HOURS_PER_WORKDAY_AT_MOST:
            notes.add("day_limit", hours=plain(a_day), limit=plain(HOURS_PER_WORKDAY_AT_MOST))
        notes.add("basis")
        notes.add("special")
        notes.add("evidence")
        return notes.all()

    def _add_holiday_days(self, notes: Lines, values: Values, on: date) -> None:
        if "festival" not in values:
            total = parameters().value("public_holidays.total", on=on)
            notes.add("holiday_days", total=plain(total))
            return
        festival = values.choice("festival")
        notes.add(
            "festival_days",
            festival=self.texts.fields["festival"].options[festival].title,
            count=plain(_statutory_days(festival, on)),
        )


def _is_half_day(values: Values) -> bool:
    """Tell whether the worker asks about a half-day holiday and names no other kind of day."""
    asked = values.get("festival") == _HALF_DAY
    return asked and values.get("day_type") in (None, DayType.HOLIDAY)


def _day_type(values: Values) -> DayType | None:
    if _is_half_day(values):
        return None
    if "day_type" in values:
        return DayType(values.choice("day_type"))
    return DayType.HOLIDAY if "festival" in values else None


def _by_the_piece(values: Values) -> bool:
    # Pieces alone say nothing: four Sundays are counted as well.
    return "piece_price" in values or values.get("pay_form") == "piece"


def _days(values: Values) -> Decimal | None:
    """Return on how many days there was overtime, if told in any way."""
    for name in ("days", "times"):
        if name in values:
            return values.decimal(name)
    return Decimal(1) if "one_day" in values else None


def _overtime_per_day(values: Values, day_type: DayType) -> Decimal | None:
    """Return the overtime hours of one day, if told.

    Who names eight hours or more of a working day means the whole shift, not the overtime.
    """
    if "hours_per_day" not in values:
        return None
    told = values.decimal("hours_per_day")
    if day_type is DayType.WORKDAY and told >= HOURS_PER_DAY:
        return told - HOURS_PER_DAY or None
    return told


def _missing_time(values: Values, day_type: DayType) -> str | None:
    days_missing = "days" if _days(values) is None else None
    if "hours" in values:
        # Without the days a long holiday cannot be divided.
        long = day_type is DayType.HOLIDAY and values.decimal("hours") > HOURS_PER_DAY
        return days_missing if long and "festival" in values else None
    if day_type is not DayType.WORKDAY or _overtime_per_day(values, day_type):
        return days_missing
    return "hours" if days_missing or "hours_per_day" in values else "hours_per_day"


def _wage(values: Values) -> Wage:
    """Return the wage to go by: the monthly wage before others, for it is the agreed one."""
    if _by_the_piece(values):
        return Wage(values.decimal("piece_price"), Unit.PIECE)
    name = next(name for name in _WAGES if name in values)
    return Wage(values.decimal(name), _WAGES[name])


def _work(values: Values, day_type: DayType, on: date) -> tuple[Overtime, ...]:
    if _by_the_piece(values):
        return (Overtime(day_type, values.decimal("pieces"), Unit.PIECE),)
    days = _days(values)
    if "hours" in values:
        work = Overtime(day_type, values.decimal("hours"), Unit.HOUR)
    elif days is None:
        raise KeyError("days")
    elif a_day := _overtime_per_day(values, day_type):
        work = Overtime(day_type, a_day * days, Unit.HOUR)
    else:
        work = Overtime(day_type, days, Unit.DAY)
    if day_type is DayType.HOLIDAY and "festival" in values and days is not None:
        return split_long_holiday(work, days, _statutory_days(values.choice("festival"), on))
    return (work,)


def _statutory_days(festival: str, on: date) -> Decimal:
    return parameters().value(f"public_holidays.{festival}", on=on)

"""Overtime pay.

《劳动法》第四十四条 and 《工资支付暂行规定》第十三条 (facts JB01, JB06, JB07): not less than 150 %
of the wage on a working day, 200 % on a rest day without time off in lieu, 300 % on a statutory
holiday; piece work beyond the norm at the same rates of its unit price. A day's wage is the
monthly wage by 21.75, an hour's wage an eighth of that (JB05). Of a long holiday only the days of
《全国年节及纪念日放假办法》第二条 are statutory (JB04). What is paid for work on the half-day
holidays of women and young people is not verified (JB14) and never worked out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from actions.calculators.amounts import plain, to_cents, yuan
from actions.calculators.calculator import Computation, Lines, OwnReading
from actions.calculators.fields import Field, Kind, Value, Values
from actions.calculators.overtime_reading import Worked, by_kind_of_day, is_told_piecewise
from actions.calculators.texts import CalculatorTexts, calculator_texts
from actions.entities import Entity
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


_TIME: Final = ("days", "one_day", "times", "hours_per_day", "hours")
"""Fields of the time of the kind of day in hand."""
_LOOSE_TIME: Final = ("days", "times", "hours_per_day", "hours")
"""Those of them that cannot be a by-word ("that day") in a message about something else."""
_PARTS: Final = {
    DayType.WORKDAY: ("workday_hours",),
    DayType.REST_DAY: ("rest_day_hours", "rest_day_days"),
    DayType.HOLIDAY: ("holiday_hours", "holiday_days"),
}
"""Fields of the time on each kind of day, where there are several."""
_PART_NAMES: Final = frozenset(name for names in _PARTS.values() for name in names)
_PER_DAY: Final = re.compile(r"每|天天|[一两三四五六七八九十几\d]天|各")
_ADDS: Final = re.compile(r"还有|还加|另外|外加|加上|再加|除了|也[有加上]")
_CORRECTS: Final = re.compile(r"不对|不是|错了|说错|应该|改成|更正")


class OvertimeCalculator:
    """Asks for the kind of day, the time or the pieces, and the wage.

    Several kinds of day are paid each at its own rate: ``day_type`` and the time behind it are
    those of the kind in hand, the fields of ``_PARTS`` those of kinds that were told before it
    or together in one message.

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
            alternatives=frozenset({"daily_wage", "hourly_wage"}),
        ),
        Field("daily_wage", Kind.MONEY, at_least=Decimal(1), at_most=Decimal(5000)),
        Field("hourly_wage", Kind.MONEY, at_least=Decimal(1), at_most=Decimal(1000)),
        Field("pay_form", Kind.CHOICE),
        Field("piece_price", Kind.MONEY, at_least=Decimal("0.001"), at_most=Decimal(100_000)),
        Field("pieces", Kind.COUNT, at_least=Decimal(1), at_most=Decimal(1_000_000)),
        Field("paid", Kind.MONEY, at_most=Decimal(1_000_000)),
        Field("workday_hours", Kind.HOURS, Decimal("0.25"), Decimal(10_000), apart=True),
        Field("rest_day_hours", Kind.HOURS, Decimal("0.25"), Decimal(10_000), apart=True),
        Field("rest_day_days", Kind.DAYS, Decimal("0.25"), Decimal(3000), apart=True),
        Field("holiday_hours", Kind.HOURS, Decimal("0.25"), Decimal(10_000), apart=True),
        Field("holiday_days", Kind.DAYS, Decimal("0.25"), Decimal(3000), apart=True),
    )

    @property
    def texts(self) -> CalculatorTexts:
        return calculator_texts(self.name)

    def missing(self, values: Values) -> str | None:
        if _is_half_day(values):
            return None
        day_type = _day_type(values)
        if day_type is None and not _is_told_in_parts(values):
            return "day_type"
        if _by_the_piece(values):
            return next((name for name in ("pieces", "piece_price") if name not in values), None)
        time = None if day_type is None else _missing_time(values, day_type)
        if time is None and _is_undivided(values):
            time = "holiday_days"
        if time is None and not values.keys() & _WAGES:
            return "monthly_wage"
        return time

    def contradiction(self, values: Values) -> str | None:
        days = _days(values)
        if days is None or "hours" not in values or values.decimal("hours") <= 24 * days:
            return None
        hours = values.decimal("hours")
        return self.texts.line("too_many_hours", hours=plain(hours), days=plain(days))

    def read_own(self, text: str, entities: Sequence[Entity], asked: str | None) -> OwnReading:
        options = self.texts.fields["day_type"].options
        kinds = [code for code, option in options.items() if option.says.search(text)]
        worked = by_kind_of_day(text, entities, kinds, asked) if kinds else {}
        if len(kinds) > 1:
            parts = dict(_parts_of(worked))
            # What cannot be told apart is not read at all: it would be paid at a wrong rate.
            return OwnReading(parts, frozenset({"day_type", *_TIME}))
        if is_told_piecewise(text, entities):
            return OwnReading(settled=frozenset(_TIME))
        if not worked or asked == "hours_per_day" or _PER_DAY.search(text):
            return OwnReading()
        if any(each.entity == "count" for each in entities):
            return OwnReading()
        hours = worked[kinds[0]].hours
        return OwnReading({} if hours is None else {"hours": hours})

    def merged(self, known: Values, told: Values, text: str) -> Values:
        if told.keys() & set(_WAGES):
            # Two wages for different times are not one wage: the last one told holds.
            known = _dropping(known, set(_WAGES))
        if told.get("festival") == _HALF_DAY and _kinds(known):
            # The time is that of the half-day holiday, for which there is no rate.
            return Values({**known, **_dropping(told, _TIME)})
        if _is_undivided(known) and set(told) == {"holiday_days"}:
            return Values({**known, **told})
        told_kinds = [kind for kind, names in _PARTS.items() if told.keys() & set(names)]
        if told_kinds and not told.keys() & {"day_type", *_TIME}:
            return Values({**_without(_with_part(known, told_kinds), told_kinds), **told})
        new, old = _day_type(told), _day_type(known)
        if new is None or new == old:
            return Values({**known, **told})
        adds, corrects = bool(_ADDS.search(text)), bool(_CORRECTS.search(text))
        if not told.keys() & set(_TIME):
            return _with_kind_alone(known, told, new, adds=adds, corrects=corrects)
        if corrects and not adds and not _has_parts(known):
            return Values({**_dropping(known, {"festival", *_TIME}), **told})
        return Values({**_without(_with_part(known, [new]), [new]), **told})

    def compute(self, values: Values, on: date) -> Computation:
        if _is_half_day(values):
            return Computation(
                self.texts.line("half_day_headline"),
                notes=(self.texts.line("half_day_way"),),
                confirmed=False,
                articles=("half-day-holidays-at-work",),
            )
        paid_days = parameters().value("working_time.paid_days_per_month", on=on)
        wage = _wage(values)
        work = _work(values, on)
        pay = overtime_pay(wage, work, paid_days)
        kinds = [kind for kind in DayType if kind in _kinds(values)]
        piece_rate = wage.per is Unit.PIECE
        articles = ["overtime-piece-rate"] if piece_rate else [_ARTICLES[kind] for kind in kinds]
        return Computation(
            self._headline(values, kinds, pay.total),
            self._steps(values, wage, work, pay, paid_days),
            self._notes(values, kinds, work, on),
            articles=tuple(articles),
        )

    def _headline(self, values: Values, kinds: Sequence[DayType], total: Decimal) -> str:
        line = "headline_rest_day" if DayType.REST_DAY in kinds else "headline"
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
        told = values.decimal("hours_per_day") if "hours_per_day" in values else Decimal(0)
        is_workday = _day_type(values) is DayType.WORKDAY
        if is_workday and "hours" not in values and told > HOURS_PER_DAY:
            steps.add("shift", told=plain(told), overtime=plain(told - HOURS_PER_DAY))
        formulas = {
            unit: self.texts.line(
                f"{wage.per}_to_{unit}",
                wage=plain(wage.amount),
                paid_days=plain(paid_days),
                hours=plain(HOURS_PER_DAY),
            )
            for unit in dict.fromkeys(each.unit for each in work)
        }
        for unit, formula in formulas.items():
            if wage.per is not unit:
                steps.add(f"one_{unit}", formula=formula, base=yuan(_base(wage, unit, paid_days)))
        for each, amount in zip(work, pay.parts, strict=True):
            steps.add(
                "part",
                kind=self.texts.fields["day_type"].options[each.day_type].title,
                formula=formulas[each.unit],
                quantity=self.texts.line(f"in_{each.unit}", count=yuan(each.quantity)),
                percent=plain(100 * RATES[each.day_type]),
                amount=yuan(amount),
            )
        if len(work) > 1:
            steps.add("sum", total=yuan(pay.total))
        return steps.all()

    def _notes(
        self, values: Values, kinds: Sequence[DayType], work: tuple[Overtime, ...], on: date
    ) -> tuple[str, ...]:
        notes = Lines(self.texts)
        if values.get("festival") == _HALF_DAY:
            notes.add("half_day_headline")
        if any(each.day_type is DayType.REST_DAY for each in work):
            notes.add("time_off")
        if DayType.HOLIDAY in kinds:
            notes.add("no_time_off")
            self._add_holiday_days(notes, values, on)
        units = {each.unit for each in work}
        if Unit.PIECE in units:
            notes.add("pieces")
            return (*notes.all(), self.texts.line("special"), self.texts.line("evidence"))
        if Unit.DAY in units:
            notes.add("eight_hours", hours=plain(HOURS_PER_DAY))
        counted = [
            each.quantity * (HOURS_PER_DAY if each.unit is Unit.DAY else 1)
            for each in work
            if each.day_type is not DayType.HOLIDAY
        ]
        hours = sum(counted, Decimal(0))
        if hours > HOURS_PER_MONTH_AT_MOST:
            notes.add("month_limit", hours=yuan(hours), limit=plain(HOURS_PER_MONTH_AT_MOST))
        in_hand = _day_type(values)
        a_day = _overtime_per_day(values, in_hand) if in_hand is not None else None
        if in_hand is DayType.WORKDAY and a_day and a_day > HOURS_PER_WORKDAY_AT_MOST:
            notes.add("day_limit", hours=plain(a_day), limit=plain(HOURS_PER_WORKDAY_AT_MOST))
        notes.add("basis")
        notes.add("special")
        notes.add("evidence")
        return notes.all()

    def _add_holiday_days(self, notes: Lines, values: Values, on: date) -> None:
        if values.get("festival", _HALF_DAY) == _HALF_DAY:
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
    if values.get("festival") != _HALF_DAY or values.get("day_type") == DayType.HOLIDAY:
        return values.get("festival") == _HALF_DAY
    return "day_type" not in values and not _has_parts(values)


def _day_type(values: Values) -> DayType | None:
    """Return the kind of day in hand."""
    if _is_half_day(values):
        return None
    if "day_type" in values:
        return DayType(values.choice("day_type"))
    # Beside other kinds the festival may be that of a part.
    return DayType.HOLIDAY if "festival" in values and not _has_parts(values) else None


def _has_parts(values: Values) -> bool:
    return bool(values.keys() & _PART_NAMES)


def _is_told_in_parts(values: Values) -> bool:
    """Tell whether all of the time belongs to kinds of day of its own."""
    in_hand = values.keys() & set(_LOOSE_TIME) or _by_the_piece(values)
    return _has_parts(values) and not in_hand


def _kinds(values: Values) -> set[DayType]:
    """Return all kinds of day of a calculation."""
    in_hand = _day_type(values)
    if in_hand is not None and _by_the_piece(values):
        return {in_hand}
    kinds = {kind for kind, names in _PARTS.items() if values.keys() & set(names)}
    return kinds if in_hand is None else kinds | {in_hand}


def _part(values: Values, kind: DayType) -> Overtime | None:
    """Return the time on one of several kinds of day; hours are more exact than days."""
    name = next((name for name in _PARTS[kind] if name in values), None)
    if name is None:
        return None
    return Overtime(kind, values.decimal(name), Unit.HOUR if "hours" in name else Unit.DAY)


def _parts_of(worked: Mapping[str, Worked]) -> Iterator[tuple[str, Value]]:
    """Yield the fields of what was worked on several kinds of day."""
    for kind, each in worked.items():
        if each.hours is not None:
            yield f"{kind}_hours", each.hours
        elif each.days is not None:
            yield f"{kind}_days", each.days


def _dropping(values: Values, names: Iterable[str]) -> Values:
    dropped = set(names)
    return Values({name: value for name, value in values.items() if name not in dropped})


def _without(values: Values, kinds: Iterable[DayType]) -> Values:
    """Return the figures without the parts of some kinds of day."""
    return _dropping(values, {name for kind in kinds for name in _PARTS[kind]})


def _with_part(known: Values, told: Iterable[DayType]) -> Values:
    """Return the figures with the kind of day in hand made a part, so that another can follow.

    It is dropped if its time is not known or is ``told`` anew.
    """
    kind = _day_type(known)
    rest = _dropping(known, {"day_type", *_TIME})
    if kind is None or kind in told or _by_the_piece(known) or _missing_time(known, kind):
        return rest
    work = _in_hand(known, kind)
    parts: dict[str, Value] = {f"{kind}_{work.unit}s": work.quantity}
    if kind is DayType.HOLIDAY and "festival" in known and (days := _days(known)) is not None:
        parts["holiday_days"] = days
    return Values({**rest, **parts})


def _with_kind_alone(
    known: Values, told: Values, new: DayType, *, adds: bool, corrects: bool
) -> Values:
    """Return the figures after a message that names another kind of day without a time."""
    if adds:
        return Values({**_with_part(known, [new]), **told})
    if not _has_parts(known) or known.keys() & set(_LOOSE_TIME):
        return Values({**_without(known, [new]), **told})
    if corrects:
        return Values({**_dropping(known, {"festival", *_PART_NAMES, *_TIME}), **told})
    if _PARTS[new] and known.keys() & set(_PARTS[new]):
        return Values({**known, **_dropping(told, {"day_type"})})
    return Values({**_with_part(known, [new]), **told})


def _is_undivided(values: Values) -> bool:
    """Tell whether hours on a long holiday cannot be divided, because its days are not known."""
    if "holiday_hours" not in values or "holiday_days" in values or "festival" not in values:
        return False
    if _day_type(values) is DayType.HOLIDAY or values.choice("festival") == _HALF_DAY:
        return False
    return values.decimal("holiday_hours") > HOURS_PER_DAY


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


def _work(values: Values, on: date) -> tuple[Overtime, ...]:
    """Return the work of every kind of day, that of a kind and unit in one."""
    kind = _day_type(values)
    if kind is not None and _by_the_piece(values):
        return (Overtime(kind, values.decimal("pieces"), Unit.PIECE),)
    work: dict[tuple[DayType, Unit], Decimal] = {}
    for each in _all_work(values, kind, on):
        key = each.day_type, each.unit
        work[key] = work.get(key, Decimal(0)) + each.quantity
    return tuple(Overtime(kind, quantity, unit) for (kind, unit), quantity in work.items())


def _all_work(values: Values, in_hand: DayType | None, on: date) -> Iterator[Overtime]:
    for kind in DayType:
        days = values.decimal("holiday_days") if "holiday_days" in values else None
        if kind is in_hand:
            work: Overtime | None = _in_hand(values, kind)
            days = _days(values)
        else:
            work = _part(values, kind)
        if work is not None:
            yield from _divided(values, work, days, on)


def _divided(values: Values, work: Overtime, days: Decimal | None, on: date) -> Iterator[Overtime]:
    """Yield the statutory holidays and the rest days of a long holiday; other work as it is."""
    festival = values.choice("festival") if "festival" in values else _HALF_DAY
    if work.day_type is DayType.HOLIDAY and days is not None and festival != _HALF_DAY:
        yield from split_long_holiday(work, days, _statutory_days(festival, on))
    else:
        yield work


def _in_hand(values: Values, day_type: DayType) -> Overtime:
    """Return the work on the kind of day in hand."""
    days = _days(values)
    if "hours" in values:
        return Overtime(day_type, values.decimal("hours"), Unit.HOUR)
    if days is None:
        raise KeyError("days")
    if a_day := _overtime_per_day(values, day_type):
        return Overtime(day_type, a_day * days, Unit.HOUR)
    return Overtime(day_type, days, Unit.DAY)


def _statutory_days(festival: str, on: date) -> Decimal:
    return parameters().value(f"public_holidays.{festival}", on=on)

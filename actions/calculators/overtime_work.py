"""What the figures told about overtime say: kinds of day, their times, and the wage."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from actions.calculators.fields import Value, Values
from actions.calculators.overtime_pay import (
    HOURS_PER_DAY,
    DayType,
    Overtime,
    Unit,
    Wage,
    split_long_holiday,
)
from actions.calculators.overtime_reading import Worked
from knowledge_base.parameters import parameters

HALF_DAY: Final = "half_day"
WAGES: Final = {
    "monthly_wage": Unit.MONTH,
    "daily_wage": Unit.DAY,
    "hourly_wage": Unit.HOUR,
}
TIME: Final = ("days", "one_day", "times", "hours_per_day", "hours")
"""Fields of the time of the kind of day in hand."""
_LOOSE_TIME: Final = ("days", "times", "hours_per_day", "hours")
"""Those of them that cannot be a by-word ("that day") in a message about something else."""
PARTS: Final = {
    DayType.WORKDAY: ("workday_hours",),
    DayType.REST_DAY: ("rest_day_hours", "rest_day_days"),
    DayType.HOLIDAY: ("holiday_hours", "holiday_days"),
}
"""Fields of the time on each kind of day, where there are several."""
_PART_NAMES: Final = frozenset(name for names in PARTS.values() for name in names)


def is_half_day(values: Values) -> bool:
    """Tell whether the worker asks about a half-day holiday and names no other kind of day."""
    if values.get("festival") != HALF_DAY or values.get("day_type") == DayType.HOLIDAY:
        return values.get("festival") == HALF_DAY
    return "day_type" not in values and not has_parts(values)


def day_type_of(values: Values) -> DayType | None:
    """Return the kind of day in hand."""
    if is_half_day(values):
        return None
    if "day_type" in values:
        return DayType(values.choice("day_type"))
    # Beside other kinds the festival may be that of a part.
    return DayType.HOLIDAY if "festival" in values and not has_parts(values) else None


def has_parts(values: Values) -> bool:
    """Tell whether the time of a kind of day is told apart from that in hand."""
    return bool(values.keys() & _PART_NAMES)


def is_told_in_parts(values: Values) -> bool:
    """Tell whether all of the time belongs to kinds of day of its own."""
    in_hand = values.keys() & set(_LOOSE_TIME) or is_by_the_piece(values)
    return has_parts(values) and not in_hand


def kinds_of(values: Values) -> set[DayType]:
    """Return all kinds of day of a calculation."""
    in_hand = day_type_of(values)
    if in_hand is not None and is_by_the_piece(values):
        return {in_hand}
    kinds = {kind for kind, names in PARTS.items() if values.keys() & set(names)}
    return kinds if in_hand is None else kinds | {in_hand}


def _part(values: Values, kind: DayType) -> Overtime | None:
    """Return the time on one of several kinds of day; hours are more exact than days."""
    name = next((name for name in PARTS[kind] if name in values), None)
    if name is None:
        return None
    return Overtime(kind, values.decimal(name), Unit.HOUR if "hours" in name else Unit.DAY)


def parts_of(worked: Mapping[str, Worked]) -> Iterator[tuple[str, Value]]:
    """Yield the fields of what was worked on several kinds of day."""
    for kind, each in worked.items():
        if each.hours is not None:
            yield f"{kind}_hours", each.hours
        elif each.days is not None:
            yield f"{kind}_days", each.days


def dropping(values: Values, names: Iterable[str]) -> Values:
    """Return the values without those of the names."""
    dropped = set(names)
    return Values({name: value for name, value in values.items() if name not in dropped})


def without(values: Values, kinds: Iterable[DayType]) -> Values:
    """Return the figures without the parts of some kinds of day."""
    return dropping(values, {name for kind in kinds for name in PARTS[kind]})


def with_part(known: Values, told: Iterable[DayType]) -> Values:
    """Return the figures with the kind of day in hand made a part, so that another can follow.

    It is dropped if its time is not known or is ``told`` anew.
    """
    kind = day_type_of(known)
    rest = dropping(known, {"day_type", *TIME})
    if kind is None or kind in told or is_by_the_piece(known) or missing_time(known, kind):
        return rest
    work = _in_hand(known, kind)
    parts: dict[str, Value] = {f"{kind}_{work.unit}s": work.quantity}
    if kind is DayType.HOLIDAY and "festival" in known and (days := days_of(known)) is not None:
        parts["holiday_days"] = days
    return Values({**rest, **parts})


def with_kind_alone(
    known: Values, told: Values, new: DayType, *, adds: bool, corrects: bool
) -> Values:
    """Return the figures after a message that names another kind of day without a time."""
    if adds:
        return Values({**with_part(known, [new]), **told})
    if not has_parts(known) or known.keys() & set(_LOOSE_TIME):
        return Values({**without(known, [new]), **told})
    if corrects:
        return Values({**dropping(known, {"festival", *_PART_NAMES, *TIME}), **told})
    if PARTS[new] and known.keys() & set(PARTS[new]):
        return Values({**known, **dropping(told, {"day_type"})})
    return Values({**with_part(known, [new]), **told})


def is_undivided(values: Values) -> bool:
    """Tell whether hours on a long holiday cannot be divided, because its days are not known."""
    if "holiday_hours" not in values or "holiday_days" in values or "festival" not in values:
        return False
    if day_type_of(values) is DayType.HOLIDAY or values.choice("festival") == HALF_DAY:
        return False
    return values.decimal("holiday_hours") > HOURS_PER_DAY


def is_by_the_piece(values: Values) -> bool:
    """Tell whether the pay is for pieces."""
    # Pieces alone say nothing: four Sundays are counted as well.
    return "piece_price" in values or values.get("pay_form") == "piece"


def days_of(values: Values) -> Decimal | None:
    """Return on how many days there was overtime, if told in any way."""
    for name in ("days", "times"):
        if name in values:
            return values.decimal(name)
    return Decimal(1) if "one_day" in values else None


def overtime_per_day(values: Values, day_type: DayType) -> Decimal | None:
    """Return the overtime hours of one day, if told.

    Who names eight hours or more of a working day means the whole shift, not the overtime.
    """
    if "hours_per_day" not in values:
        return None
    told = values.decimal("hours_per_day")
    if day_type is DayType.WORKDAY and told >= HOURS_PER_DAY:
        return told - HOURS_PER_DAY or None
    return told


def missing_time(values: Values, day_type: DayType) -> str | None:
    """Return the figure of the time in hand to ask for; None: it suffices."""
    days_missing = "days" if days_of(values) is None else None
    if "hours" in values:
        # Without the days a long holiday cannot be divided.
        long = day_type is DayType.HOLIDAY and values.decimal("hours") > HOURS_PER_DAY
        return days_missing if long and "festival" in values else None
    if day_type is not DayType.WORKDAY or overtime_per_day(values, day_type):
        return days_missing
    return "hours" if days_missing or "hours_per_day" in values else "hours_per_day"


def wage_of(values: Values) -> Wage:
    """Return the wage to go by: the monthly wage before others, for it is the agreed one."""
    if is_by_the_piece(values):
        return Wage(values.decimal("piece_price"), Unit.PIECE)
    name = next(name for name in WAGES if name in values)
    return Wage(values.decimal(name), WAGES[name])


def work_of(values: Values, on: date) -> tuple[Overtime, ...]:
    """Return the work of every kind of day, that of a kind and unit in one."""
    kind = day_type_of(values)
    if kind is not None and is_by_the_piece(values):
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
            days = days_of(values)
        else:
            work = _part(values, kind)
        if work is not None:
            yield from _divided(values, work, days, on)


def _divided(values: Values, work: Overtime, days: Decimal | None, on: date) -> Iterator[Overtime]:
    """Yield the statutory holidays and the rest days of a long holiday; other work as it is."""
    festival = values.choice("festival") if "festival" in values else HALF_DAY
    if work.day_type is DayType.HOLIDAY and days is not None and festival != HALF_DAY:
        yield from split_long_holiday(work, days, statutory_days_of(festival, on))
    else:
        yield work


def _in_hand(values: Values, day_type: DayType) -> Overtime:
    """Return the work on the kind of day in hand."""
    days = days_of(values)
    if "hours" in values:
        return Overtime(day_type, values.decimal("hours"), Unit.HOUR)
    if days is None:
        raise KeyError("days")
    if a_day := overtime_per_day(values, day_type):
        return Overtime(day_type, a_day * days, Unit.HOUR)
    return Overtime(day_type, days, Unit.DAY)


def statutory_days_of(festival: str, on: date) -> Decimal:
    """Return how many days of a long holiday are statutory (放假办法第二条)."""
    return parameters().value(f"public_holidays.{festival}", on=on)

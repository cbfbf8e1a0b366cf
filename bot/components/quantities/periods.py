"""Periods of the calendar, and which of those that recur is meant."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

Grain: TypeAlias = Literal["day", "week", "month", "year"]
_MONTHS: Final = 12


@dataclass(frozen=True)
class Period:
    """A day, week, month or year by its first day, or months up to the one from ``until`` on."""

    first: date
    grain: Grain
    until: date | None = None


def within_month(year: int, month: int, day: int | None, part: str | None) -> Period:
    """Return a day of a month, its first (初) or last (底, 末) one, or the month.

    Raises:
        ValueError: there is no such month or day.
    """
    first = date(year, month, 1)
    if day is not None:
        return Period(date(year, month, day), "day")
    if part in ("底", "末"):
        return Period(first.replace(day=monthrange(year, month)[1]), "day")
    return Period(first, "day" if part == "初" else "month")


def day_of_month(day: int, today: date, ahead: bool) -> Period:
    """Return the last such day up to today or, with ``ahead``, the next one from today on.

    Raises:
        ValueError: no month has the day.
    """
    step = 1 if ahead else -1
    # Of two months in a row at least one has 31 days; a third look is for the current one.
    for months in range(3):
        year, month = divmod(today.year * _MONTHS + today.month - 1 + step * months, _MONTHS)
        if 1 <= day <= monthrange(year, month + 1)[1]:
            found = date(year, month + 1, day)
            if found == today or (found > today) == ahead:
                return Period(found, "day")
    raise ValueError(f"no month has a day {day}")


def year_of(month: int, day: int | None, today: date, ahead: bool) -> int:
    """Return the year of the last such day or month, the current one included, or of the next.

    Raises:
        ValueError: no year has the day.
    """
    step = 1 if ahead else -1
    # February 29 may be eight years away, around a century that has none.
    for year in range(today.year, today.year + 9 * step, step):
        try:
            found = date(year, month, day or 1)
        except ValueError:
            continue
        is_current = day is None and (year, month) == (today.year, today.month)
        if is_current or found == today or (found > today) == ahead:
            return year
    raise ValueError(f"no year has a day {month}-{day}")


def full_year(digits: str, today: date) -> int:
    """Return the year that four or two digits stand for; two are at most five years ahead."""
    if len(digits) == 4:
        return int(digits)
    year = today.year // 100 * 100 + int(digits)
    return year if year <= today.year + 5 else year - 100

"""Public holidays and the weekend days that are worked to make up for them (调休).

They are those of the State Council, as the package ``chinesecalendar`` has them: until the end of
the last year announced, and not beyond.
"""

from collections.abc import Callable
from datetime import date
from enum import Enum, auto

import chinese_calendar

_SATURDAY = 5


class CalendarNotCoveredError(Exception):
    """The holidays of ``year`` are not known; a newer ``chinesecalendar`` may know them."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the holidays of {year} are not known")
        self.year = year


class DayKind(Enum):
    """What a day is, apart from the weekday it falls on."""

    ORDINARY = auto()
    HOLIDAY = auto()
    MADE_UP = auto()
    """A Saturday or Sunday that is worked in place of a day off."""


Calendar = Callable[[date], DayKind]


def state_council(day: date) -> DayKind:
    """What the State Council has announced for a day.

    Raises:
        CalendarNotCoveredError: nothing is known of its year.
    """
    free, name = _detail(day)
    if free:
        # Every weekend is free; only one with a name belongs to a holiday.
        return DayKind.HOLIDAY if name else DayKind.ORDINARY
    return DayKind.MADE_UP if day.weekday() >= _SATURDAY else DayKind.ORDINARY


def weekdays_beyond(day: date) -> DayKind:
    """As ``state_council``; in a year that is not covered every day is an ordinary one.

    For clocks that must not stop. Never a ground for telling anybody when the centre is open.
    """
    try:
        return state_council(day)
    except CalendarNotCoveredError:
        return DayKind.ORDINARY


def holiday_name(day: date) -> str | None:
    """The name of the holiday that a day belongs to, as ``chinese_calendar.Holiday`` has it; None
    if it is none.

    Raises:
        CalendarNotCoveredError: nothing is known of its year.
    """
    free, name = _detail(day)
    return name if free else None


def _detail(day: date) -> tuple[bool, str | None]:
    try:
        free, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        raise CalendarNotCoveredError(day.year) from None
    return free, name

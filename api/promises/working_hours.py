"""Working time: weekdays, public holidays and the weekend days that make up for them.

Holidays are those of the State Council, as the package ``chinesecalendar`` has them. For a year it
does not cover nothing is guessed: weekdays count as usual, and ``knows`` says that holidays are
not known, so that no opening is promised.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

from api.promises.schedule import Schedule, Span

_LOOK_AHEAD_DAYS = 60
"""No holiday is longer; an opening further away means that the schedule is empty."""

Period = tuple[datetime, datetime]


class NoOpeningError(Exception):
    """The schedule has no opening within two months."""


@dataclass(frozen=True)
class WorkingHours:
    """All times are aware; the schedule is read in ``zone``."""

    schedule: Schedule
    zone: ZoneInfo

    def knows(self, day: date) -> bool:
        """Whether holidays are known for the year of a day."""
        return _is_holiday(day) is not None

    def is_open(self, at: datetime) -> bool:
        """Whether somebody works at this moment; the end of a span is closed."""
        local = at.astimezone(self.zone)
        return any(start <= local < end for start, end in self._periods_of(local.date()))

    def next_opening(self, at: datetime) -> datetime:
        """The first moment from ``at`` on at which somebody works.

        Raises:
            NoOpeningError: there is none within two months.
        """
        for start, end in self._periods_from(at):
            if end > at:
                return max(start, at)
        raise NoOpeningError

    def add(self, at: datetime, working: timedelta) -> datetime:
        """The moment at which so much working time has passed since ``at``.

        Raises:
            NoOpeningError: it does not pass within two months.
        """
        left = working
        for start, end in self._periods_from(at):
            begin = max(start, at)
            if begin >= end:
                continue
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise NoOpeningError

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from ``start`` to ``end``; nothing if that is earlier."""
        total = timedelta()
        for opens, closes in self._periods_from(start):
            if opens >= end:
                break
            total += max(min(closes, end) - max(opens, start), timedelta())
        return total

    def _periods_from(self, at: datetime) -> Iterator[Period]:
        first = at.astimezone(self.zone).date()
        for number in range(_LOOK_AHEAD_DAYS):
            yield from self._periods_of(first + timedelta(days=number))

    def _periods_of(self, day: date) -> list[Period]:
        return [
            (
                datetime.combine(day, start, self.zone),
                datetime.combine(day, end, self.zone),
            )
            for start, end in self._spans_of(day)
        ]

    def _spans_of(self, day: date) -> tuple[Span, ...]:
        planned = self.schedule.on(day.weekday())
        holiday = _is_holiday(day)
        if holiday is None:
            return planned
        weekend = day.weekday() >= 5
        if holiday:
            # The calendar calls every weekend a holiday; a schedule may work on Saturdays.
            return planned if weekend and not _is_public_holiday(day) else ()
        return planned or (self.schedule.of_a_made_up_day if weekend else ())


def _is_holiday(day: date) -> bool | None:
    """Whether the calendar has the day as free; None for a year it does not cover."""
    try:
        free: bool = chinese_calendar.is_holiday(day)
    except NotImplementedError:
        return None
    return free


def _is_public_holiday(day: date) -> bool:
    _, name = chinese_calendar.get_holiday_detail(day)
    return name is not None

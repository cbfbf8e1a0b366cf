"""Working time: weekdays, public holidays and the weekend days that make up for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from api.promises.holidays import Calendar, DayKind, state_council
from api.promises.schedule import Schedule, Span

_LOOK_AHEAD = timedelta(days=60)
"""No holiday is longer; an opening further away means that the schedule is empty."""

Period = tuple[datetime, datetime]


class NoOpeningError(Exception):
    """The schedule has no opening within two months."""


@dataclass(frozen=True)
class WorkingHours:
    """Arguments are aware and results UTC; the schedule is read in ``zone``.

    Every method raises ``CalendarNotCoveredError`` where its result depends on a day that
    ``calendar`` knows nothing of: holidays are never guessed.
    """

    schedule: Schedule
    zone: ZoneInfo
    calendar: Calendar = state_council

    def is_open(self, at: datetime) -> bool:
        """Whether somebody works at this moment; the end of a span is closed."""
        return any(start <= at < end for start, end in self._periods_of(self.day_of(at)))

    def next_opening(self, at: datetime) -> datetime:
        """The first moment from ``at`` on at which somebody works.

        Raises:
            NoOpeningError: there is none within two months.
        """
        for start, end in self._soon(at):
            if end > at:
                return max(start, at).astimezone(UTC)
        raise NoOpeningError

    def add(self, at: datetime, working: timedelta) -> datetime:
        """The first moment at which so much working time has passed since ``at``.

        Raises:
            NoOpeningError: it does not pass within two months.
        """
        left = working
        for start, end in self._soon(at):
            begin = max(start, at).astimezone(UTC)
            if begin >= end:
                continue
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise NoOpeningError

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from ``start`` to ``end``; nothing if that is earlier."""
        total = timedelta()
        for day in _days_from(self.day_of(start)):
            if day > self.day_of(end):
                break
            for opens, closes in self._periods_of(day):
                total += max(min(closes, end) - max(opens, start), timedelta())
        return total

    def day_of(self, at: datetime) -> date:
        """The day in ``zone``."""
        return at.astimezone(self.zone).date()

    def spans_of(self, day: date) -> tuple[Span, ...]:
        """When somebody works on a day; empty if nobody does."""
        match self.calendar(day):
            case DayKind.HOLIDAY:
                return ()
            case DayKind.MADE_UP:
                return self.schedule.of_a_made_up_day
            case DayKind.ORDINARY:
                return self.schedule.on(day.weekday())

    def _soon(self, at: datetime) -> Iterator[Period]:
        first = self.day_of(at)
        for day in _days_from(first):
            if day > first + _LOOK_AHEAD:
                return
            yield from self._periods_of(day)

    def _periods_of(self, day: date) -> list[Period]:
        return [
            (self._moment(day, span[0]), self._moment(day, span[1])) for span in self.spans_of(day)
        ]

    def _moment(self, day: date, at: time) -> datetime:
        # In UTC, because times of one zone are subtracted as if its clocks were never changed.
        return datetime.combine(day, at, self.zone).astimezone(UTC)


def _days_from(first: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in count())

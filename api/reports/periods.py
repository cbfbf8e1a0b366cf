"""Days as they are counted here: local days, and the conversations that began on them.

Ids are ULIDs and begin with the time they were made, so the conversations of a time are a range
of the primary key, and what hangs on them (hand-offs, messages, ratings) a range of their foreign
key. Every figure of a range is therefore one of the same conversations, and needs no index of
its own.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from ulid import ULID

from api.reports import refusals

MOST_DAYS = 1100
"""Three years: nobody compares more, and every figure has to be counted anew."""
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_RANDOM_BYTES = 10


def id_at(at: datetime) -> str:
    """The least ULID of a moment."""
    milliseconds = int(at.timestamp() * 1000)
    return str(ULID.from_bytes(milliseconds.to_bytes(6, "big") + bytes(_RANDOM_BYTES)))


@dataclass(frozen=True)
class DayRange:
    """From the first to the last day, both included, in ``zone``."""

    first: date
    last: date
    zone: ZoneInfo

    @classmethod
    def of(cls, first: date, last: date, zone: ZoneInfo) -> Self:
        """A range that can be reported on.

        Raises ``ApiError``: invalid_request, if it ends before it begins or is too long.
        """
        if not timedelta() <= last - first < timedelta(days=MOST_DAYS) or first.year < 1971:
            raise refusals.invalid("first_day", "last_day")
        return cls(first, last, zone)

    @property
    def start(self) -> datetime:
        """The first moment, in UTC."""
        return self._midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment behind it, in UTC."""
        return self._midnight(self.last + timedelta(days=1))

    @property
    def first_id(self) -> str:
        """No id of the range is less."""
        return id_at(self.start)

    @property
    def end_id(self) -> str:
        """Every id of the range is less."""
        return id_at(self.end)

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        return [
            self.first + timedelta(days=number)
            for number in range((self.last - self.first).days + 1)
        ]

    def day_of(self, at: datetime) -> date:
        """The local day; one just outside, by the milliseconds between an id and the time beside
        it, counts as the nearest."""
        return min(max(at.astimezone(self.zone).date(), self.first), self.last)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


@dataclass(frozen=True, order=True)
class Month:
    """A month of the calendar."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """A month such as ``2026-11``. Raises ``ValueError``."""
        found = _MONTH.fullmatch(text)
        if found is None:
            raise ValueError(f"not a month: {text!r}")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The month of a day."""
        return cls(day.year, day.month)

    @property
    def before(self) -> Self:
        """The month before."""
        return self.of(date(self.year, self.month, 1) - timedelta(days=1))

    def days(self, zone: ZoneInfo) -> DayRange:
        """All of its days."""
        last = calendar.monthrange(self.year, self.month)[1]
        return DayRange(date(self.year, self.month, 1), date(self.year, self.month, last), zone)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

"""Calendar arithmetic of statutory periods and leaves, and days in words."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


@dataclass(frozen=True)
class Period:
    """A statutory period: so many years and then so many days."""

    years: int = 0
    days: int = 0

    def last_day(self, start: date) -> date:
        """Return the last day of the period.

        The day on which it starts does not count (《民事诉讼法》第八十五条 for proceedings, read
        in the same way for every period here): one year from 5 March 2025 ends on 5 March 2026,
        fifteen days from it on 20 March 2025.

        Raises:
            OverflowError, ValueError: the last day lies beyond the calendar.
        """
        return years_later(start, self.years) + timedelta(days=self.days)


def years_later(day: date, years: int) -> date:
    """Return the same day some years on, in place of 29 February the 28th if there is none.

    Raises:
        ValueError: that year lies beyond the calendar.
    """
    year = day.year + years
    _, days_in_month = monthrange(year, day.month)
    return date(year, day.month, min(day.day, days_in_month))


def last_day_of_leave(first_day: date, days: Decimal) -> date:
    """Return the last day of a leave of natural days; the first day counts as day one."""
    return first_day + timedelta(days=int(days) - 1)


def in_words(day: date) -> str:
    """Print a day as workers read it: 2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"

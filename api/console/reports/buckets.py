"""Days put together, so that a chart stays readable however long the time is."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from api.console.reports.texts import page_texts
from api.reports.volumes import DayVolume
from api.storage.models import Channel

_DAYS_AT_MOST = 62
_WEEKS_AT_MOST_DAYS = 400


def by_time(days: Sequence[DayVolume]) -> list[tuple[str, Counter[Channel]]]:
    """Conversations by day; by week or by month where there would be too many days."""
    buckets: dict[date, Counter[Channel]] = {}
    for each in days:
        buckets.setdefault(_begin(each.day, len(days)), Counter()).update(each.channels)
    return [(_label(begin, len(days)), counts) for begin, counts in buckets.items()]


def _begin(day: date, number: int) -> date:
    if number <= _DAYS_AT_MOST:
        return day
    if number <= _WEEKS_AT_MOST_DAYS:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1)


def _label(begin: date, number: int) -> str:
    texts = page_texts().figures.charts
    day = f"{begin.month}-{begin.day:02}"
    if number <= _DAYS_AT_MOST:
        return day
    if number <= _WEEKS_AT_MOST_DAYS:
        return texts.week.format(day=day)
    return texts.month.format(year=begin.year, month=begin.month)

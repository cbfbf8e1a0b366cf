"""Ranges of days to choose from."""

from datetime import date, timedelta
from enum import StrEnum

from api.reports.periods import Month


class Preset(StrEnum):
    """A range by its name."""

    DAYS_7 = "days_7"
    DAYS_30 = "days_30"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    THIS_YEAR = "this_year"
    OWN = "own"
    """Chosen day by day."""


def days_of(preset: Preset, today: date) -> tuple[date, date] | None:
    """The first and the last day of a range; None for one that is chosen day by day."""
    match preset:
        case Preset.DAYS_7:
            return today - timedelta(days=6), today
        case Preset.DAYS_30:
            return today - timedelta(days=29), today
        case Preset.THIS_MONTH:
            return today.replace(day=1), today
        case Preset.LAST_MONTH:
            last = today.replace(day=1) - timedelta(days=1)
            return last.replace(day=1), last
        case Preset.THIS_YEAR:
            return today.replace(month=1, day=1), today
        case Preset.OWN:
            return None


def months_back(current: Month, number: int) -> list[Month]:
    """So many months, the current one first."""
    months = [current]
    while len(months) < number:
        months.append(months[-1].before)
    return months

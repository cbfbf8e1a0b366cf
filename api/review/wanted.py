"""Filters as people give them: days, and an area or an article."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.review.catalogue import Catalogue


def first_of(day: date | None, zone: ZoneInfo, *, days_later: int = 0) -> datetime | None:
    """Where a day begins; None without a day."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=days_later), time.min, zone)


def within(catalogue: Catalogue, area: str | None, article: str | None) -> Collection[str] | None:
    """The articles of an area, or the one that is named; None without either."""
    if article is not None:
        return {article}
    if area is None:
        return None
    return {each.id for each in catalogue.articles().values() if each.area == area}

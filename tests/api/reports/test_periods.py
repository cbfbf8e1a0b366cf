from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

from api.errors import ApiError
from api.reports.periods import MOST_DAYS, DayRange, Month, id_at
from tests.api.reports.scene import ZONE, local


def test_days_are_local() -> None:
    days = DayRange.of(date(2026, 11, 1), date(2026, 11, 2), ZONE)
    assert days.start == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert days.end == datetime(2026, 11, 2, 16, tzinfo=UTC)
    assert days.days == [date(2026, 11, 1), date(2026, 11, 2)]
    assert days.day_of(local("2026-11-01 23:59")) == date(2026, 11, 1)
    # An id may be a moment older than the time beside it.
    assert days.day_of(local("2026-11-03 00:00")) == date(2026, 11, 2)


def test_a_day_can_be_longer() -> None:
    berlin = DayRange.of(date(2026, 10, 25), date(2026, 10, 25), ZoneInfo("Europe/Berlin"))
    assert (berlin.end - berlin.start).total_seconds() == 25 * 3600


@given(st.integers(10**8, 7 * 10**9))
def test_ids_of_a_range_lie_between_its_ends(seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    day = at.astimezone(ZONE).date()
    days = DayRange(day, day, ZONE)
    assert days.first_id <= str(ULID.from_datetime(at)) < days.end_id
    assert id_at(at) <= str(ULID.from_datetime(at))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 2, 1), date(2026, 1, 31)),
        (date(2020, 1, 1), date(2026, 1, 1)),
        (date(1, 1, 1), date(1, 1, 2)),
    ],
)
def test_a_range_that_cannot_be_reported_on(first: date, last: date) -> None:
    with pytest.raises(ApiError):
        DayRange.of(first, last, ZONE)
    assert MOST_DAYS > 3 * 365


def test_months() -> None:
    assert Month.parse("2026-02").days(ZONE).days[-1] == date(2026, 2, 28)
    assert str(Month.parse("2026-01").before) == "2025-12"
    for text in ("2026-13", "2026-1", "26-01", "2026-01-01", ""):
        with pytest.raises(ValueError, match="not a month"):
            Month.parse(text)

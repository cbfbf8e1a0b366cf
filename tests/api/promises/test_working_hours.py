from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.promises.schedule import Schedule
from api.promises.working_hours import NoOpeningError, WorkingHours

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = WorkingHours(Schedule.parse("mon-fri 08:30-12:00 13:30-17:30"), ZONE)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 10, 1)).map(  # noqa: DTZ001
    lambda each: each.replace(tzinfo=UTC)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-26T08:29", False),
        ("2026-11-26T08:30", True),
        ("2026-11-26T12:00", False),
        ("2026-11-26T13:30", True),
        ("2026-11-26T17:30", False),
        ("2026-11-28T10:00", False),  # Saturday
        ("2026-10-01T10:00", False),  # National Day
        ("2026-10-10T10:00", True),  # a Saturday that makes up for it
        ("2026-02-14T10:00", True),  # a Saturday that makes up for the Spring Festival
    ],
)
def test_open_on_working_days_within_the_spans(moment: str, is_open: bool) -> None:
    assert HOURS.is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-26T09:00", "2026-11-26T09:00"),
        ("2026-11-26T12:30", "2026-11-26T13:30"),
        ("2026-11-27T18:00", "2026-11-30T08:30"),
        ("2026-09-30T20:00", "2026-10-08T08:30"),
    ],
)
def test_the_next_opening(moment: str, opening: str) -> None:
    assert HOURS.next_opening(at(moment)) == at(opening)


def test_working_time_skips_the_night_and_the_weekend() -> None:
    assert HOURS.add(at("2026-11-27T17:00"), timedelta(hours=2)) == at("2026-11-30T10:00")
    assert HOURS.between(at("2026-11-27T17:00"), at("2026-11-30T10:00")) == timedelta(hours=2)


@given(MOMENTS, st.timedeltas(timedelta(minutes=1), timedelta(hours=40)))
def test_adding_and_measuring_agree(moment: datetime, working: timedelta) -> None:
    later = HOURS.add(moment, working)
    assert later > moment
    assert HOURS.between(moment, later) == working


@given(MOMENTS, MOMENTS)
def test_working_time_is_never_more_than_time(one: datetime, other: datetime) -> None:
    assert timedelta() <= HOURS.between(one, other) <= max(other - one, timedelta())


@given(MOMENTS)
def test_at_the_next_opening_it_is_open(moment: datetime) -> None:
    assert HOURS.is_open(HOURS.next_opening(moment))


def test_a_year_without_a_calendar_is_known_as_such() -> None:
    assert HOURS.knows(date(2026, 5, 1))
    assert not HOURS.knows(date(2040, 5, 1))
    assert HOURS.next_opening(at("2040-05-01T18:00")) == at("2040-05-02T08:30")


def test_a_schedule_that_never_opens_says_so() -> None:
    class Never(WorkingHours):
        def _spans_of(self, day: date) -> tuple[()]:
            return ()

    never = Never(HOURS.schedule, ZONE)
    with pytest.raises(NoOpeningError):
        never.next_opening(at("2026-11-26T09:00"))
    with pytest.raises(NoOpeningError):
        never.add(at("2026-11-26T09:00"), timedelta(hours=1))

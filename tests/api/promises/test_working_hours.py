from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.promises.holidays import CalendarNotCoveredError
from api.promises.schedule import Schedule
from api.promises.working_hours import NoOpeningError, WorkingHours

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = WorkingHours(Schedule.parse("mon-fri 08:30-12:00 13:30-17:30"), ZONE)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 10, 1)).map(  # noqa: DTZ001
    lambda each: each.replace(tzinfo=UTC)
)
SPELLS = st.timedeltas(timedelta(minutes=1), timedelta(hours=20))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def last_year() -> int:
    """The last year that the installed calendar covers."""
    year: int = max(day.year for day in chinese_calendar.constants.holidays)
    return year


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
        ("2026-01-04T10:00", True),  # a Sunday that makes up for New Year's Day
        ("2026-02-14T10:00", True),  # a Saturday that makes up for the Spring Festival
        ("2026-02-17T10:00", False),  # Spring Festival
        ("2026-02-23T10:00", False),  # its last day, a Monday
        ("2026-02-24T10:00", True),
        ("2026-05-09T10:00", True),  # a Saturday that makes up for Labour Day
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
        ("2026-10-09T17:30", "2026-10-10T08:30"),
        ("2026-02-13T18:00", "2026-02-14T08:30"),
        ("2026-02-14T18:00", "2026-02-24T08:30"),
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


@given(MOMENTS, SPELLS, SPELLS)
def test_adding_twice_is_adding_the_sum(moment: datetime, one: timedelta, other: timedelta) -> None:
    assert HOURS.add(HOURS.add(moment, one), other) == HOURS.add(moment, one + other)


@given(MOMENTS, MOMENTS, SPELLS)
def test_who_begins_later_is_not_done_earlier(
    one: datetime, other: datetime, working: timedelta
) -> None:
    early, late = sorted((one, other))
    assert HOURS.add(early, working) <= HOURS.add(late, working)


@given(st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
def test_working_time_of_parts_makes_up_the_whole(moments: list[datetime]) -> None:
    first, middle, last = moments
    parts = HOURS.between(first, middle) + HOURS.between(middle, last)
    assert HOURS.between(first, last) == parts


def test_working_time_of_a_whole_year_is_counted() -> None:
    working_days_of_2025 = 248
    whole = HOURS.between(at("2025-01-01T00:00"), at("2025-12-31T23:59"))
    assert whole == working_days_of_2025 * timedelta(hours=7, minutes=30)


def test_a_make_up_saturday_is_worked_as_a_monday() -> None:
    hours = WorkingHours(Schedule.parse("mon-fri 08:30-17:30; sat 09:00-12:00"), ZONE)
    assert not hours.is_open(at("2026-11-28T15:00"))
    assert hours.is_open(at("2026-10-10T15:00"))
    assert hours.is_open(at("2026-11-28T10:00"))
    assert not hours.is_open(at("2026-10-03T10:00"))  # a Saturday of National Day


def test_make_up_days_have_their_own_hours_where_set() -> None:
    hours = WorkingHours(Schedule.parse("mon-fri 08:30-17:30; makeup 10:00-15:00"), ZONE)
    assert hours.next_opening(at("2026-10-09T18:00")) == at("2026-10-10T10:00")


@pytest.mark.parametrize("moment", ["2030-10-01T10:00", "2030-10-08T10:00", "2030-10-12T10:00"])
def test_a_year_without_a_calendar_is_reported_not_guessed(moment: str) -> None:
    for ask in (
        HOURS.is_open,
        HOURS.next_opening,
        lambda each: HOURS.add(each, timedelta(hours=1)),
        lambda each: HOURS.between(each, each + timedelta(hours=1)),
    ):
        with pytest.raises(CalendarNotCoveredError) as caught:
            ask(at(moment))
        assert caught.value.year == 2030


def test_the_last_evening_that_is_covered_has_no_next_opening(last_year: int) -> None:
    evening = at(f"{last_year}-12-31T20:00")
    assert not HOURS.is_open(evening)
    with pytest.raises(CalendarNotCoveredError) as caught:
        HOURS.next_opening(evening)
    assert caught.value.year == last_year + 1


def test_results_are_utc() -> None:
    moment = at("2026-11-26T09:00")
    assert HOURS.next_opening(moment).tzinfo is UTC
    assert HOURS.add(moment, timedelta(hours=1)).tzinfo is UTC


def test_a_day_on_which_the_clocks_change_has_its_real_length() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    day = date(2026, 3, 29)  # a Sunday of 23 hours
    hours = WorkingHours(Schedule.parse("sun 00:00-12:00"), berlin)
    start = datetime(day.year, day.month, day.day, tzinfo=berlin)
    assert hours.between(start, start + timedelta(days=1)) == timedelta(hours=11)


def test_a_schedule_that_never_opens_says_so() -> None:
    class Never(WorkingHours):
        def spans_of(self, day: date) -> tuple[()]:
            return ()

    never = Never(HOURS.schedule, ZONE)
    with pytest.raises(NoOpeningError):
        never.next_opening(at("2026-11-26T09:00"))
    with pytest.raises(NoOpeningError):
        never.add(at("2026-11-26T09:00"), timedelta(hours=1))

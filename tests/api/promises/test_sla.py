from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.promises.schedule import Schedule
from api.promises.sla import TARGETS, FirstAnswer
from api.promises.working_hours import WorkingHours

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = WorkingHours(Schedule.parse("mon-fri 08:30-12:00 13:30-17:30"), ZONE)
CLOCK = FirstAnswer.of(HOURS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("priority", "since", "due"),
    [
        (1, "2026-10-01T03:00", "2026-10-01T03:05"),
        (2, "2026-11-26T17:15", "2026-11-27T08:45"),
        (3, "2026-11-26T11:00", "2026-11-26T14:30"),
        (3, "2026-09-30T16:30", "2026-10-08T09:30"),
        (4, "2026-11-26T10:00", "2026-11-26T15:30"),
        (4, "2026-10-09T17:00", "2026-10-10T12:00"),  # a Saturday that is worked
    ],
)
def test_due_in_working_time_by_priority(priority: int, since: str, due: str) -> None:
    assert CLOCK.due_at(priority, at(since)) == at(due)


@pytest.mark.parametrize(
    ("priority", "due", "last_without", "first_with"),
    [
        (1, "2026-10-01T03:05", "2026-10-01T03:03:44", "2026-10-01T03:03:45"),
        (2, "2026-11-27T08:45", "2026-11-27T08:37:29", "2026-11-27T08:37:30"),
        (3, "2026-11-27T10:00", "2026-11-27T09:29:59", "2026-11-27T09:30:00"),
        # Half an hour left is over the week-end.
        (3, "2026-11-30T08:45", "2026-11-27T17:14:59", "2026-11-27T17:15:00"),
        (4, "2026-11-27T14:00", "2026-11-27T11:29:59", "2026-11-27T11:30:00"),
    ],
)
def test_warned_when_a_quarter_is_left(
    priority: int, due: str, last_without: str, first_with: str
) -> None:
    assert not CLOCK.warns_at(priority, at(due), at(last_without))
    assert CLOCK.warns_at(priority, at(due), at(first_with))


@given(
    st.sampled_from(sorted(TARGETS)),
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 1)),  # noqa: DTZ001
)
def test_nobody_is_warned_of_a_case_that_just_began(priority: int, since: datetime) -> None:
    since = since.replace(tzinfo=ZONE)
    due = CLOCK.due_at(priority, since)
    assert due is not None
    assert HOURS.between(since, due) == TARGETS[priority]
    assert not CLOCK.warns_at(priority, due, since)


def test_the_clock_goes_on_where_the_calendar_ends() -> None:
    due = CLOCK.due_at(3, at("2030-10-08T16:30"))
    assert due == at("2030-10-09T09:30")
    assert CLOCK.warns_at(3, due, due - timedelta(minutes=30))


def test_no_clock_where_the_schedule_leaves_no_time() -> None:
    hours = WorkingHours(Schedule.parse("mon 09:00-09:05"), ZONE)
    assert FirstAnswer.of(hours).due_at(4, at("2026-11-26T09:00")) is None

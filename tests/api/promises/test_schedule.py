from datetime import time

import pytest

from api.promises.schedule import Schedule, ScheduleError


def test_days_and_spans_are_read() -> None:
    schedule = Schedule.parse("mon-fri 08:30-12:00 13:30-17:30; sat 9:00-12:00")
    assert schedule.on(0) == ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
    assert schedule.on(5) == ((time(9), time(12)),)
    assert schedule.on(6) == ()
    assert schedule.of_a_made_up_day == schedule.on(0)


def test_hours_of_make_up_days_can_be_set() -> None:
    schedule = Schedule.parse("makeup 09:00-16:00; mon-fri 08:30-12:00")
    assert schedule.of_a_made_up_day == ((time(9), time(16)),)
    assert schedule.on(5) == ()


def test_a_week_that_begins_later_gives_its_first_day_to_make_up_days() -> None:
    schedule = Schedule.parse("tue-fri 09:00-12:00; sat 10:00-11:00")
    assert schedule.of_a_made_up_day == ((time(9), time(12)),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mon",
        "fri-mon 08:00-12:00",
        "someday 08:00-12:00",
        "mon 8-12",
        "mon 25:00-26:00",
        "mon 12:00-08:00",
        "mon 08:00-12:00 11:00-13:00",
        "mon 08:00-12:00; mon-tue 13:00-14:00",
        "makeup 09:00-16:00",
        "mon 08:00-12:00; makeup 09:00-10:00; makeup 11:00-12:00",
    ],
)
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(ScheduleError):
        Schedule.parse(text)

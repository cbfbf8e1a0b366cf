from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.promises.schedule import Schedule
from api.promises.service import ServicePromises
from api.promises.working_hours import WorkingHours

ZONE = ZoneInfo("Asia/Shanghai")
PROMISES = ServicePromises(WorkingHours(Schedule.parse("mon-fri 08:30-12:00 13:30-17:30"), ZONE))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-26T12:10", "今天下午1:30"),
        ("2026-11-25T19:00", "明天（周四）上午8:30"),
        ("2026-11-27T19:00", "11月30日（周一）上午8:30"),
        ("2026-09-30T20:00", "10月8日（周四）上午8:30"),
        ("2026-10-09T20:00", "明天（周六）上午8:30"),
    ],
)
def test_out_of_hours_the_next_opening_is_named(moment: str, opening: str) -> None:
    words = PROMISES.words(3, at(moment), 0)
    assert opening in words
    assert "12351" in words


def test_in_a_year_without_calendar_no_opening_is_promised() -> None:
    words = PROMISES.words(3, at("2040-05-01T19:00"), 0)
    assert "上班后会按顺序" in words
    assert "8:30" not in words


def test_the_place_in_the_queue_is_told() -> None:
    assert "前面还有2位" in PROMISES.words(3, at("2026-11-26T09:00"), 2)
    assert "第一位" in PROMISES.words(2, at("2026-11-26T09:00"), 0)


@pytest.mark.parametrize("moment", ["2026-11-26T09:00", "2026-11-28T03:00"])
def test_danger_never_waits_without_the_numbers(moment: str) -> None:
    words = PROMISES.words(1, at(moment), 5)
    assert all(number in words for number in ("110", "120", "12351"))
    assert PROMISES.due_at(1, at(moment)) == at(moment) + timedelta(minutes=5)


def test_a_promise_is_kept_in_working_time() -> None:
    assert PROMISES.due_at(2, at("2026-11-26T17:15")) == at("2026-11-27T08:45")
    assert PROMISES.due_at(4, at("2026-11-26T10:00")) == at("2026-11-26T15:30")


def test_the_desk_is_warned_in_the_last_quarter() -> None:
    due = at("2026-11-27T10:00")
    assert not PROMISES.warns_at(3, due, at("2026-11-27T09:20"))
    assert PROMISES.warns_at(3, due, at("2026-11-27T09:30"))
    assert PROMISES.warns_at(1, due, due - timedelta(minutes=1))

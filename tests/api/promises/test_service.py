from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from api.promises.schedule import Schedule
from api.promises.service import ServicePromises
from api.promises.working_hours import WorkingHours
from api.settings import Settings

ZONE = ZoneInfo("Asia/Shanghai")
PROMISES = ServicePromises(WorkingHours(Schedule.parse("mon-fri 08:30-12:00 13:30-17:30"), ZONE))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_out_of_hours_the_next_opening_is_named_and_the_hotline() -> None:
    words = PROMISES.words(3, at("2026-11-25T19:00"), 0)
    assert "明天（周四）上午8:30" in words
    assert "12351" in words


@pytest.mark.parametrize("moment", ["2030-05-01T19:00", "2030-05-07T10:00"])
@pytest.mark.parametrize("priority", [2, 3, 4])
def test_in_a_year_without_calendar_nothing_is_promised(
    moment: str, priority: int, caplog: pytest.LogCaptureFixture
) -> None:
    words = PROMISES.words(priority, at(moment), 2)
    assert "前面还有2位" in words
    assert "放假安排我这里还没有" in words
    assert "12351" in words
    assert not any(each in words for each in ("8:30", "分钟", "小时内", "半天"))
    assert not PROMISES.is_open(at(moment))
    assert [vars(record)["year"] for record in caplog.records] == [2030]


def test_the_end_of_the_calendar_is_reported_two_months_ahead(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert PROMISES.uncovered_year(at("2025-11-26T09:00")) is None
    assert PROMISES.uncovered_year(at("2030-05-01T09:00")) == 2030
    last = max(day.year for day in chinese_calendar.constants.holidays)
    assert PROMISES.uncovered_year(at(f"{last}-10-15T09:00")) is None
    assert PROMISES.uncovered_year(at(f"{last}-11-15T09:00")) == last + 1
    ServicePromises.of(Settings(), clock=lambda: at("2026-05-01T09:00"))
    assert not caplog.records
    ServicePromises.of(Settings(), clock=lambda: at("2030-05-01T09:00"))
    assert [vars(record)["year"] for record in caplog.records] == [2030]


@pytest.mark.parametrize(("priority", "target"), [(2, "30分钟内"), (3, "2小时内"), (4, "半天内")])
def test_in_working_hours_the_target_is_told(priority: int, target: str) -> None:
    words = PROMISES.words(priority, at("2026-11-26T09:00"), 0)
    assert words.endswith(f"工作时间内一般{target}会有同事回复。")


def test_the_place_in_the_queue_is_told() -> None:
    assert "前面还有2位" in PROMISES.words(3, at("2026-11-26T09:00"), 2)
    assert "第一位" in PROMISES.words(2, at("2026-11-26T09:00"), 0)


@pytest.mark.parametrize("moment", ["2026-11-26T09:00", "2026-11-28T03:00", "2030-10-01T03:00"])
def test_danger_never_waits_without_the_numbers(moment: str) -> None:
    words = PROMISES.words(1, at(moment), 5)
    assert all(number in words for number in ("12356", "110", "120", "12351"))
    assert PROMISES.due_at(1, at(moment)) == at(moment) + timedelta(minutes=5)


def test_the_clocks_are_those_of_the_first_answer() -> None:
    since = at("2026-11-26T17:15")
    due = at("2026-11-27T08:45")
    assert PROMISES.due_at(2, since) == due
    assert not PROMISES.warns_at(2, due, since)
    assert PROMISES.warns_at(2, due, due)

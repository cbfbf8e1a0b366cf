from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from api.promises.holidays import CalendarNotCoveredError
from api.promises.schedule import Schedule
from api.promises.words import closed
from api.promises.working_hours import WorkingHours

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = WorkingHours(Schedule.parse("mon-fri 08:30-12:00 13:30-17:30"), ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "begin"),
    [
        ("2026-11-26T07:00", "现在是休息时间，今天上午8:30"),
        ("2026-11-26T12:10", "现在是休息时间，今天下午1:30"),
        ("2026-11-25T19:00", "今天已经下班了，明天（周四）上午8:30"),
        ("2026-11-27T19:00", "今天已经下班了，11月30日（周一）上午8:30"),
        ("2026-11-28T10:00", "今天不上班，11月30日（周一）上午8:30"),
        ("2026-11-29T10:00", "今天不上班，明天（周一）上午8:30"),
        ("2026-10-09T20:00", "今天已经下班了，明天（周六）上午8:30"),
        ("2026-10-10T20:00", "今天已经下班了，10月12日（周一）上午8:30"),
        ("2026-09-30T20:00", "今天已经下班了，接着国庆节放假，10月8日（周四）上午8:30"),
        ("2026-10-01T10:00", "国庆节放假，10月8日（周四）上午8:30"),
        ("2026-10-03T10:00", "国庆节放假，10月8日（周四）上午8:30"),
        ("2026-10-07T23:59", "国庆节放假，明天（周四）上午8:30"),
        ("2026-10-08T00:00", "现在是休息时间，今天上午8:30"),
        ("2026-02-20T10:00", "春节放假，2月24日（周二）上午8:30"),
        ("2026-01-01T10:00", "元旦放假，1月4日（周日）上午8:30"),
    ],
)
def test_why_it_is_closed_and_when_it_opens(moment: str, begin: str) -> None:
    assert closed(HOURS, at(moment)) == f"{begin}上班后同事会按顺序回您。"


@pytest.mark.parametrize(
    ("opens", "name"),
    [("09:05", "上午9:05"), ("12:00", "中午12:00"), ("12:30", "中午12:30"), ("18:05", "下午6:05")],
)
def test_times_of_day_are_said_as_people_do(opens: str, name: str) -> None:
    hours = WorkingHours(Schedule.parse(f"mon-fri {opens}-23:00"), ZONE)
    assert f"明天（周四）{name}上班后" in closed(hours, at("2026-11-25T23:30"))


def test_an_opening_that_is_not_known_is_not_named() -> None:
    with pytest.raises(CalendarNotCoveredError):
        closed(HOURS, at("2030-05-01T19:00"))

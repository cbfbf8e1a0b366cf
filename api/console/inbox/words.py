"""Times as the inbox writes them."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_MIB: Final = 1024 * 1024
_WEEKDAYS: Final = "一二三四五六日"


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    """``14:05``."""
    return f"{at.astimezone(zone):%H:%M}"


def day(at: datetime, zone: ZoneInfo) -> str:
    """``2026年11月26日 周四``."""
    local = at.astimezone(zone)
    return f"{local.year}年{local.month}月{local.day}日 周{_WEEKDAYS[local.weekday()]}"


def short(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As short as it is clear: ``14:05``, ``11-25 14:05``, ``2025-11-25``."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if abs(today - local) < timedelta(days=180):
        return f"{local:%m-%d %H:%M}"
    return f"{local:%Y-%m-%d}"


def milliseconds(at: datetime) -> int:
    """As browsers count time."""
    return int(at.timestamp() * 1000)


def size(count: int | None) -> str:
    """A file's size."""
    if count is None:
        return ""
    if count < _MIB:
        return f"{max(1, count // 1024)} KB"
    return f"{count / _MIB:.1f} MB"

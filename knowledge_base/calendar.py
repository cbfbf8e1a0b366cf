"""The day it is where the union's members live."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

TIMEZONE = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """Return the current day in Hangzhou, wherever the server stands."""
    return datetime.now(TIMEZONE).date()

from datetime import UTC, datetime

from api.channels.wechat.simulator.clock import MovableClock

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def still_clock() -> MovableClock:
    """Stands still until it is moved."""
    return MovableClock(lambda: START)

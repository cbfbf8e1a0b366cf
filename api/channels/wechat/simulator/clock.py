"""The platform's clock, which can be moved: nobody waits 48 hours."""

from collections.abc import Callable
from datetime import datetime, timedelta

from api.storage.models import now


class MovableClock:
    """Runs like another clock, ahead of it by as much as it has been moved."""

    def __init__(self, base: Callable[[], datetime] = now) -> None:
        self._base = base
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return self._base() + self._ahead

    def advance(self, by: timedelta) -> None:
        """Move it on."""
        self._ahead += by

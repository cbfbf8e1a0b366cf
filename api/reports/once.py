"""Counting that is done once for all who ask within a moment, one thing at a time.

The gateway has few connections for reading, and workers' messages come first: however many
dashboards are open, figures take one of them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from time import monotonic
from typing import Any, TypeVar

_KEPT_AT_MOST = 64
T = TypeVar("T")


class Once:
    """Keeps results for ``seconds``."""

    def __init__(self, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._turn = asyncio.Lock()
        self._kept: dict[Hashable, tuple[float, Any]] = {}

    async def get(self, key: Hashable, count: Callable[[], Awaitable[T]]) -> T:
        """The result kept under a key, or the one counted now. Raises what ``count`` raises."""
        async with self._turn:
            kept = self._kept.get(key)
            if kept is not None and self._clock() - kept[0] < self._seconds:
                found: T = kept[1]
                return found
            value = await count()
            self._kept.pop(key, None)
            if len(self._kept) >= _KEPT_AT_MOST:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = (self._clock(), value)
            return value

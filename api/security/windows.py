"""Moving windows: how many hits a key had in the last seconds, in this process or in Redis."""

import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Protocol, cast

from limits import RateLimitItemPerSecond
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

_LONGEST_S = 3600
_KEYS_AT_MOST = 100_000
_NAMESPACE = "union:rate"
_REDIS_TIMEOUT_S = 0.25
"""Longer no worker waits for being counted."""


class Windows(Protocol):
    """Counts hits."""

    async def hit(self, key: str, amount: int, seconds: int) -> float | None:
        """Count a hit unless there were ``amount`` in the last ``seconds`` already; then return
        how many seconds it takes until there is room for one."""
        ...

    async def forget(self, key: str, amount: int, seconds: int) -> None:
        """Drop the hits of a key; ``amount`` and ``seconds`` are those it was hit with."""
        ...

    async def close(self) -> None:
        """Let connections go."""
        ...


class MemoryWindows:
    """Windows of this process.

    The memory storage of ``limits`` looks through all of its keys, each in a thread, after every
    hit: two thirds of a core at 200 hits a second on 500 keys. Here a hit costs some microseconds
    whatever the number of keys. Windows are an hour long at most; a flood of keys pushes out
    those that were hit longest ago.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock``: seconds from any start."""
        self._clock = clock
        self._hits: OrderedDict[str, list[float]] = OrderedDict()

    async def hit(self, key: str, amount: int, seconds: int) -> float | None:
        """See ``Windows``."""
        at = self._clock()
        self._forget(at - _LONGEST_S)
        hits = self._hits.setdefault(key, [])
        del hits[: bisect_right(hits, at - seconds)]
        if len(hits) >= amount:
            return hits[-amount] + seconds - at
        hits.append(at)
        self._hits.move_to_end(key)
        return None

    async def forget(self, key: str, amount: int, seconds: int) -> None:
        """See ``Windows``."""
        self._hits.pop(key, None)

    async def close(self) -> None:
        """Nothing to let go."""

    def _forget(self, before: float) -> None:
        while self._hits:
            key, hits = next(iter(self._hits.items()))
            if hits[-1] > before and len(self._hits) < _KEYS_AT_MOST:
                break
            del self._hits[key]


class RedisWindows:
    """Windows that all gateways share. Raises ``redis.exceptions.RedisError`` without Redis."""

    def __init__(self, url: str) -> None:
        """``url``: ``redis://host:port/number``."""
        self._pool = ConnectionPool.from_url(
            url,
            socket_timeout=_REDIS_TIMEOUT_S,
            socket_connect_timeout=_REDIS_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        storage = RedisStorage(
            f"async+{url}",
            implementation="redispy",
            key_prefix=_NAMESPACE,
            connection_pool=cast(Any, self._pool),  # the annotation lacks it
        )
        self._limiter = MovingWindowRateLimiter(storage)

    async def hit(self, key: str, amount: int, seconds: int) -> float | None:
        """See ``Windows``."""
        item = RateLimitItemPerSecond(amount, seconds)
        if await self._limiter.hit(item, key):
            return None
        return (await self._limiter.get_window_stats(item, key)).reset_time - time.time()

    async def forget(self, key: str, amount: int, seconds: int) -> None:
        """See ``Windows``."""
        await self._limiter.clear(RateLimitItemPerSecond(amount, seconds), key)

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.disconnect()

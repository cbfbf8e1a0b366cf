"""Refuses a signature that comes again for something else.

A signature of the platform does not cover what it delivers in plain mode: whoever has seen one
could put another body under it for as long as its timestamp holds. So the first body is
remembered. The same one again is the platform's own repetition, which the inbox knows, and passes.

The signature itself is the key, not timestamp and nonce: it is the same for other values that join
to the same text.
"""

import hashlib
import hmac
import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Protocol, cast

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from api.channels.wechat.failures import ReplayedError

WINDOW_S: Final = 300
"""How far the timestamp of a request may be from our clock, either way."""
_REMEMBERED_S = 2 * WINDOW_S
"""A timestamp from the end of the window ahead holds for so long."""
_SIGNATURES_AT_MOST = 100_000
_NAMESPACE = "union:wechat:signature:"
_REDIS_TIMEOUT_S = 0.25
_PAUSE_S = 5.0
"""After a failure Redis is left alone for so long: a hanging one must not slow every delivery."""
_LOG_EVERY_S = 60.0
_log = logging.getLogger(__name__)


class ReplayGuard(Protocol):
    """Remembers what came under which signature."""

    async def admit(self, signature: str, content: bytes) -> None:
        """Take a request whose signature was found to hold. Raises ``ReplayedError``."""
        ...

    async def close(self) -> None:
        """Let connections go."""
        ...


class MemoryReplayGuard:
    """The guard of one process. A flood pushes out what came longest ago."""

    def __init__(
        self,
        *,
        at_most: int = _SIGNATURES_AT_MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``at_most``: how many signatures are remembered. ``clock``: seconds from any start."""
        self._at_most = at_most
        self._clock = clock
        self._seen: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    async def admit(self, signature: str, content: bytes) -> None:
        """See ``ReplayGuard``."""
        at = self._clock()
        while self._seen and next(iter(self._seen.values()))[0] <= at:
            self._seen.popitem(last=False)
        digest = _digest(content)
        _, first = self._seen.setdefault(signature, (at + _REMEMBERED_S, digest))
        if not hmac.compare_digest(first, digest):
            raise ReplayedError
        if len(self._seen) > self._at_most:
            self._seen.popitem(last=False)

    async def close(self) -> None:
        """Nothing to let go."""


class RedisReplayGuard:
    """The guard that all gateways share. Without Redis requests pass: the inbox still takes every
    message once only."""

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``url``: ``redis://host:port/number``. ``clock``: seconds from any start."""
        self._pool = ConnectionPool.from_url(
            url,
            socket_timeout=_REDIS_TIMEOUT_S,
            socket_connect_timeout=_REDIS_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._redis = Redis(connection_pool=self._pool)
        self._clock = clock
        self._paused_until = -math.inf
        self._silent_until = -math.inf

    async def admit(self, signature: str, content: bytes) -> None:
        """See ``ReplayGuard``."""
        if self._clock() < self._paused_until:
            return
        digest = _digest(content)
        try:
            first = await self._first(_NAMESPACE + signature, digest)
        except (RedisError, OSError) as error:
            self._pause(error)
            return
        if not hmac.compare_digest(first, digest):
            raise ReplayedError

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.disconnect()

    async def _first(self, key: str, digest: bytes) -> bytes:
        """What was remembered first under the key, this if nothing was."""
        if await self._redis.set(key, digest, nx=True, ex=_REMEMBERED_S):
            return digest
        first = cast(bytes | None, await self._redis.get(key))
        return digest if first is None else first  # forgotten in between

    def _pause(self, error: Exception) -> None:
        at = self._clock()
        self._paused_until = at + _PAUSE_S
        if at >= self._silent_until:
            self._silent_until = at + _LOG_EVERY_S
            _log.warning("no replay guard without redis", extra={"cause": type(error).__name__})


def replay_guard(redis_url: str | None) -> ReplayGuard:
    """A guard over all gateways where a Redis is set, else that of this process."""
    return RedisReplayGuard(redis_url) if redis_url else MemoryReplayGuard()


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()

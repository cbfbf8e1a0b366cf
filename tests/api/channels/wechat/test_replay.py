import logging
import time

import pytest
from redis.asyncio import Redis

from api.channels.wechat.failures import ReplayedError
from api.channels.wechat.replay import (
    WINDOW_S,
    MemoryReplayGuard,
    RedisReplayGuard,
    ReplayGuard,
    replay_guard,
)
from tests.api.security.clock import Seconds
from tests.redis_server import RedisServer

pytestmark = pytest.mark.anyio


async def _refuses(guard: ReplayGuard, signature: str, content: bytes) -> bool:
    try:
        await guard.admit(signature, content)
    except ReplayedError:
        return True
    return False


async def test_a_repetition_passes_and_another_body_does_not() -> None:
    guard = replay_guard(None)
    for _ in range(3):
        assert not await _refuses(guard, "s1", b"body")
    assert await _refuses(guard, "s1", b"other")
    assert not await _refuses(guard, "s1", b"body")
    assert not await _refuses(guard, "s2", b"other")
    await guard.close()


async def test_a_signature_is_remembered_for_as_long_as_it_can_hold() -> None:
    clock = Seconds()
    guard = MemoryReplayGuard(clock=clock)
    await guard.admit("s1", b"body")
    clock.forward(2 * WINDOW_S - 1)
    assert await _refuses(guard, "s1", b"other")
    clock.forward(1)
    assert not await _refuses(guard, "s1", b"other")


async def test_a_flood_forgets_the_oldest() -> None:
    guard = MemoryReplayGuard(at_most=3, clock=Seconds())
    for signature in ("s1", "s2", "s3", "s4"):
        await guard.admit(signature, b"body")
    assert await _refuses(guard, "s2", b"other")
    assert not await _refuses(guard, "s1", b"other")


async def test_redis_remembers_for_all_gateways(redis_url: str) -> None:
    one, other = replay_guard(redis_url), replay_guard(redis_url)
    try:
        assert not await _refuses(one, "s1", b"body")
        assert not await _refuses(other, "s1", b"body")
        assert await _refuses(other, "s1", b"other")
        assert not await _refuses(other, "s2", b"other")
        assert await _refuses(one, "s2", b"body")
    finally:
        await one.close()
        await other.close()


async def test_redis_forgets_in_time(redis_url: str) -> None:
    guard, redis = RedisReplayGuard(redis_url), Redis.from_url(redis_url)
    try:
        await guard.admit("s1", b"body")
        (key,) = await redis.keys("*")
        assert 2 * WINDOW_S - 5 < await redis.ttl(key) <= 2 * WINDOW_S
    finally:
        await guard.close()
        await redis.aclose()


async def test_without_redis_requests_pass_soon_and_the_log_says_so_once(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Seconds()
    guard = RedisReplayGuard(redis_server.url, clock=clock)
    await guard.admit("s1", b"body")
    redis_server.stop()
    started = time.monotonic()
    with caplog.at_level(logging.WARNING):
        for _ in range(4):
            assert not await _refuses(guard, "s1", b"other")
            clock.forward(6)
    assert time.monotonic() - started < 1
    assert caplog.messages == ["no replay guard without redis"]
    redis_server.start()
    await guard.admit("s1", b"body")
    assert await _refuses(guard, "s1", b"other")
    await guard.close()

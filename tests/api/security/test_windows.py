import time

import pytest
from redis.exceptions import RedisError

from api.security import windows
from api.security.windows import MemoryWindows, RedisWindows
from tests.api.security.clock import Seconds
from tests.redis_server import RedisServer

pytestmark = pytest.mark.anyio


async def test_a_window_moves_with_the_time() -> None:
    clock = Seconds()
    memory = MemoryWindows(clock)
    assert await memory.hit("a", 2, 60) is None
    clock.forward(40)
    assert await memory.hit("a", 2, 60) is None
    assert await memory.hit("a", 2, 60) == 20
    assert await memory.hit("b", 2, 60) is None
    clock.forward(20)
    assert await memory.hit("a", 2, 60) is None
    assert await memory.hit("a", 2, 60) == 40


async def test_what_is_refused_does_not_count() -> None:
    clock = Seconds()
    memory = MemoryWindows(clock)
    await memory.hit("a", 1, 60)
    for _ in range(5):
        clock.forward(10)
        await memory.hit("a", 1, 60)
    clock.forward(10)
    assert await memory.hit("a", 1, 60) is None


async def test_a_flood_of_keys_forgets_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "_KEYS_AT_MOST", 3)
    memory = MemoryWindows(Seconds())
    for key in "abcd":
        assert await memory.hit(key, 1, 60) is None
    assert await memory.hit("d", 1, 60) is not None
    assert await memory.hit("a", 1, 60) is None


async def test_what_is_forgotten_does_not_count() -> None:
    memory = MemoryWindows(Seconds())
    await memory.hit("a", 1, 60)
    await memory.forget("a", 1, 60)
    await memory.forget("never hit", 1, 60)
    assert await memory.hit("a", 1, 60) is None


async def test_redis_counts_for_all_gateways(redis_url: str) -> None:
    one, other = RedisWindows(redis_url), RedisWindows(redis_url)
    try:
        assert await one.hit("a", 2, 60) is None
        assert await other.hit("a", 2, 60) is None
        wait = await one.hit("a", 2, 60)
        assert wait is not None
        assert 55 < wait <= 60
        assert await other.hit("b", 2, 60) is None
        await other.forget("a", 2, 60)
        assert await one.hit("a", 2, 60) is None
    finally:
        await one.close()
        await other.close()


async def test_without_redis_it_fails_soon(redis_server: RedisServer) -> None:
    away = RedisWindows(redis_server.url)
    redis_server.stop()
    started = time.monotonic()
    with pytest.raises(RedisError):
        await away.hit("a", 2, 60)
    assert time.monotonic() - started < 1
    await away.close()

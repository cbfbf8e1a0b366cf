import logging
from datetime import timedelta

import pytest

from api.error_codes import ErrorCode
from api.security.rate_limits import TooManyRequestsError
from api.security.windows import RedisWindows
from api.staff.throttle import MAX_FAILURES, PAUSE, LoginThrottle
from tests.api.outbox.clock import Clock
from tests.redis_server import RedisServer, redis_server, redis_url  # noqa: F401 - fixtures

pytestmark = pytest.mark.anyio
_SECOND = timedelta(seconds=1)


@pytest.fixture
def throttle(clock: Clock) -> LoginThrottle:
    return LoginThrottle(clock=clock)


async def fail(throttle: LoginThrottle, account: str = "chen", times: int = MAX_FAILURES) -> None:
    for _ in range(times):
        await throttle.begin(account)


async def is_refused(throttle: LoginThrottle, account: str = "chen") -> bool:
    try:
        await throttle.begin(account)
    except TooManyRequestsError as error:
        return error.code is ErrorCode.TOO_MANY_REQUESTS
    return False


async def test_the_sixth_attempt_is_refused_for_15_minutes(
    throttle: LoginThrottle, clock: Clock
) -> None:
    await fail(throttle)
    assert await is_refused(throttle)
    clock.advance(PAUSE - _SECOND)
    assert await is_refused(throttle)
    clock.advance(_SECOND)
    assert not await is_refused(throttle)


async def test_the_refusal_says_when_to_come_back(throttle: LoginThrottle, clock: Clock) -> None:
    await fail(throttle)
    clock.advance(timedelta(minutes=5))
    with pytest.raises(TooManyRequestsError) as refused:
        await throttle.begin("chen")
    assert refused.value.retry_after_s == 600


async def test_refused_attempts_do_not_prolong_the_pause(
    throttle: LoginThrottle, clock: Clock
) -> None:
    await fail(throttle)
    for _ in range(3):
        clock.advance(PAUSE / 3 - _SECOND)
        assert await is_refused(throttle)
    clock.advance(3 * _SECOND)
    assert not await is_refused(throttle)


async def test_after_the_pause_there_are_five_attempts_again(
    throttle: LoginThrottle, clock: Clock
) -> None:
    await fail(throttle)
    clock.advance(PAUSE)
    await fail(throttle)
    assert await is_refused(throttle)


async def test_success_begins_afresh(throttle: LoginThrottle) -> None:
    await fail(throttle, times=MAX_FAILURES - 1)
    await throttle.succeeded("chen")
    await fail(throttle)
    assert await is_refused(throttle)


async def test_accounts_are_counted_apart(throttle: LoginThrottle) -> None:
    await fail(throttle)
    assert not await is_refused(throttle, "wang")


async def test_gateways_count_together(redis_url: str) -> None:  # noqa: F811
    windows = [RedisWindows(redis_url) for _ in range(2)]
    one, other = (LoginThrottle(each) for each in windows)
    try:
        await fail(one, times=MAX_FAILURES - 2)
        await fail(other, times=2)
        assert await is_refused(one)
        assert await is_refused(other)
        await other.succeeded("chen")
        assert not await is_refused(one)
    finally:
        for each in windows:
            await each.close()


async def test_without_redis_a_gateway_counts_for_itself(
    redis_server: RedisServer,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    windows = RedisWindows(redis_server.url)
    throttle = LoginThrottle(windows)
    redis_server.stop()
    try:
        with caplog.at_level(logging.WARNING):
            await fail(throttle)
            assert await is_refused(throttle)
            await throttle.succeeded("chen")
            assert not await is_refused(throttle)
        assert "chen" not in caplog.text
    finally:
        await windows.close()

import logging

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from api.error_codes import ErrorCode
from api.security.rate_limits import (
    RULES,
    Per,
    RateLimits,
    RouteGroup,
    Rule,
    TooManyRequestsError,
    rate_limits,
)
from api.security.windows import MemoryWindows, RedisWindows
from tests.api.security.clock import FEW, Seconds
from tests.redis_server import RedisServer

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def limits(clock: Seconds) -> RateLimits:
    return RateLimits(MemoryWindows(clock), rules=FEW, clock=clock)


async def passes(limits: RateLimits, group: RouteGroup, **identities: str) -> bool:
    try:
        await limits.require(group, {Per(name): value for name, value in identities.items()})
    except TooManyRequestsError:
        return False
    return True


@pytest.mark.parametrize(
    ("group", "rule"), [(group, rule) for group, rules in RULES.items() for rule in rules]
)
async def test_every_rule_lets_its_amount_pass(
    clock: Seconds, group: RouteGroup, rule: Rule
) -> None:
    limits = RateLimits(MemoryWindows(clock), rules={group: [rule]}, clock=clock)
    for _ in range(rule.amount):
        await limits.require(group, {rule.per: "a"})
    clock.forward(rule.seconds / 4)
    with pytest.raises(TooManyRequestsError) as refused:
        await limits.require(group, {rule.per: "a"})
    assert refused.value.code is ErrorCode.TOO_MANY_REQUESTS
    assert refused.value.retry_after_s == rule.seconds * 3 / 4
    clock.forward(refused.value.retry_after_s)
    await limits.require(group, {rule.per: "a"})


async def test_many_conversations_an_hour_are_too_many(limits: RateLimits, clock: Seconds) -> None:
    passed = 0
    for _ in range(30 * 3):
        passed += await passes(limits, RouteGroup.NEW_CONVERSATION, address="a")
        clock.forward(20)
    assert passed == 60


async def test_a_socket_shares_the_limit_of_its_conversation(limits: RateLimits) -> None:
    for _ in range(10):
        await limits.admit_message("c1")
        assert await passes(limits, RouteGroup.MESSAGE, conversation="c1", address="a")
    with pytest.raises(TooManyRequestsError):
        await limits.admit_message("c1")
    await limits.admit_message("c2")


async def test_anything_can_be_an_identity(limits: RateLimits) -> None:
    for account in ("\ud800", "", "名" * 10_000):
        assert await passes(limits, RouteGroup.LOGIN, account=account)


@pytest.mark.parametrize(("scale", "allowed"), [(0.1, 1), (2, 20), (0, 25)])
async def test_limits_scale(clock: Seconds, scale: float, allowed: int) -> None:
    limits = RateLimits(MemoryWindows(clock), scale=scale, clock=clock)
    passed = [await passes(limits, RouteGroup.VERIFICATION, address="a") for _ in range(25)]
    assert sum(passed) == allowed


class Counting:
    """Windows whose Redis is away."""

    def __init__(self) -> None:
        self.tried = 0

    async def hit(self, key: str, amount: int, seconds: int) -> float | None:
        self.tried += 1
        raise RedisConnectionError("10.0.0.9 refused")

    async def close(self) -> None:
        pass


async def test_a_failing_redis_lets_pass_and_is_logged_once_a_minute(
    clock: Seconds, caplog: pytest.LogCaptureFixture
) -> None:
    windows = Counting()
    limits = RateLimits(windows, clock=clock)
    with caplog.at_level(logging.WARNING):
        for _ in range(59):
            assert await passes(limits, RouteGroup.LOGIN, account="a")
            clock.forward(1)
        assert len(caplog.records) == 1
        assert windows.tried == 12  # every 5 seconds: a hanging Redis slows few requests
        clock.forward(5)
        assert await passes(limits, RouteGroup.LOGIN, account="a")
        assert len(caplog.records) == 2


async def test_redis_counts_again_when_it_is_back(redis_server: RedisServer) -> None:
    clock = Seconds()
    limits = RateLimits(RedisWindows(redis_server.url), clock=clock)
    redis_server.stop()
    for _ in range(20):
        assert await passes(limits, RouteGroup.VERIFICATION, address="a")
    redis_server.start()
    clock.forward(6)
    passed = [await passes(limits, RouteGroup.VERIFICATION, address="a") for _ in range(11)]
    assert passed == [True] * 10 + [False]
    await limits.close()


async def test_the_setting_chooses_where_is_counted(redis_url: str) -> None:
    for url in (None, redis_url):
        limits = rate_limits(url)
        passed = [await passes(limits, RouteGroup.VERIFICATION, address="a") for _ in range(11)]
        assert passed == [True] * 10 + [False]
        await limits.close()

from datetime import timedelta

import pytest

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.staff.throttle import MAX_FAILURES, PAUSE, LoginThrottle
from tests.api.outbox.clock import Clock

_SECOND = timedelta(seconds=1)


@pytest.fixture
def throttle(clock: Clock) -> LoginThrottle:
    return LoginThrottle(clock)


def fail(throttle: LoginThrottle, account: str = "chen", times: int = MAX_FAILURES) -> None:
    for _ in range(times):
        throttle.begin(account)


def is_refused(throttle: LoginThrottle, account: str = "chen") -> bool:
    try:
        throttle.begin(account)
    except ApiError as error:
        return error.code is ErrorCode.TOO_MANY_REQUESTS
    return False


def test_the_sixth_attempt_is_refused_for_15_minutes(throttle: LoginThrottle, clock: Clock) -> None:
    fail(throttle)
    assert is_refused(throttle)
    clock.advance(PAUSE - _SECOND)
    assert is_refused(throttle)
    clock.advance(_SECOND)
    assert not is_refused(throttle)


def test_refused_attempts_do_not_prolong_the_pause(throttle: LoginThrottle, clock: Clock) -> None:
    fail(throttle)
    for _ in range(3):
        clock.advance(PAUSE / 3 - _SECOND)
        assert is_refused(throttle)
    clock.advance(3 * _SECOND)
    assert not is_refused(throttle)


def test_after_the_pause_there_are_five_attempts_again(
    throttle: LoginThrottle, clock: Clock
) -> None:
    fail(throttle)
    clock.advance(PAUSE)
    fail(throttle)
    assert is_refused(throttle)


def test_success_begins_afresh(throttle: LoginThrottle) -> None:
    fail(throttle, times=MAX_FAILURES - 1)
    throttle.succeeded("chen")
    fail(throttle)
    assert is_refused(throttle)


def test_accounts_are_counted_apart(throttle: LoginThrottle) -> None:
    fail(throttle)
    assert not is_refused(throttle, "wang")


def test_a_flood_of_names_takes_bounded_memory(throttle: LoginThrottle) -> None:
    fail(throttle)
    for number in range(9_999):
        throttle.begin(f"n{number}")
    assert is_refused(throttle)
    throttle.begin("one more")
    assert not is_refused(throttle)

from api.conversations.breaker import FAILURES_BEFORE_OPEN, PAUSE_S, CircuitBreaker


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _opened(clock: Clock) -> CircuitBreaker:
    breaker = CircuitBreaker(clock)
    for _ in range(FAILURES_BEFORE_OPEN):
        assert breaker.allows()
        breaker.failed()
    return breaker


def test_it_opens_after_repeated_failures_and_tries_once_after_the_pause() -> None:
    clock = Clock()
    breaker = _opened(clock)
    assert not breaker.allows()
    clock.now += PAUSE_S
    assert breaker.allows()
    assert not breaker.allows()


def test_a_successful_trial_closes_it() -> None:
    clock = Clock()
    breaker = _opened(clock)
    clock.now += PAUSE_S
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()


def test_a_failed_trial_opens_it_again() -> None:
    clock = Clock()
    breaker = _opened(clock)
    clock.now += PAUSE_S
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    clock.now += PAUSE_S
    assert breaker.allows()


def test_a_lost_trial_does_not_keep_it_open() -> None:
    clock = Clock()
    breaker = _opened(clock)
    clock.now += PAUSE_S
    assert breaker.allows()
    clock.now += PAUSE_S
    assert breaker.allows()


def test_single_failures_between_successes_never_open_it() -> None:
    breaker = CircuitBreaker(Clock())
    for _ in range(10):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert breaker.allows()

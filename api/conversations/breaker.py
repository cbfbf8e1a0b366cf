"""A circuit breaker: a peer that keeps failing is left alone for a while, then tried again.

While the circuit is open nobody waits for a time-out that is sure to come; after the pause one
request is let through, and its outcome closes the circuit or opens it for another pause.
"""

import time
from collections.abc import Callable

FAILURES_BEFORE_OPEN = 3
PAUSE_S = 5.0


class CircuitBreaker:
    """State of one peer; not shared between processes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._retry_at = 0.0
        self._trial_until = 0.0

    def allows(self) -> bool:
        """Whether a request may go out now; at the end of a pause only one may."""
        if self._failures < FAILURES_BEFORE_OPEN:
            return True
        now = self._clock()
        if now < self._retry_at or now < self._trial_until:
            return False
        # A trial that never comes back must not keep the circuit open.
        self._trial_until = now + PAUSE_S
        return True

    def succeeded(self) -> None:
        """The peer answered: the circuit is closed."""
        self._failures = 0
        self._trial_until = 0.0

    def failed(self) -> None:
        """The peer did not answer, or not usably."""
        self._failures += 1
        self._trial_until = 0.0
        if self._failures >= FAILURES_BEFORE_OPEN:
            self._retry_at = self._clock() + PAUSE_S

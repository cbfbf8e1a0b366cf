"""How often somebody may guess the password of one account."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.storage.models import now

MAX_FAILURES = 5
PAUSE = timedelta(minutes=15)
_ACCOUNTS_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class _Failures:
    count: int
    latest: datetime


class LoginThrottle:
    """After 5 failures in a row an account takes no login for 15 minutes.

    Names without an account are counted too, or else the refusal would tell which ones have one.
    Counted in the memory of this process; a flood of made-up names pushes out the oldest counts.
    """

    def __init__(self, clock: Callable[[], datetime] = now) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def begin(self, account: str) -> None:
        """Count an attempt, before its outcome is known: many at once must not outrun the count.

        Raises ``ApiError``: too_many_requests; such an attempt is not counted.
        """
        at = self._clock()
        known = self._failures.get(account)
        count = known.count if known is not None and at < known.latest + PAUSE else 0
        if count >= MAX_FAILURES:
            raise ApiError(ErrorCode.TOO_MANY_REQUESTS)
        self._failures[account] = _Failures(count + 1, at)
        self._failures.move_to_end(account)
        if len(self._failures) > _ACCOUNTS_AT_MOST:
            self._failures.popitem(last=False)

    def succeeded(self, account: str) -> None:
        """Begin to count afresh."""
        self._failures.pop(account, None)

"""How often somebody may guess the password or the code of one account."""

import hashlib
import logging
import math
from collections.abc import Callable
from datetime import datetime, timedelta

from redis.exceptions import RedisError

from api.security.rate_limits import TooManyRequestsError
from api.security.windows import MemoryWindows, Windows
from api.storage.models import now

MAX_FAILURES = 5
PAUSE = timedelta(minutes=15)
_PAUSE_S = int(PAUSE.total_seconds())
_log = logging.getLogger(__name__)


class LoginThrottle:
    """After 5 failures within 15 minutes an account takes no attempt until these are over.

    Names without an account are counted too, or else the refusal would tell which ones have one.
    Without Redis, where one is set, each gateway counts for itself: that is weaker than one count,
    and better than none.
    """

    def __init__(
        self, windows: Windows | None = None, *, clock: Callable[[], datetime] = now
    ) -> None:
        """``windows``: shared with the other gateways; None: those of this process."""
        self._own = MemoryWindows(lambda: clock().timestamp())
        self._windows = windows or self._own

    async def begin(self, account: str) -> None:
        """Count an attempt, before its outcome is known: many at once must not outrun the count.

        Raises ``TooManyRequestsError``; such an attempt is not counted.
        """
        hit = (_key(account), MAX_FAILURES, _PAUSE_S)
        try:
            wait = await self._windows.hit(*hit)
        except (RedisError, OSError) as error:
            _log.warning("logins counted without redis", extra={"cause": type(error).__name__})
            wait = await self._own.hit(*hit)
        if wait is not None:
            raise TooManyRequestsError(max(1, math.ceil(wait)))

    async def succeeded(self, account: str) -> None:
        """Begin to count afresh."""
        hit = (_key(account), MAX_FAILURES, _PAUSE_S)
        await self._own.forget(*hit)
        try:
            await self._windows.forget(*hit)
        except (RedisError, OSError):
            return  # the count runs out by itself


def _key(account: str) -> str:
    # Hashed: usernames do not lie about in Redis.
    digest = hashlib.blake2b(account.encode("utf-8", "surrogatepass"), digest_size=16)
    return f"staff login:{digest.hexdigest()}"

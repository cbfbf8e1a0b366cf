"""How often somebody may call a group of routes.

Limits are for hands and for runaway clients, not for keeping a count: without Redis, where one
is set, requests pass.
"""

import hashlib
import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from redis.exceptions import RedisError

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.security.windows import MemoryWindows, RedisWindows, Windows

_PAUSE_S = 5.0
"""After a failure Redis is left alone for so long: a hanging one must not slow every request."""
_LOG_EVERY_S = 60.0
_log = logging.getLogger(__name__)


class RouteGroup(StrEnum):
    """Routes that are limited together."""

    NEW_CONVERSATION = "new_conversation"
    MESSAGE = "message"
    UPLOAD = "upload"
    OPINION = "opinion"
    """Ratings and feedback."""
    OWN_DATA = "own_data"
    """Export and deletion."""
    VERIFICATION = "verification"
    LOGIN = "login"
    WECHAT = "wechat"
    """Messages and events of one follower; the platform's requests themselves are not counted."""


class Per(StrEnum):
    """By what requests are counted."""

    ADDRESS = "address"
    CONVERSATION = "conversation"
    """Its token is checked before."""
    TOKEN = "token"  # noqa: S105 - not a secret
    """A worker's token, right or wrong."""
    FOLLOWER = "follower"
    ACCOUNT = "account"
    """The address together with the username that is tried from there."""


@dataclass(frozen=True, slots=True)
class Rule:
    """At most ``amount`` requests in any ``seconds``, an hour at most."""

    per: Per
    amount: int
    seconds: int


_MINUTE, _HOUR = 60, 3600
# The narrow rule stands first: what it refuses does not count for the wide one. A whole factory may
# share one address, so addresses get many times what one person needs.
RULES: Mapping[RouteGroup, Sequence[Rule]] = MappingProxyType(
    {
        RouteGroup.NEW_CONVERSATION: (
            Rule(Per.ADDRESS, 60, _MINUTE),
            Rule(Per.ADDRESS, 600, _HOUR),
        ),
        RouteGroup.MESSAGE: (
            Rule(Per.CONVERSATION, 600, _MINUTE),
            Rule(Per.ADDRESS, 3000, _MINUTE),
        ),
        RouteGroup.UPLOAD: (Rule(Per.CONVERSATION, 20, _MINUTE), Rule(Per.ADDRESS, 200, _MINUTE)),
        RouteGroup.OPINION: (Rule(Per.CONVERSATION, 30, _MINUTE), Rule(Per.ADDRESS, 300, _MINUTE)),
        RouteGroup.OWN_DATA: (Rule(Per.TOKEN, 5, _MINUTE), Rule(Per.ADDRESS, 20, _MINUTE)),
        RouteGroup.VERIFICATION: (Rule(Per.ADDRESS, 10, _MINUTE),),
        RouteGroup.WECHAT: (Rule(Per.FOLLOWER, 300, _MINUTE),),
        RouteGroup.LOGIN: (Rule(Per.ACCOUNT, 5, _MINUTE), Rule(Per.ADDRESS, 60, _MINUTE)),
    }
)


class TooManyRequestsError(ApiError):
    """Refused for now; ``retry_after_s``: whole seconds until a request passes."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(ErrorCode.TOO_MANY_REQUESTS, retry_after_s=retry_after_s)


class RateLimits:
    """Counts requests and refuses those that come too often."""

    def __init__(
        self,
        windows: Windows,
        *,
        scale: float = 1,
        rules: Mapping[RouteGroup, Sequence[Rule]] = RULES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``scale``: factor of every amount; 0 refuses nothing. ``clock``: in seconds."""
        self._windows = windows
        self._scale = scale
        self._rules = rules
        self._clock = clock
        self._paused_until = -math.inf
        self._silent_until = -math.inf

    async def require(self, group: RouteGroup, identities: Mapping[Per, str]) -> None:
        """Count a request; rules on what is not in ``identities`` do not apply.

        Raises ``TooManyRequestsError``.
        """
        if self._scale == 0 or self._clock() < self._paused_until:
            return
        try:
            for rule in self._rules[group]:
                if rule.per in identities:
                    await self._hit(group, rule, identities[rule.per])
        except (RedisError, OSError) as error:
            self._pause(error)

    async def admit_message(self, conversation_id: str) -> None:
        """Count a message that comes over a socket. Raises ``TooManyRequestsError``."""
        await self.require(RouteGroup.MESSAGE, {Per.CONVERSATION: conversation_id})

    async def close(self) -> None:
        """Let connections go."""
        await self._windows.close()

    async def _hit(self, group: RouteGroup, rule: Rule, identity: str) -> None:
        # Hashed: keys are of one length, and neither address nor username lies about in Redis.
        digest = hashlib.blake2b(
            identity.encode("utf-8", "surrogatepass"), digest_size=16
        ).hexdigest()
        amount = max(1, round(rule.amount * self._scale))
        key = f"{group}:{rule.per}:{rule.seconds}:{digest}"
        wait = await self._windows.hit(key, amount, rule.seconds)
        if wait is not None:
            raise TooManyRequestsError(max(1, math.ceil(wait)))

    def _pause(self, error: Exception) -> None:
        at = self._clock()
        self._paused_until = at + _PAUSE_S
        if at >= self._silent_until:
            self._silent_until = at + _LOG_EVERY_S
            _log.warning("no rate limits without redis", extra={"cause": type(error).__name__})


def rate_limits(redis_url: str | None, *, scale: float = 1) -> RateLimits:
    """Limits over all gateways where a Redis is set, else those of this process."""
    return RateLimits(RedisWindows(redis_url) if redis_url else MemoryWindows(), scale=scale)

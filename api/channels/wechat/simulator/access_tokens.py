"""Access tokens as ``stable_token`` gives them.

Source: https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final

from api.channels.wechat.simulator.codes import Code, Refused

LIFETIME: Final = timedelta(seconds=7200)
OVERLAP: Final = timedelta(minutes=5)
"""So long before its end a token is renewed, and so long a replaced one still opens the door."""
FORCED_A_DAY: Final = 20
FORCED_APART: Final = timedelta(seconds=30)
_LENGTH: Final = 512
"""The platform asks for room for as many characters; whoever has less shall notice."""
_PLATFORM_ZONE: Final = timezone(timedelta(hours=8))


@dataclass(slots=True)
class _Token:
    text: str
    expires_at: datetime


class AccessTokens:
    """Gives out tokens and knows which of them are good."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._tokens: dict[str, _Token] = {}
        self._current: _Token | None = None
        self._forced_at: datetime | None = None
        self._forced_on: date | None = None
        self._forced_count = 0

    def give(self, *, forced: bool) -> tuple[str, int]:
        """A token and the seconds it is good for.

        Not forced: the current one, until 5 minutes before its end. Forced: a new one, unless the
        last was forced less than 30 s ago. Raises ``Refused``: 45009 after 20 in a day.
        """
        at = self._clock()
        if forced and not self._is_forced_too_soon(at):
            self._count_forced(at)
            current = self._renew(at)
        elif self._current is None or self._current.expires_at - at <= OVERLAP:
            current = self._renew(at)
        else:
            current = self._current
        return current.text, int((current.expires_at - at).total_seconds())

    def require(self, text: str | None) -> None:
        """Raises ``Refused``: 41001 missing, 40001 unknown, 42001 expired."""
        if not text:
            raise Refused(Code.MISSING_ACCESS_TOKEN)
        token = self._tokens.get(text)
        if token is None:
            raise Refused(Code.INVALID_CREDENTIAL)
        if token.expires_at <= self._clock():
            raise Refused(Code.ACCESS_TOKEN_EXPIRED)

    def expire(self) -> None:
        """End every token now."""
        for token in self._tokens.values():
            token.expires_at = min(token.expires_at, self._clock())
        self._current = None

    def forget(self) -> None:
        """Know no token any more, as when another program has replaced them."""
        self._tokens.clear()
        self._current = None

    def _is_forced_too_soon(self, at: datetime) -> bool:
        return (
            self._current is not None
            and self._forced_at is not None
            and at - self._forced_at < FORCED_APART
        )

    def _count_forced(self, at: datetime) -> None:
        today = at.astimezone(_PLATFORM_ZONE).date()
        if today != self._forced_on:
            self._forced_on, self._forced_count = today, 0
        if self._forced_count >= FORCED_A_DAY:
            raise Refused(Code.DAILY_LIMIT)
        self._forced_count += 1
        self._forced_at = at

    def _renew(self, at: datetime) -> _Token:
        if self._current is not None:
            self._current.expires_at = min(self._current.expires_at, at + OVERLAP)
        text = secrets.token_urlsafe(_LENGTH)[:_LENGTH]
        self._current = self._tokens[text] = _Token(text, at + LIFETIME)
        return self._current

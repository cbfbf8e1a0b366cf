"""The account's access token, by ``stable_token``.

The platform gives the same token to whoever asks until five minutes before its end; forced, it
replaces it. It lets 10,000 calls a minute pass and 20 forced ones a day, 30 seconds apart. Source:
https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import httpx2

from api.channels.wechat.platform_calls import TIMEOUT_S, call_json
from api.channels.wechat.platform_errors import PlatformError, PlatformOutcome
from api.channels.wechat.token_store import Lease, Token, TokenStore
from api.storage.database import Database
from api.storage.models import now

TASK_NAME: Final = "wechat access token"
"""Of the tasks that fetch."""
_POLL_S: Final = 0.25
_POLLS: Final = 24
"""Longer than a fetch of another gateway takes, shorter than what waits for a call."""
_EARLY_EVERY: Final = timedelta(seconds=10)
"""How often a living token is tried to be replaced."""
_FAILED_FOR: Final = timedelta(seconds=3)
"""After a failure the platform is left alone for so long."""
_LONGEST_S: Final = 7200
_log = logging.getLogger(__name__)


class AccessTokens:
    """Gives the token out of memory, as long as it lives; gateways share it by the database.

    ``pause``: waits so many seconds while another gateway fetches.
    """

    def __init__(
        self,
        database: Database,
        client: httpx2.AsyncClient,
        *,
        api_base: str,
        app_id: str,
        app_secret: str,
        secret_key: str,
        clock: Callable[[], datetime] = now,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._store = TokenStore(database, app_id, secret_key)
        self._client = client
        self._url = f"{api_base}/cgi-bin/stable_token"
        self._credentials = {
            "grant_type": "client_credential",
            "appid": app_id,
            "secret": app_secret,
        }
        self._clock = clock
        self._pause = pause
        self._timeout_s = timeout_s
        self._cached: Token | None = None
        self._early_at: datetime | None = None
        self._failure: tuple[datetime, PlatformError] | None = None
        self._turn = asyncio.Lock()
        self._refreshing: dict[str | None, asyncio.Task[Token]] = {}

    async def get(self) -> str:
        """A token to call with. One that is about to end is replaced in the background.

        Raises ``PlatformError`` where none lives and none can be had.
        """
        if self._cached is None:
            stored = await self._store.read()
            self._cached = self._cached or stored
        token, at = self._cached, self._clock()
        if token is None or not token.is_alive(at):
            return await self._wait_for(None)
        if not token.is_fresh(at) and (self._early_at is None or at >= self._early_at):
            self._early_at = at + _EARLY_EVERY
            self._refresh_once(None)
        return token.text

    async def renew(self, rejected: str) -> str:
        """A token in the place of one that the platform does not take: what another gateway or
        another call has brought already, else a forced one. Where forcing is used up it may be
        the rejected one again.

        Raises ``PlatformError``.
        """
        return await self._wait_for(rejected)

    async def close(self) -> None:
        """Stop fetching."""
        tasks = list(self._refreshing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _wait_for(self, rejected: str | None) -> str:
        # Others wait for the same fetch: one who is called off does not end it.
        return (await asyncio.shield(self._refresh_once(rejected))).text

    def _refresh_once(self, rejected: str | None) -> asyncio.Task[Token]:
        """The task that does it, the running one if there is."""
        task = self._refreshing.get(rejected)
        if task is None:
            task = asyncio.create_task(self._refresh(rejected), name=TASK_NAME)
            self._refreshing[rejected] = task
            task.add_done_callback(partial(self._finished, rejected))
        return task

    def _finished(self, rejected: str | None, task: asyncio.Task[Token]) -> None:
        del self._refreshing[rejected]
        # In the background nobody else looks at it; what the platform said is logged already.
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, PlatformError):
            _log.error("access token not refreshed", exc_info=error)

    async def _refresh(self, rejected: str | None) -> Token:
        async with self._turn:
            for _ in range(_POLLS):
                at = self._clock()
                if self._failure is not None and at < self._failure[0]:
                    raise PlatformError(*self._failure[1].args)
                match await self._store.claim(rejected, at):
                    case Token() as token:
                        self._cached = token
                        return token
                    case Lease() as lease:
                        token = await self._fetch(lease, at)
                        if await self._store.keep(lease, token):
                            self._cached = token
                            return token
                await self._pause(_POLL_S)
        _log.warning("another gateway has not brought the access token")
        raise PlatformError(PlatformOutcome.UNREACHABLE, None)

    async def _fetch(self, lease: Lease, at: datetime) -> Token:
        body = self._credentials | {"force_refresh": lease.forced}
        try:
            answer = await call_json(
                self._client, "POST", self._url, body=body, timeout_s=self._timeout_s
            )
            token = _token_in(answer, at)
        except PlatformError as error:
            _log.error(
                "no access token",
                extra={
                    "outcome": error.outcome,
                    "errcode": error.errcode,
                    "reason": error.outcome.explanation,
                    "forced": lease.forced,
                },
            )
            self._failure = (self._clock() + _FAILED_FOR, error)
            await self._store.release(lease)
            raise
        _log.info("access token fetched", extra={"forced": lease.forced})
        return token


def _token_in(answer: dict[str, Any], at: datetime) -> Token:
    """Raises ``PlatformError``: UNREACHABLE for an answer without a token."""
    match answer:
        case {"access_token": str(text), "expires_in": int(seconds)} if text and seconds > 0:
            return Token(text, at + timedelta(seconds=min(seconds, _LONGEST_S)))
    raise PlatformError(PlatformOutcome.UNREACHABLE, None)

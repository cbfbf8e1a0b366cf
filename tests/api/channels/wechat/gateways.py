"""Gateways that share one account's access token."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2

from api.channels.wechat.access_token import AccessTokens
from api.storage.database import Database
from tests.api.channels.wechat.api_server import ApiServer
from tests.api.outbox.clock import Clock

APP_ID = "wx0123456789abcdef"
SECRET = "the-app-secret"


class Gateways:
    """Each one has connections and memory of its own."""

    def __init__(
        self, stack: AsyncExitStack, url: str, api: ApiServer, client: httpx2.AsyncClient
    ) -> None:
        self._stack = stack
        self._url = url
        self._client = client
        self.api = api
        self.clock = Clock()
        self.pauses: list[float] = []

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def database(self) -> Database:
        database = Database(self._url)
        self._stack.push_async_callback(database.close)
        return database

    def start(
        self,
        *,
        secret_key: str | None = None,
        app_id: str = APP_ID,
        api_base: str | None = None,
        timeout_s: float = 5.0,
        pause: Callable[[float], Awaitable[object]] | None = None,
    ) -> AccessTokens:
        tokens = AccessTokens(
            self.database(),
            self._client,
            api_base=api_base or self.api.url,
            app_id=app_id,
            app_secret=SECRET,
            secret_key=secret_key or "key",
            clock=self.clock,
            pause=pause or self._pause,
            timeout_s=timeout_s,
        )
        self._stack.push_async_callback(tokens.close)
        return tokens


@asynccontextmanager
async def gateways(url: str, api: ApiServer, client: httpx2.AsyncClient) -> AsyncIterator[Gateways]:
    async with AsyncExitStack() as stack:
        yield Gateways(stack, url, api, client)

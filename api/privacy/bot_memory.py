"""The dialogue servers remember conversations, too; what is erased here has to be forgotten there.

Delivered through the outbox: a server that is down forgets when it is back.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import httpx2

from api.outbox.adapters import PermanentError, TemporaryError

ADAPTER: Final = "bot_memory"
"""The name under which the outbox knows it."""
_PATH: Final = "/webhooks/gateway/conversations/"


def payload_of(conversation_id: str, bot_round: int) -> dict[str, Any]:
    """All names under which the servers know a conversation, one for each beginning of the bot."""
    later = [f"{conversation_id}.{number}" for number in range(1, bot_round + 1)]
    return {"senders": [conversation_id, *later]}


class BotMemory:
    """Has every dialogue server forget: a conversation may have moved between them."""

    def __init__(
        self, client: httpx2.AsyncClient, urls: Sequence[str], *, secret: str, timeout_s: float = 5
    ) -> None:
        self._client = client
        self._urls = urls
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._timeout_s = timeout_s

    async def deliver(self, payload: Mapping[str, Any], idempotency_key: str) -> None:
        """Return once all have forgotten. Raises ``TemporaryError``, ``PermanentError``."""
        for url in self._urls:
            for sender in payload["senders"]:
                await self._forget(url + _PATH + sender)

    async def _forget(self, url: str) -> None:
        try:
            async with asyncio.timeout(self._timeout_s):
                status = (await self._client.delete(url, headers=self._headers)).status_code
        except TimeoutError:
            raise TemporaryError("timeout") from None
        except httpx2.TransportError as error:
            raise TemporaryError(type(error).__name__) from None
        if status >= 500:
            raise TemporaryError(f"status {status}")
        if status >= 400:
            raise PermanentError(f"status {status}")

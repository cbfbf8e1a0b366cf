"""The dialogue servers (Rasa) as the gateway sees them (design §4.2)."""

import asyncio
import hashlib
import logging

import httpx2
from pydantic import ValidationError

from api.conversations.cleaning import both_ends
from contract import BotTurn

WEBHOOK = "/webhooks/gateway/webhook"
HEALTH = "/webhooks/gateway/"
# Rasa's server drops idle connections after 5 s; ours go first, so that none is used while dying.
_KEEPALIVE_S = 3.0
_POLL_S = 0.5
_log = logging.getLogger(__name__)


class BotUnavailableError(Exception):
    """The bot gave no usable answer; ``cause`` says why, for the log and the package."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


def new_client() -> httpx2.AsyncClient:
    """One client for all peers; proxies of the environment do not concern them."""
    limits = httpx2.Limits(keepalive_expiry=_KEEPALIVE_S)
    return httpx2.AsyncClient(limits=limits, trust_env=False, timeout=None)


class DialogueServers:
    """Asks the bot. With several servers a conversation keeps to one of them."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        urls: list[str],
        *,
        secret: str,
        timeout_s: float,
        max_chars: int,
    ) -> None:
        self._client = client
        self._urls = urls
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._timeout_s = timeout_s
        self._max_chars = max_chars

    async def ask(
        self, *, conversation_id: str, message_id: str, text: str, channel: str
    ) -> BotTurn:
        """The bot's turn, with at least one reply. Raises ``BotUnavailableError``."""
        body: dict[str, object] = {
            "sender": conversation_id,
            "text": both_ends(text, self._max_chars),
            "metadata": {
                "channel": channel,
                "working_hours": None,
                "member": False,
                "message_id": message_id,
            },
        }
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._post(conversation_id, body)
        except TimeoutError:
            raise BotUnavailableError("timeout") from None
        except httpx2.HTTPError as error:
            raise BotUnavailableError(type(error).__name__) from None
        if response.status_code != 200:
            raise BotUnavailableError(f"status {response.status_code}")
        try:
            turn = BotTurn.model_validate_json(response.content)
        except ValidationError:
            # Not chained: the validation error quotes the bot's words.
            raise BotUnavailableError("invalid body") from None
        if not turn.replies:
            raise BotUnavailableError("no reply")
        return turn

    async def _post(self, conversation_id: str, body: dict[str, object]) -> httpx2.Response:
        *preferred, last = self.ranked(conversation_id)
        for url in preferred:
            try:
                return await self._client.post(url + WEBHOOK, json=body, headers=self._headers)
            except httpx2.ConnectError:
                # Nothing was received there, so the next server in rank may have it.
                _log.warning("dialogue server unreachable", extra={"url": url})
        return await self._client.post(last + WEBHOOK, json=body, headers=self._headers)

    def ranked(self, conversation_id: str) -> list[str]:
        """Servers by rendezvous hashing: losing one moves only its own conversations."""
        return sorted(
            self._urls,
            key=lambda url: hashlib.blake2b(f"{url} {conversation_id}".encode()).digest(),
            reverse=True,
        )

    async def health(self) -> dict[str, bool]:
        """Which of the servers are up."""
        states = await asyncio.gather(
            *(is_up(self._client, url + HEALTH, self._timeout_s) for url in self._urls)
        )
        return dict(zip(self._urls, states, strict=True))

    async def wait_until_up(self, limit_s: float) -> None:
        """Return when every server is up, or after the limit."""
        try:
            async with asyncio.timeout(limit_s):
                while not all((await self.health()).values()):  # noqa: ASYNC110 - another process
                    await asyncio.sleep(_POLL_S)
        except TimeoutError:
            _log.warning("dialogue servers not up", extra={"waited_s": limit_s})


async def is_up(client: httpx2.AsyncClient, url: str, timeout_s: float) -> bool:
    """Whether an address answers 200 in time."""
    try:
        async with asyncio.timeout(timeout_s):
            return (await client.get(url)).status_code == 200
    except (httpx2.HTTPError, TimeoutError):
        return False

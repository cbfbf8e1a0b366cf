"""The dialogue servers (Rasa) as the gateway sees them (design §4.2)."""

import asyncio
import hashlib
import json
import logging
from dataclasses import dataclass
from typing import Any

import aiohttp
import httpx2
from pydantic import ValidationError

import tracing
from api.conversations.breaker import CircuitBreaker
from api.conversations.cleaning import both_ends
from contract import BotTurn

WEBHOOK = "/webhooks/gateway/webhook"
HEALTH = "/webhooks/gateway/"
# The action server drops idle connections after 5 s; ours go first, so that none is used while
# dying.
_KEEPALIVE_S = 3.0
_POLL_S = 0.5
_SERVER_ERROR = 500
_log = logging.getLogger(__name__)


class BotUnavailableError(Exception):
    """The bot gave no usable answer; ``cause`` says why, for the log and the package."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Question:
    """A worker's message as the bot gets it.

    ``bot_round`` counts how often the bot began afresh in the conversation. ``repeated``: the bot
    may have answered it before, and then only says again what it said.
    """

    conversation_id: str
    bot_round: int
    message_id: str
    text: str
    channel: str
    working_hours: bool | None = None
    member: bool = False
    repeated: bool = False

    @property
    def sender(self) -> str:
        """The conversation as the dialogue server knows it."""
        if self.bot_round == 0:
            return self.conversation_id
        return f"{self.conversation_id}.{self.bot_round}"


def new_client() -> httpx2.AsyncClient:
    """One client for all peers but for turns; proxies of the environment do not concern them."""
    limits = httpx2.Limits(keepalive_expiry=_KEEPALIVE_S)
    return httpx2.AsyncClient(limits=limits, trust_env=False, timeout=None)


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    content: bytes


class DialogueServers:
    """Asks the bot. With several servers a conversation keeps to one of them.

    Each turn is a call, so the calls have a session of ``aiohttp``, whose parser is compiled: 0.1
    instead of 0.5 ms of processor time for a call of the client that all other peers share.
    """

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
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self._timeout_s = timeout_s
        self._max_chars = max_chars
        self._breakers = {url: CircuitBreaker() for url in urls}
        self._opened: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._opened is not None:
            await self._opened.close()

    async def ask(self, question: Question) -> BotTurn:
        """The bot's turn, with at least one reply. Raises ``BotUnavailableError``."""
        body: dict[str, Any] = {
            "sender": question.sender,
            "text": both_ends(question.text, self._max_chars),
            "metadata": {
                "channel": question.channel,
                "working_hours": question.working_hours,
                "member": question.member,
                "message_id": question.message_id,
            }
            | ({"repeated": True} if question.repeated else {}),
        }
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._post(question.conversation_id, body)
        except TimeoutError:
            raise BotUnavailableError("timeout") from None
        except aiohttp.ClientError as error:
            raise BotUnavailableError(type(error).__name__) from None
        if response.status != 200:
            raise BotUnavailableError(f"status {response.status}")
        try:
            turn = BotTurn.model_validate_json(response.content)
        except ValidationError:
            # Not chained: the validation error quotes the bot's words.
            raise BotUnavailableError("invalid body") from None
        if not turn.replies:
            raise BotUnavailableError("no reply")
        return turn

    async def _post(self, conversation_id: str, body: dict[str, Any]) -> _Response:
        allowed = [url for url in self.ranked(conversation_id) if self._breakers[url].allows()]
        if not allowed:
            raise BotUnavailableError("circuit open")
        *preferred, last = allowed
        for url in preferred:
            try:
                return await self._post_to(url, body)
            except aiohttp.ClientConnectorError:
                # Nothing was received there, so the next server in rank may have it.
                _log.warning("dialogue server unreachable", extra={"url": url})
        return await self._post_to(last, body)

    async def _post_to(self, url: str, body: dict[str, Any]) -> _Response:
        breaker = self._breakers[url]
        try:
            with tracing.call(url + WEBHOOK) as call:
                data = json.dumps(_traced(body), ensure_ascii=False).encode()
                sent = self._session().post(url + WEBHOOK, data=data, allow_redirects=False)
                async with sent as answer:
                    response = _Response(answer.status, await answer.read())
                call.answered(response.status)
        except (aiohttp.ClientError, asyncio.CancelledError):
            breaker.failed()  # cancelled: the time was up
            raise
        if response.status >= _SERVER_ERROR:
            breaker.failed()
        else:
            breaker.succeeded()
        return response

    def _session(self) -> aiohttp.ClientSession:
        """Opened with the first call, since it belongs to the event loop."""
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                # A server that hangs takes no connection from another, and one that has moved
                # to another address is found there.
                connector=aiohttp.TCPConnector(
                    limit=0, use_dns_cache=False, keepalive_timeout=_KEEPALIVE_S
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=self._headers,
                timeout=aiohttp.ClientTimeout(),  # none: that of the whole turn holds
            )
        return self._opened

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


def _traced(body: dict[str, Any]) -> dict[str, Any]:
    """The body with the current span in its metadata: Rasa 3.6 carries that on to the actions."""
    return body | {"metadata": body["metadata"] | tracing.carrier()}


async def is_up(client: httpx2.AsyncClient, url: str, timeout_s: float) -> bool:
    """Whether an address answers 200 in time."""
    try:
        async with asyncio.timeout(timeout_s):
            return (await client.get(url)).status_code == 200
    except (httpx2.HTTPError, TimeoutError):
        return False

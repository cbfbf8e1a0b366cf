"""The workers of the soak: they arrive when they like, and repeat what is not answered."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2

from benchmarks.insisting import Attempt, insist

_MESSAGES: Final = (3, 6)
_THINKS_S: Final = 15.0
"""Mean pause of a worker who has read the answer."""
_IN_ONE_BREATH: Final = 0.1
"""Share of messages that the next one follows without waiting for the answer."""
_REPEATED: Final = 0.05
"""Share of messages that are sent again although they were answered."""
_CONVERSATIONS: Final = "/api/v1/conversations"
_ERROR_SHAPE: Final = {"code", "message", "request_id"}


@dataclass(frozen=True)
class Asked:
    """One message. Times on the monotonic clock; ``replies``: ids, in the order as told."""

    key: str
    sent_at: float
    answered_at: float
    replies: tuple[str, ...]


@dataclass
class Book:
    """What workers saw."""

    sent: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    """Of each conversation."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """Statuses of responses, and reasons why there was none."""
    errors_of_another_shape: int = 0
    different_on_repetition: int = 0
    given_up: int = 0

    def note(self, attempt: Attempt) -> None:
        """Count what one request brought."""
        response = attempt.response
        self.outcomes[attempt.error if response is None else str(response.status_code)] += 1
        if response is not None and response.status_code >= 400:
            self.errors_of_another_shape += not _has_error_shape(response)


def _has_error_shape(response: httpx2.Response) -> bool:
    with suppress(ValueError):
        body: Any = response.json()
        return isinstance(body, dict) and set(body.get("error", ())) == _ERROR_SHAPE
    return False


class Crowd:
    """Workers who come as a Poisson process, each with some messages.

    ``connect``: a client for each of them. One for all would look through all of its connections at
    each request: with a thousand who wait, that takes a core from the product.
    """

    def __init__(
        self,
        connect: Callable[[], httpx2.AsyncClient],
        texts: Sequence[str],
        book: Book,
        seed: int,
    ) -> None:
        self._connect = connect
        self._texts = texts
        self._book = book
        self._seed = seed

    async def come(self, rate: float, seconds: float) -> None:
        """Let them come for so long, ``rate`` messages a second on average, whatever becomes of
        those before. Then nobody begins to ask any more; return when all have their answers."""
        chance = random.Random(self._seed)  # noqa: S311 - not for secrets
        workers_a_second = rate / (sum(_MESSAGES) / 2)
        at = time.monotonic()
        end = at + seconds
        number = 0
        async with asyncio.TaskGroup() as visits:
            while (at := at + chance.expovariate(workers_a_second)) < end:
                await asyncio.sleep(at - time.monotonic())
                number += 1
                own = random.Random(f"{self._seed}/{number}")  # noqa: S311 - as above
                visits.create_task(self._visit(number, own, end))

    async def _visit(self, number: int, chance: random.Random, end: float) -> None:
        try:
            async with self._connect() as client:
                await _Visit(client, self._texts, self._book, number, chance).talk(end)
        except TimeoutError:
            self._book.given_up += 1


class _Visit:
    """One worker; begins anew where a person is waited for, to keep the bot at work."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        texts: Sequence[str],
        book: Book,
        number: int,
        chance: random.Random,
    ) -> None:
        self._client = client
        self._texts = texts
        self._book = book
        self._number = number
        self._chance = chance
        self._conversation = ""
        self._token = ""
        self._status = "none"

    async def talk(self, end: float) -> None:
        left = self._chance.randint(*_MESSAGES)
        sent = 0
        while sent < left and time.monotonic() < end:
            if self._status != "bot":
                created = await self._ask(_CONVERSATIONS, {"channel": "web"})
                self._conversation, self._token = created["conversation_id"], created["token"]
                self._book.tokens[self._conversation] = self._token
            at_once = 2 if self._chance.random() < _IN_ONE_BREATH and sent + 1 < left else 1
            await asyncio.gather(*(self._say(sent + number) for number in range(at_once)))
            sent += at_once
            pause = self._chance.expovariate(1 / _THINKS_S)
            await asyncio.sleep(min(pause, end - time.monotonic()))

    async def _say(self, number: int) -> None:
        book = self._book
        key = f"w{self._number}-{number}"
        body = {"text": self._chance.choice(self._texts), "client_message_id": key}
        again = self._chance.random() < _REPEATED
        path = f"{_CONVERSATIONS}/{self._conversation}/messages"
        book.sent.append(key)
        sent_at = time.monotonic()
        answer = await self._ask(path, body, self._token)
        replies = tuple(message["id"] for message in answer["messages"])
        book.asked.append(Asked(key, sent_at, time.monotonic(), replies))
        self._status = answer["status"]
        if again:
            repeated = await self._ask(path, body, self._token)
            book.different_on_repetition += repeated["messages"] != answer["messages"]

    async def _ask(self, path: str, body: dict[str, str], token: str = "") -> dict[str, Any]:
        """Send until it is answered. Raises ``TimeoutError``."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await insist(self._client, path, body, headers, self._book.note)
        found: dict[str, Any] = answer.json()
        return found

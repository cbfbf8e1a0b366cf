"""How many requests of workers are worked on at once.

Each turn takes the database's one writing connection several times. With hundreds of turns at work
each of these waits behind all the others, every turn runs out of time, and what is repeated joins
the queue: the gateway is busy and answers nobody. So a request waits for a place before it has
cost anything, and is told when there is none; whoever has a place is answered in time.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from api.conversations.crisis import is_crisis
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.operations import metrics

PLACES: Final = 32
"""As many as the bot can answer one after another within its time (``rasa_timeout``, 2.5 s) on a
machine three times slower than that of docs/performance.md."""
PATIENCE_S: Final = 5.0
_RETRY_AFTER_S: Final = 3
_RETRY_AFTER_AT_MOST_S: Final = 30


class Places:
    """A number of places; who comes first has the next one."""

    def __init__(self, number: int = PLACES, patience_s: float = PATIENCE_S) -> None:
        self._number = number
        self._waiting = 0
        self._free = asyncio.Semaphore(number)
        self._patience_s = patience_s

    @property
    def are_taken(self) -> bool:
        """Whether the next one has to wait."""
        return self._free.locked()

    @asynccontextmanager
    async def one(self, text: str = "") -> AsyncIterator[None]:
        """Hold a place for the length of the block; ``text``: a message, which needs none if
        somebody may come to harm.

        Raises:
            ApiError: none came free in time. Nothing was stored: the client sends again.
        """
        if self.are_taken and _is_crisis(text):
            yield
            return
        await self._wait()
        try:
            with metrics.place_taken():
                yield
        finally:
            self._free.release()

    async def _wait(self) -> None:
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience_s):
                await self._free.acquire()
        except TimeoutError as error:
            metrics.turned_away()
            raise ApiError(
                ErrorCode.STORAGE_UNAVAILABLE, retry_after_s=self._retry_after_s()
            ) from error
        finally:
            self._waiting -= 1

    def _retry_after_s(self) -> int:
        """The longer, the more wait: being turned away costs the machine something, too, and a
        thousand who come again every few seconds would take it from those who have a place."""
        rounds = 1 + (self._waiting - 1) // self._number
        return min(_RETRY_AFTER_S * rounds, _RETRY_AFTER_AT_MOST_S)


def _is_crisis(text: str) -> bool:
    try:
        return is_crisis(text)
    except UnicodeEncodeError:
        return False  # half a character: whoever stores the message says what is wrong with it

"""How many requests of workers are worked on at once, and who is next.

Each turn takes the database's one writing connection several times. With hundreds of turns at work
each of these waits behind all the others, every turn runs out of time, and what is repeated joins
the queue: the gateway is busy and answers nobody. So a request waits for a place before it has
cost anything, and is told when there is none; whoever has a place is answered in time.

Who was turned away and comes again stands where they stood: the next place goes to whoever tried
first, not to whoever came last by chance.
"""

import asyncio
import heapq
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
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
_REMEMBERED_S: Final = 2 * _RETRY_AFTER_AT_MOST_S
_REMEMBERED_AT_MOST: Final = 20_000
_HEAD_START_S: Final = 30.0
"""Of what begins a conversation. Not for ever: a flood of beginnings must not shut out the rest."""


@dataclass(order=True)
class _Waiting:
    since: float
    number: int
    place: asyncio.Future[None] = field(compare=False)


@dataclass
class _TurnedAway:
    first: float
    last: float


class Places:
    """A number of places; who tried first has the next one."""

    def __init__(
        self,
        number: int = PLACES,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._number = number
        self._clock = clock
        self._taken = 0
        self.patience_s = patience_s
        self._queue: list[_Waiting] = []  # a heap
        self._numbers = itertools.count()
        self._turned_away: dict[str, _TurnedAway] = {}  # the latest at the end

    @property
    def are_taken(self) -> bool:
        """Whether the next one has to wait."""
        return self._taken >= self._number

    @property
    def waiting(self) -> int:
        """How many requests wait."""
        return len(self._queue)

    @asynccontextmanager
    async def one(
        self, text: str = "", *, whose: str | None = None, ahead: bool = False
    ) -> AsyncIterator[None]:
        """Hold a place for the length of the block.

        Args:
            text: a message, which needs no place if somebody may come to harm.
            whose: what is the same when the request comes again: turned away, it keeps its turn.
            ahead: a request that is over at once, and without which nothing else can be sent; it
                goes before all that came in the last half minute.

        Raises:
            ApiError: none came free in time. Nothing was stored: the client sends again.
        """
        if self.are_taken:
            if _is_crisis(text):
                yield
                return
            await self._wait(whose, ahead=ahead)
        else:
            self._taken += 1
        if whose:
            self._turned_away.pop(whose, None)
        try:
            with metrics.place_taken():
                yield
        finally:
            self._leave()

    async def _wait(self, whose: str | None, *, ahead: bool) -> None:
        since = self._clock() - _HEAD_START_S if ahead else self._first_try(whose)
        waiting = _Waiting(since, next(self._numbers), asyncio.Future())
        heapq.heappush(self._queue, waiting)
        try:
            async with asyncio.timeout(self.patience_s):
                await waiting.place
        except TimeoutError as error:
            if _has_come(waiting.place):
                return  # at the same moment
            retry_after_s = self._retry_after_s()
            self._give_up(waiting)
            if whose:
                self._remember(whose, since)
            metrics.turned_away()
            raise ApiError(ErrorCode.STORAGE_UNAVAILABLE, retry_after_s=retry_after_s) from error
        except asyncio.CancelledError:
            if _has_come(waiting.place):
                self._leave()
            else:
                self._give_up(waiting)
            raise

    def _first_try(self, whose: str | None) -> float:
        now = self._clock()
        known = self._turned_away.get(whose) if whose else None
        return known.first if known and known.last >= now - _REMEMBERED_S else now

    def _leave(self) -> None:
        while self._queue:
            place = heapq.heappop(self._queue).place
            if not place.done():  # else somebody gives up at this moment
                place.set_result(None)
                return
        self._taken -= 1

    def _give_up(self, waiting: _Waiting) -> None:
        if waiting in self._queue:
            self._queue.remove(waiting)
            heapq.heapify(self._queue)

    def _remember(self, whose: str, since: float) -> None:
        now = self._clock()
        self._turned_away.pop(whose, None)
        self._turned_away[whose] = _TurnedAway(since, now)
        for other, turned_away in list(itertools.islice(self._turned_away.items(), 2)):
            is_old = turned_away.last < now - _REMEMBERED_S
            if is_old or len(self._turned_away) > _REMEMBERED_AT_MOST:
                del self._turned_away[other]

    def _retry_after_s(self) -> int:
        """The longer, the more wait: being turned away costs the machine something, too, and a
        thousand who come again every few seconds would take it from those who have a place."""
        rounds = 1 + (self.waiting - 1) // self._number
        return min(_RETRY_AFTER_S * rounds, _RETRY_AFTER_AT_MOST_S)


def _has_come(place: asyncio.Future[None]) -> bool:
    return place.done() and not place.cancelled()


def _is_crisis(text: str) -> bool:
    try:
        return is_crisis(text)
    except UnicodeEncodeError:
        return False  # half a character: whoever stores the message says what is wrong with it

"""A bounded queue of events for one reader, who is never lied to about what it missed."""

import asyncio
from dataclasses import dataclass

from api.live.events import Event

DEFAULT_SIZE = 64


class MailboxClosedError(Exception):
    """Nothing will come any more."""


@dataclass(frozen=True)
class News:
    """What happened since the last look. ``missed``: more than ``events`` tell, so that the
    reader has to look at the record anew."""

    events: tuple[Event, ...]
    missed: bool


class Mailbox:
    """Events in their order, up to ``size`` of them.

    One more, and all of them are forgotten in favour of ``missed``: a reader that is slow costs
    neither memory nor anybody's time, and loses nothing, because the record has everything.
    Belongs to one event loop and one reader.
    """

    def __init__(self, size: int = DEFAULT_SIZE) -> None:
        self._size = size
        self._events: dict[Event, None] = {}  # a set that keeps its order
        self._missed = False
        self._closed = False
        self._filled = asyncio.Event()

    def put(self, event: Event) -> None:
        """Add an event; never blocks."""
        if self._closed or event in self._events:
            return
        if len(self._events) == self._size:
            self.miss()
            return
        self._events[event] = None
        self._filled.set()

    def miss(self) -> None:
        """Have the reader look at the record instead of single events."""
        if not self._closed:
            self._events.clear()
            self._missed = True
            self._filled.set()

    def close(self) -> None:
        """Nothing is added any more; what is in it can still be read."""
        self._closed = True
        self._filled.set()

    async def get(self) -> News:
        """Wait for something and take all of it.

        Raises:
            MailboxClosedError: it is closed and empty.
        """
        await self._filled.wait()
        if not self._events and not self._missed:
            raise MailboxClosedError
        news = News(tuple(self._events), self._missed)
        self._events.clear()
        self._missed = False
        if not self._closed:
            self._filled.clear()
        return news

"""Brings what happens to the page: news of the queue, and of the conversation that is open."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable

from api.live.events import Event, Typing
from api.live.hub import Hub
from api.live.mailbox import Mailbox, MailboxClosedError
from api.storage.models import ActorKind

_REST = 20
"""After the list was read the page rests for so many times as long: at most a twentieth of a
gateway's time goes into one page, however busy the desk is."""
_REST_AT_MOST_S = 2.0
_log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]


class Live:
    """Two subscriptions of one page; the page is told to look at the record."""

    def __init__(self, hub: Hub, *, on_queue: Work, on_case: Work, on_typing: Work) -> None:
        """``on_typing``: the worker of the open conversation writes."""
        self._hub = hub
        self._on_queue = on_queue
        self._on_case = on_case
        self._on_typing = on_typing
        self._queue: Mailbox | None = None
        self._own: set[str] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Begin to listen to the queue."""
        self._tasks["queue"] = asyncio.create_task(self._follow_queue())

    def stop(self) -> None:
        """Listen to nothing any more."""
        for task in self._tasks.values():
            task.cancel()
        self._tasks.clear()

    def watch(self, conversation_ids: Iterable[str]) -> None:
        """Hear of messages in one's own cases, for the marks of the list."""
        for conversation_id in conversation_ids:
            if self._queue is not None and conversation_id not in self._own:
                self._own.add(conversation_id)
                self._hub.follow(self._queue, conversation_id)

    def follow(self, conversation_id: str) -> None:
        """Listen to this conversation instead of the one before."""
        if before := self._tasks.pop("case", None):
            before.cancel()
        self._tasks["case"] = asyncio.create_task(self._follow_case(conversation_id))

    async def _follow_queue(self) -> None:
        async with self._hub.subscribe_queue() as mailbox:
            self._queue = mailbox
            try:
                while True:
                    news = await mailbox.get()
                    if not news.missed and all(isinstance(each, Typing) for each in news.events):
                        continue
                    began = time.monotonic()
                    await _guarded(self._on_queue)
                    taken = time.monotonic() - began
                    await asyncio.sleep(min(taken * _REST, _REST_AT_MOST_S))
            except MailboxClosedError:
                return

    async def _follow_case(self, conversation_id: str) -> None:
        async with self._hub.subscribe(conversation_id) as mailbox:
            try:
                while True:
                    news = await mailbox.get()
                    if any(_worker_types(event) for event in news.events):
                        await _guarded(self._on_typing)
                    if news.missed or not all(isinstance(each, Typing) for each in news.events):
                        await _guarded(self._on_case)
            except MailboxClosedError:
                return


def _worker_types(event: Event) -> bool:
    return isinstance(event, Typing) and event.by is ActorKind.WORKER


async def _guarded(work: Work) -> None:
    """One failure, such as a database that is busy, must not end the listening."""
    try:
        await work()
    except Exception:
        _log.exception("page could not be brought up to date")

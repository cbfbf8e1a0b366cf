"""Fan-out of events inside one gateway."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.live.events import Event, QueueChanged
from api.live.mailbox import DEFAULT_SIZE, Mailbox

_QUEUE = "queue"
"""Topic of the desk; the other topics are the ids of conversations."""


class Hub:
    """A publisher whose subscribers have a mailbox each. Belongs to one event loop."""

    def __init__(self, mailbox_size: int = DEFAULT_SIZE) -> None:
        self._mailbox_size = mailbox_size
        self._subscribers: dict[str, set[Mailbox]] = {}
        self._topics: dict[Mailbox, set[str]] = {}
        self._closed = False

    @property
    def subscriber_count(self) -> int:
        """How many mailboxes there are."""
        return len(self._topics)

    def publish(self, event: Event) -> None:
        """Put the event into the mailbox of everybody whom it concerns; never blocks."""
        topic = _QUEUE if isinstance(event, QueueChanged) else event.conversation_id
        for mailbox in self._subscribers.get(topic, ()):
            mailbox.put(event)

    def miss(self) -> None:
        """Have every subscriber look at the record, because events may have been lost."""
        for mailbox in self._topics:
            mailbox.miss()

    @asynccontextmanager
    async def subscribe(self, conversation_id: str) -> AsyncIterator[Mailbox]:
        """The events of a conversation, for as long as the context lasts."""
        mailbox = self._open(conversation_id)
        try:
            yield mailbox
        finally:
            self._remove(mailbox)

    @asynccontextmanager
    async def subscribe_queue(self) -> AsyncIterator[Mailbox]:
        """The events of the desk's queue, for as long as the context lasts."""
        mailbox = self._open(_QUEUE)
        try:
            yield mailbox
        finally:
            self._remove(mailbox)

    def follow(self, mailbox: Mailbox, conversation_id: str) -> None:
        """Bring a subscriber the events of one more conversation."""
        self._topics[mailbox].add(conversation_id)
        self._subscribers.setdefault(conversation_id, set()).add(mailbox)

    def close(self) -> None:
        """Tell every subscriber, now and later, that nothing will come any more."""
        self._closed = True
        for mailbox in self._topics:
            mailbox.close()

    def _open(self, topic: str) -> Mailbox:
        mailbox = Mailbox(self._mailbox_size)
        self._topics[mailbox] = set()
        self.follow(mailbox, topic)
        if self._closed:
            mailbox.close()
        return mailbox

    def _remove(self, mailbox: Mailbox) -> None:
        for topic in self._topics.pop(mailbox):
            self._subscribers[topic].discard(mailbox)
            if not self._subscribers[topic]:
                del self._subscribers[topic]

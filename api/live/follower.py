"""What one client has been told of its conversation, and what the record says beyond it.

Every frame but typing and ping comes from the record, behind the last message sent. So their
order is the record's, nothing is left out or told twice, and an event is no more than a reason
to look.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from api.channels.messages import views
from api.conversations import access
from api.conversations.service import ConversationService
from api.live.events import Event, MessageStored, Read, StatusChanged
from api.live.hub import Hub
from api.live.mailbox import Mailbox
from api.live.protocol import AcceptedFrame, MessagesFrame, ReadFrame, ServerFrame, StatusFrame
from api.live.read_marks import mark_read, message_at, read_marks
from api.storage.database import Database
from api.storage.models import ActorKind, Conversation, Message, Status

_MESSAGES_A_FRAME = 20
"""A long history over a bad line gets on frame by frame, also when the line breaks again."""


@dataclass(frozen=True)
class Record:
    """Where the record is read. ``reads`` limits how many clients read at once: when all of them
    look at the same time, turns still get a connection."""

    conversations: ConversationService
    database: Database
    zone: ZoneInfo
    reads: asyncio.Semaphore


class Follower:
    """One client's place in the record. Its mailbox is made to follow the worker into the
    conversations that go on from the first one."""

    def __init__(
        self, record: Record, hub: Hub, mailbox: Mailbox, *, conversation_id: str, token: str
    ) -> None:
        self._record = record
        self._hub = hub
        self._mailbox = mailbox
        self._first_id = conversation_id
        self._token = token
        self._last_message_id: str | None = None
        self._last_seq = 0
        self._status: Status | None = None
        self._marks: dict[ActorKind, int] = {}
        self._unconfirmed: set[str] = set()
        self.conversation_id = conversation_id
        """The conversation that goes on now."""

    def start_after(self, message_id: str | None) -> None:
        """The client has everything up to this message."""
        self._last_message_id = message_id

    def knows(self, event: Event) -> bool:
        """Whether the client was told before of what an event announces."""
        match event:
            case MessageStored(self.conversation_id, seq):
                return seq <= self._last_seq
            case StatusChanged(self.conversation_id, status):
                return status is self._status
            case Read(self.conversation_id, by, seq):
                return seq <= self._marks.get(by, 0)
        return False

    async def catch_up(self) -> list[ServerFrame]:
        """What the client does not know yet.

        Raises ``ApiError``: unauthorized, conversation_not_found (deleted, or the token has
        ended), message_not_found (the last message the client had is not there).
        """
        service = self._record.conversations
        async with self._record.reads:
            while True:
                # Read anew: whether it goes on elsewhere, and whether the token still counts.
                conversation = await service.authenticate(self._first_id, self._token)
                result = await service.history(conversation, self._last_message_id)
                if result.conversation_id == self.conversation_id:
                    break
                self._follow(result.conversation_id)
            marks = await self._new_marks(conversation)
        frames: list[ServerFrame] = [*self._tell(result.messages, result.status), *marks]
        if result.status is not self._status and not result.messages:
            frames.append(StatusFrame(status=result.status))
        self._status = result.status
        return frames

    def _follow(self, conversation_id: str) -> None:
        self._hub.follow(self._mailbox, conversation_id)
        self.conversation_id = conversation_id
        self._last_seq = 0
        self._marks = {}

    def _tell(self, messages: Sequence[Message], status: Status) -> Iterator[ServerFrame]:
        for start in range(0, len(messages), _MESSAGES_A_FRAME):
            part = messages[start : start + _MESSAGES_A_FRAME]
            for message in part:
                if confirmation := self._confirm(message):
                    yield confirmation
            yield MessagesFrame(messages=views(part, self._record.zone), status=status)
            self._last_message_id = part[-1].id
            if part[-1].conversation_id == self.conversation_id:
                self._last_seq = part[-1].seq

    async def _new_marks(self, first: Conversation) -> list[ReadFrame]:
        frames = []
        async with self._record.database.read() as session:
            current: Conversation | None = first
            if first.id != self.conversation_id:
                current = await access.find_conversation(session, self.conversation_id)
            for by, seq in (read_marks(current) if current else {}).items():
                if seq > self._marks.get(by, 0):
                    self._marks[by] = seq
                    if message_id := await message_at(session, self.conversation_id, seq):
                        frames.append(ReadFrame(by=by, message_id=message_id))
        return frames

    async def send(self, text: str, client_message_id: str) -> AcceptedFrame | None:
        """Store a message and wait for its turn. Returns the frame that says so, unless
        ``catch_up`` has given it before. Raises ``ApiError``: empty_message, message_too_long."""
        self._unconfirmed.add(client_message_id)
        try:
            result = await self._record.conversations.send(self._first_id, text, client_message_id)
            if result.conversation_id != self.conversation_id:
                self._mailbox.miss()  # it has begun the next conversation, unheard by us
            if client_message_id not in self._unconfirmed:
                return None
            # A repetition: the client was told of the message before.
            async with self._record.reads, self._record.database.read() as session:
                message = await access.find_repeated(session, self._first_id, client_message_id)
            return self._confirm(message) if message else None
        finally:
            self._unconfirmed.discard(client_message_id)

    def _confirm(self, message: Message) -> AcceptedFrame | None:
        client_id = message.client_message_id
        if client_id is None or client_id not in self._unconfirmed:
            return None
        self._unconfirmed.remove(client_id)
        return AcceptedFrame(client_message_id=client_id, message_id=message.id)

    async def mark_read(self, message_id: str) -> int | None:
        """Note how far the worker has read; returns the place if that is news."""
        async with self._record.database.write() as session:
            return await mark_read(session, self.conversation_id, message_id, by=ActorKind.WORKER)

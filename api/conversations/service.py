"""What a channel can do with conversations.

A message is committed before anything else happens to it. Its turn runs in a task of its own,
so that a client who leaves loses nothing, and can be repeated: the turn's results and its
completion mark are one transaction.
"""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError, NoResultFound, SQLAlchemyError

import tracing
from api.conversations import access, tokens
from api.conversations.cleaning import clean
from api.conversations.crisis import is_crisis
from api.conversations.lanes import Lane, Lanes
from api.conversations.turn import TurnHandler, TurnResult
from api.conversations.turn_locks import TurnLocks
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.live.events import MessageStored, Nobody, Publisher, StatusChanged
from api.operations import metrics
from api.operations.metrics import Stage
from api.storage.database import Database
from api.storage.models import (
    Author,
    Channel,
    Conversation,
    Feedback,
    Message,
    MessageKind,
    Rating,
    Status,
    now,
)
from api.texts import gateway_texts

T = TypeVar("T")
_SHUTDOWN_S = 5.0
_SWEEP_S = 5.0
"""How often a gateway looks for messages that another one left when it died."""
_ABANDONED_AFTER = timedelta(seconds=10)
"""A turn takes less; what is older and not completed has nobody."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NewConversation:
    """A conversation and the only copy of its token."""

    conversation: Conversation
    token: str
    messages: Sequence[Message]


class ConversationService:
    """Conversations of workers, for every channel."""

    def __init__(
        self,
        database: Database,
        turns: TurnHandler,
        locks: TurnLocks,
        *,
        secret_key: str,
        message_max_chars: int,
        publisher: Publisher | None = None,
    ) -> None:
        self._database = database
        self._turns = turns
        self._locks = locks
        self._publisher = publisher or Nobody()
        self._secret_key = secret_key
        self._message_max_chars = message_max_chars
        self._lanes = Lanes()
        self._in_flight: dict[tuple[str, str | None], asyncio.Task[TurnResult]] = {}
        self._behind: set[str] = set()
        """Conversations in which a turn of this process has failed. They stay: one turn that is
        made up for does not tell whether another is left, and looking costs little."""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._sweeper: asyncio.Task[None] | None = None

    async def create(self, channel: Channel) -> NewConversation:
        """A new conversation with the greeting in it."""
        token = tokens.new_token()
        texts = gateway_texts().greeting
        greeting = Message.of(
            Author.BOT,
            MessageKind.CHAT,
            texts.text,
            quick_replies=[quick_reply.model_dump() for quick_reply in texts.quick_replies],
        )
        async with self._database.write() as session:
            conversation = await access.create_conversation(
                session, channel, token_hash=tokens.hash_token(token, self._secret_key)
            )
            await access.append(session, conversation, [greeting])
        return NewConversation(conversation, token, [greeting])

    async def authenticate(self, conversation_id: str, token: str) -> Conversation:
        """The token's conversation. Raises ``ApiError``: conversation_not_found, unauthorized."""
        async with self._database.look_up() as connection:
            conversation = await access.read_conversation(connection, conversation_id)
        if conversation is None:
            raise ApiError(ErrorCode.CONVERSATION_NOT_FOUND)
        if not tokens.is_valid(token, conversation.token_hash, self._secret_key):
            raise ApiError(ErrorCode.UNAUTHORIZED)
        return conversation

    async def history(self, conversation: Conversation, after: str | None) -> TurnResult:
        """All messages behind one of them, those of conversations that go on from this one
        included. Raises ``ApiError``: message_not_found."""
        messages: list[Message] = []
        found = after is None
        async with self._database.read() as session:
            chain = await access.chain_of(session, conversation)
            for part in chain:
                seq: int | None = 0
                if not found and after is not None:
                    seq = await access.place_of(session, part.id, after)
                    found = seq is not None
                if seq is not None:
                    stored = await access.messages_after(session, part.id, seq)
                    # Of an erased conversation only the places are left.
                    messages += [message for message in stored if message.text]
        if not found:
            raise ApiError(ErrorCode.MESSAGE_NOT_FOUND)
        return TurnResult(messages, chain[-1].status, chain[-1].id)

    async def rate(self, conversation: Conversation, score: int, comment: str) -> None:
        """Keep what the worker thinks of the conversation."""
        async with self._database.write() as session:
            await session.merge(
                Rating(
                    conversation_id=conversation.id,
                    score=score,
                    comment=clean(comment),
                    created_at=now(),
                )
            )

    async def give_feedback(
        self, conversation: Conversation, message_id: str, *, helpful: bool
    ) -> None:
        """Keep whether an answer helped. Raises ``ApiError``: message_not_found, for messages of
        the worker's own, too."""
        async with self._database.write() as session:
            author = await access.author_of(session, conversation.id, message_id)
            if author not in (Author.BOT, Author.STAFF):
                raise ApiError(ErrorCode.MESSAGE_NOT_FOUND)
            await session.merge(Feedback(message_id=message_id, helpful=helpful, created_at=now()))

    async def send(self, conversation_id: str, text: str, client_message_id: str) -> TurnResult:
        """Store and answer a worker's message; a repeated id gets the first one's result.

        Raises ``ApiError``: empty_message, message_too_long.
        """
        if len(text) > self._message_max_chars:
            raise ApiError(ErrorCode.MESSAGE_TOO_LONG, limit=self._message_max_chars)
        text = clean(text)
        if not text:
            raise ApiError(ErrorCode.EMPTY_MESSAGE)
        return await asyncio.shield(
            self._spawn(self._accept(conversation_id, text, client_message_id))
        )

    async def recover(self, ready: Coroutine[Any, Any, None]) -> None:
        """Queue the turns that a crash left open, ahead of new messages; returns at once.

        Each waits for ``ready`` first, so that a bot that starts together with the gateway gets
        its chance.
        """
        async with self._database.read() as session:
            messages = await access.unhandled_messages(session)
        if self._locks.are_shared:
            self._sweeper = asyncio.create_task(self._sweep())
        if not messages:
            ready.close()
            return
        _log.info("recovering", extra={"messages": len(messages)})
        gate = self._spawn(ready)
        for message in messages:
            lane = self._lanes.of(message.conversation_id)
            self._start_turn(message, lane, gate=None if is_crisis(message.text) else gate)

    async def _sweep(self) -> None:
        """Take over messages whose gateway died; ends with the service."""
        while True:
            await asyncio.sleep(_SWEEP_S)
            try:
                async with self._database.read() as session:
                    messages = await access.unhandled_messages(
                        session, stored_before=now() - _ABANDONED_AFTER
                    )
            except SQLAlchemyError:
                _log.exception("sweep failed")
                continue
            for message in messages:
                if (message.conversation_id, message.client_message_id) not in self._in_flight:
                    self._start_turn(message, self._lanes.of(message.conversation_id))

    async def close(self) -> None:
        """Give running turns a moment; what is left is recovered at the next start."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        if self._tasks:
            _, pending = await asyncio.wait(self._tasks, timeout=_SHUTDOWN_S)
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    async def _accept(self, conversation_id: str, text: str, client_message_id: str) -> TurnResult:
        with tracing.span("message", tracing.Kind.SERVER):
            return await self._store_and_answer(conversation_id, text, client_message_id)

    async def _store_and_answer(
        self, conversation_id: str, text: str, client_message_id: str
    ) -> TurnResult:
        lane = self._lanes.of(conversation_id)
        async with lane.arrival:
            # Looked up before storing: a turn that ends meanwhile is then found completed.
            turn = self._in_flight.get((conversation_id, client_message_id))
            if turn is None:
                with metrics.timed(Stage.STORE), tracing.span(Stage.STORE):
                    message, conversation = await self._store(
                        conversation_id, text, client_message_id
                    )
                if message.handled_at is None:
                    if message.conversation_id != conversation_id:
                        lane = self._lanes.of(message.conversation_id)
                    turn = self._start_turn(message, lane, known=conversation)
                    self._publisher.publish(MessageStored(message.conversation_id, message.seq))
                    if message.conversation_id != conversation_id:
                        # Sockets know the conversation by its first id.
                        self._publisher.publish(StatusChanged(conversation_id, Status.BOT))
        if turn is not None:
            return await asyncio.shield(turn)
        async with self._database.read() as session:
            replies = await access.replies_to(session, message.id)
            status = await access.status_of(session, message.conversation_id)
        return TurnResult(replies, status, message.conversation_id)

    async def _store(
        self, conversation_id: str, text: str, client_message_id: str
    ) -> tuple[Message, Conversation | None]:
        """The message, committed, and its conversation; only the message if it is a repetition.

        A message to a closed conversation goes to the one that goes on from it.
        """
        try:
            try:
                async with self._database.write_rows() as connection:
                    return await access.add_worker_message(
                        connection, conversation_id, text=text, client_message_id=client_message_id
                    )
            except NoResultFound:
                return await self._store_behind_closed(conversation_id, text, client_message_id)
        except IntegrityError:
            async with self._database.read() as session:
                first = await access.find_repeated(session, conversation_id, client_message_id)
            if first is None:
                raise
            return first, None

    async def _store_behind_closed(
        self, conversation_id: str, text: str, client_message_id: str
    ) -> tuple[Message, Conversation | None]:
        async with self._database.write() as session:
            closed = await access.lock_conversation(session, conversation_id)
            first = await access.find_by_client_id(session, conversation_id, client_message_id)
            if first is not None:
                return first, None
            following = await access.successor_of(session, closed)
            return await access.add_worker_message(
                session, following.id, text=text, client_message_id=client_message_id
            )

    def _start_turn(
        self,
        message: Message,
        lane: Lane,
        *,
        known: Conversation | None = None,
        gate: asyncio.Task[None] | None = None,
    ) -> asyncio.Task[TurnResult]:
        waits_for = [task for task in (lane.last_turn, gate) if task and not task.done()]
        if waits_for:
            known = None  # it may change while this turn waits
        turn = self._spawn(self._take_turn(message, lane, known, waits_for))
        lane.last_turn = turn
        key = (message.conversation_id, message.client_message_id)
        self._in_flight[key] = turn
        turn.add_done_callback(lambda _: self._in_flight.pop(key, None))
        return turn

    async def _take_turn(
        self,
        message: Message,
        lane: Lane,
        known: Conversation | None,
        waits_for: list[asyncio.Task[Any]],
    ) -> TurnResult:
        try:
            if waits_for:
                await asyncio.wait(waits_for)
            async with self._locks.held(message.conversation_id):
                # A crisis waits for nothing that can wait.
                is_behind = message.conversation_id in self._behind and not is_crisis(message.text)
                if self._locks.are_shared or is_behind:
                    known = await self._catch_up(message, known)
                return await self._turns.handle(message, known)
        except Exception:
            self._behind.add(message.conversation_id)
            metrics.turn_failed()
            _log.exception("turn failed", extra={"message_id": message.id})
            raise

    async def _catch_up(self, message: Message, known: Conversation | None) -> Conversation | None:
        """Take the turns before this one that failed, or that another gateway left. Nothing is
        known any more after that, nor if this turn was taken meanwhile."""
        async with self._database.read() as session:
            left = await access.unhandled_before(session, message)
            is_handled = await access.is_handled(session, message.id)
        if not is_handled:
            for earlier in left:
                await self._turns.handle(earlier)
        return None if left or is_handled else known

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, or asyncio complains where the client has left

"""What a channel can do with conversations.

A message is committed before anything else happens to it. Its turn runs in a task of its own,
so that a client who leaves loses nothing, and can be repeated: the turn's results and its
completion mark are one transaction.
"""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError

from api.conversations import access, tokens
from api.conversations.cleaning import clean
from api.conversations.crisis import is_crisis
from api.conversations.lanes import Lane, Lanes
from api.conversations.turn import TurnHandler, TurnResult
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.storage.database import Database
from api.storage.models import (
    Author,
    Channel,
    Conversation,
    Message,
    MessageKind,
    Status,
    new_id,
)
from api.texts import gateway_texts

T = TypeVar("T")
_SHUTDOWN_S = 5.0
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
        self, database: Database, turns: TurnHandler, *, secret_key: str, message_max_chars: int
    ) -> None:
        self._database = database
        self._turns = turns
        self._secret_key = secret_key
        self._message_max_chars = message_max_chars
        self._lanes = Lanes()
        self._in_flight: dict[tuple[str, str | None], asyncio.Task[TurnResult]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def create(self, channel: Channel) -> NewConversation:
        """A new conversation with the greeting in it."""
        token = tokens.new_token()
        conversation = Conversation(
            id=new_id(),
            channel=channel,
            token_hash=tokens.hash_token(token, self._secret_key),
            status=Status.BOT,
            last_seq=0,
        )
        texts = gateway_texts().greeting
        greeting = Message.of(
            Author.BOT,
            MessageKind.CHAT,
            texts.text,
            quick_replies=[quick_reply.model_dump() for quick_reply in texts.quick_replies],
        )
        async with self._database.write() as session:
            session.add(conversation)
            await session.flush()
            await access.append(session, conversation, [greeting])
        return NewConversation(conversation, token, [greeting])

    async def authenticate(self, conversation_id: str, token: str) -> Conversation:
        """The token's conversation. Raises ``ApiError``: conversation_not_found, unauthorized."""
        async with self._database.read() as session:
            conversation = await access.find_conversation(session, conversation_id)
        if conversation is None:
            raise ApiError(ErrorCode.CONVERSATION_NOT_FOUND)
        if not tokens.is_valid(token, conversation.token_hash, self._secret_key):
            raise ApiError(ErrorCode.UNAUTHORIZED)
        return conversation

    async def history(self, conversation: Conversation, after: str | None) -> TurnResult:
        """All messages behind one of them. Raises ``ApiError``: message_not_found."""
        async with self._database.read() as session:
            seq: int | None = 0
            if after is not None:
                seq = await access.place_of(session, conversation.id, after)
            if seq is None:
                raise ApiError(ErrorCode.MESSAGE_NOT_FOUND)
            messages = await access.messages_after(session, conversation.id, seq)
        return TurnResult(messages, conversation.status)

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
        if not messages:
            ready.close()
            return
        _log.info("recovering", extra={"messages": len(messages)})
        gate = self._spawn(ready)
        for message in messages:
            lane = self._lanes.of(message.conversation_id)
            self._start_turn(message, lane, gate=None if is_crisis(message.text) else gate)

    async def close(self) -> None:
        """Give running turns a moment; what is left is recovered at the next start."""
        if self._tasks:
            _, pending = await asyncio.wait(self._tasks, timeout=_SHUTDOWN_S)
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    async def _accept(self, conversation_id: str, text: str, client_message_id: str) -> TurnResult:
        lane = self._lanes.of(conversation_id)
        async with lane.arrival:
            # Looked up before storing: a turn that ends meanwhile is then found completed.
            turn = self._in_flight.get((conversation_id, client_message_id))
            if turn is None:
                message, conversation = await self._store(conversation_id, text, client_message_id)
                if message.handled_at is None:
                    turn = self._start_turn(message, lane, known=conversation)
        if turn is not None:
            return await asyncio.shield(turn)
        async with self._database.read() as session:
            replies = await access.replies_to(session, message.id)
            status = await access.status_of(session, conversation_id)
        return TurnResult(replies, status)

    async def _store(
        self, conversation_id: str, text: str, client_message_id: str
    ) -> tuple[Message, Conversation | None]:
        """The message, committed, and its conversation; only the message if it is a repetition."""
        try:
            async with self._database.write() as session:
                return await access.add_worker_message(
                    session, conversation_id, text=text, client_message_id=client_message_id
                )
        except IntegrityError:
            async with self._database.read() as session:
                first = await access.find_by_client_id(session, conversation_id, client_message_id)
            if first is None:
                raise
            return first, None

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
            return await self._turns.handle(message, known)
        except Exception:
            _log.exception("turn failed", extra={"message_id": message.id})
            raise

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, or asyncio complains where the client has left

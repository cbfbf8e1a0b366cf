"""One turn: from a worker's stored message to the stored replies."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

import tracing
from api.conversations import access
from api.conversations.crisis import is_crisis
from api.conversations.degraded import DegradedAnswers
from api.conversations.dialogue import BotUnavailableError, DialogueServers, Question
from api.handoff import opening
from api.handoff.states import Act
from api.handoff.waiting import WaitingRoom
from api.live.events import (
    MessageStored,
    Nobody,
    Publisher,
    QueueChanged,
    StatusChanged,
    Typing,
)
from api.members.answers import MemberAnswers, question_in
from api.members.texts import MembershipQuestion
from api.operations import metrics
from api.operations.metrics import Stage, TurnOutcome
from api.privacy.by_word import Word, reply_to, word_in
from api.privacy.deletion import Deletion
from api.storage.database import Database
from api.storage.models import ActorKind, Author, Conversation, Message, MessageKind, Status
from api.texts import crisis_texts, gateway_texts
from contract import BotTurn, Reply

SILENT = (Status.WAITING, Status.WITH_STAFF)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What the worker is told: the replies of the turn, who has the conversation, and which one
    it is (a message to a closed conversation goes to the next one). ``is_erased``: the worker had
    everything deleted, so that these words are the only copy."""

    messages: Sequence[Message]
    status: Status
    conversation_id: str
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class _Degraded:
    """The bot gave no answer; ``reply`` is a safe one from the knowledge base, if there is."""

    error: BotUnavailableError
    reply: Reply | None


_Spoken = BotTurn | _Degraded | None


class TurnHandler:
    """Handles one stored message. Order and repetition are the service's concern."""

    def __init__(
        self,
        database: Database,
        bot: DialogueServers,
        degraded: DegradedAnswers,
        waiting_room: WaitingRoom,
        member_answers: MemberAnswers,
        deletion: Deletion,
        publisher: Publisher | None = None,
    ) -> None:
        self._database = database
        self._bot = bot
        self._degraded = degraded
        self._waiting_room = waiting_room
        self._member_answers = member_answers
        self._deletion = deletion
        self._publisher = publisher or Nobody()

    async def handle(self, message: Message, known: Conversation | None = None) -> TurnResult:
        """Answer, store and complete, in one transaction after the bot has spoken.

        ``known`` is the conversation where it was read a moment ago, which saves reading it.
        """
        with tracing.span("turn", attributes={"messaging.message.id": message.id}) as span:
            return await self._handle(message, known, span)

    async def _handle(
        self, message: Message, known: Conversation | None, span: tracing.Span
    ) -> TurnResult:
        started = time.perf_counter()
        in_crisis = is_crisis(message.text)
        # Words about the worker's own data and membership are the record's, not the bot's.
        word = None if in_crisis else word_in(message.text)
        own = None if in_crisis else question_in(message.text)
        by_record = in_crisis or word is not None or own is not None
        spoken = None if by_record else await self._ask_bot(message, known)
        erased: list[Conversation] = []
        closed_meanwhile = False
        with metrics.timed(Stage.RECORD), tracing.span(Stage.RECORD):
            before, new = Status.BOT, _mere_answers(spoken)
            conversation = await self._record_answers(message, new) if new else None
            if conversation is None:
                async with self._database.write() as session:
                    conversation = await access.lock_conversation(session, message.conversation_id)
                    before = conversation.status
                    closed_meanwhile = before is Status.CLOSED and not await access.is_handled(
                        session, message.id
                    )
                    new = []
                    if closed_meanwhile:
                        # Somebody finished the conversation while this message was on its way.
                        await access.carry_over(session, conversation, message)
                    elif not await access.mark_handled(session, message.id):
                        replies = await access.replies_to(session, message.id)
                        return TurnResult(replies, before, conversation.id)
                    else:
                        new = await self._record(session, conversation, message, spoken, word, own)
                        for reply in new:
                            reply.in_reply_to = message.id
                        await access.append(session, conversation, new)
                        if word is Word.CONFIRMS and new:
                            # In one transaction with the words that say so.
                            erased = await self._deletion.erase(session, conversation.worker_id)
        if closed_meanwhile:
            return await self._handle(message, None, span)
        self._deletion.publish(erased)
        self._publish(conversation, before)
        outcome = _outcome(new, spoken, in_crisis=in_crisis)
        metrics.turn_handled(conversation.channel, outcome, time.perf_counter() - started)
        span.note(
            {
                "union.channel": conversation.channel,
                "union.turn.outcome": outcome,
                "union.replies": [reply.kind for reply in new],
                "union.conversation.status": conversation.status,
            }
        )
        for reply in new:
            metrics.replied(reply.author, reply.kind)
        _log.info(
            "turn",
            extra={
                "conversation_id": message.conversation_id,
                "message_id": message.id,
                "replies": len(new),
                "status": conversation.status,
                "in_crisis": in_crisis,
                "milliseconds": round((time.perf_counter() - started) * 1000, 1),
            },
        )
        return TurnResult(new, conversation.status, conversation.id, is_erased=bool(erased))

    async def _record_answers(
        self, message: Message, replies: Sequence[Message]
    ) -> Conversation | None:
        """The end of most turns, which is short (docs/performance.md). None: the bot has the
        conversation no more, or the turn was taken before, and nothing was recorded."""
        async with self._database.write_rows() as connection:
            conversation = await access.answer(connection, message, replies)
            if conversation is None:
                await connection.rollback()
        return conversation

    async def _record(
        self,
        session: AsyncSession,
        conversation: Conversation,
        message: Message,
        spoken: _Spoken,
        word: Word | None,
        own: MembershipQuestion | None,
    ) -> list[Message]:
        """What comes of the turn: the replies, and the conversation and its case after it."""
        before = conversation.status
        if is_crisis(message.text):
            new = await _record_crisis(session, conversation, message)
            if before is not Status.BOT:
                await self._waiting_room.alarm(session, conversation)
        elif word is not None and before is not Status.WITH_STAFF:
            new = [reply_to(word)]
        elif before is Status.WAITING:
            new = await self._waiting_room.hear(session, conversation, message)
        elif own is not None and before is Status.BOT:
            words = await self._member_answers.answer(session, conversation, own)
            new = [Message.of(Author.BOT, MessageKind.CHAT, words)]
        elif spoken is None or before is not Status.BOT:
            new = []  # a person has it, or took it while the bot was speaking
        else:
            new = await _record_bot_turn(session, conversation, message, spoken)
        if conversation.status is Status.WAITING and before is Status.BOT:
            await self._waiting_room.enter(session, conversation, new)
        elif isinstance(spoken, BotTurn) and spoken.active_form is not None:
            await self._waiting_room.start_clock(session, conversation)
        return new

    def _publish(self, conversation: Conversation, before: Status) -> None:
        self._publisher.publish(MessageStored(conversation.id, conversation.last_seq))
        if conversation.status is not before:
            self._publisher.publish(StatusChanged(conversation.id, conversation.status))
        if conversation.status is not Status.BOT or before is not Status.BOT:
            self._publisher.publish(QueueChanged())

    async def _ask_bot(self, message: Message, known: Conversation | None) -> _Spoken:
        """What the bot says, what there is without it, or None where it has to be silent."""
        conversation = known
        repeated = False
        if conversation is None:
            async with self._database.read() as session:
                conversation = await access.find_conversation(session, message.conversation_id)
                if await access.is_handled(session, message.id):
                    return None
            # Nobody knows how far the turn had come when its gateway stopped.
            repeated = True
        if conversation is None or conversation.status is not Status.BOT:
            return None
        self._publisher.publish(Typing(conversation.id, ActorKind.BOT))
        with metrics.timed(Stage.BOT), tracing.span(Stage.BOT):
            try:
                return await self._bot.ask(
                    Question(
                        conversation_id=conversation.id,
                        bot_round=conversation.bot_round,
                        message_id=message.id,
                        text=message.text,
                        channel=conversation.channel,
                        working_hours=self._waiting_room.is_open(),
                        repeated=repeated,
                    )
                )
            except BotUnavailableError as error:
                _log.warning(
                    "bot unavailable",
                    extra={"conversation_id": conversation.id, "cause": error.cause},
                )
                return _Degraded(error, await self._degraded.answer(message.text))


def _mere_answers(spoken: _Spoken) -> Sequence[Message]:
    """What the bot has said, if it asks for nobody and nothing else."""
    if not isinstance(spoken, BotTurn) or spoken.active_form is not None:
        return []
    if any(reply.handoff for reply in spoken.replies):
        return []
    return [_from_reply(reply) for reply in spoken.replies]


def _outcome(new: Sequence[Message], spoken: _Spoken, *, in_crisis: bool) -> TurnOutcome:
    if in_crisis:
        return TurnOutcome.CRISIS
    if not new:
        return TurnOutcome.SILENT
    if isinstance(spoken, _Degraded):
        return TurnOutcome.DEGRADED if spoken.reply is not None else TurnOutcome.UNAVAILABLE
    return TurnOutcome.BOT if spoken is not None else TurnOutcome.GATEWAY


async def _record_crisis(
    session: AsyncSession, conversation: Conversation, message: Message
) -> list[Message]:
    had_bot = conversation.status is Status.BOT
    with_staff = conversation.status is Status.WITH_STAFF
    notice_is_due = await opening.crisis(session, conversation, message)
    if had_bot:
        return [Message.of(Author.BOT, MessageKind.HANDOFF, crisis_texts().reply)]
    if notice_is_due and not with_staff:
        return [Message.of(Author.SYSTEM, MessageKind.NOTICE, crisis_texts().notice)]
    return []


async def _record_bot_turn(
    session: AsyncSession,
    conversation: Conversation,
    message: Message,
    spoken: BotTurn | _Degraded,
) -> list[Message]:
    if isinstance(spoken, _Degraded):
        if spoken.reply is not None:
            notice = Message.of(Author.SYSTEM, MessageKind.NOTICE, gateway_texts().degraded)
            return [notice, _from_reply(spoken.reply)]
        await opening.bot_unavailable(session, conversation, message, cause=spoken.error.cause)
        return [Message.of(Author.SYSTEM, MessageKind.NOTICE, gateway_texts().bot_unavailable)]
    requests = [reply.handoff for reply in spoken.replies if reply.handoff]
    if requests:
        # One conversation waits in the queue once, with its most urgent request.
        request = min(requests, key=lambda request: request.priority)
        act = Act.HEAR if spoken.active_form is not None else Act.HAND_OVER
        await opening.from_bot(session, conversation, message, spoken, request, act)
    return [_from_reply(reply) for reply in spoken.replies]


def _from_reply(reply: Reply) -> Message:
    return Message.of(
        Author.BOT,
        MessageKind(reply.kind),
        reply.text,
        citations=[citation.model_dump(mode="json") for citation in reply.citations],
        quick_replies=[quick_reply.model_dump() for quick_reply in reply.quick_replies],
        trace=reply.trace.model_dump(mode="json") if reply.trace else None,
    )

"""One turn: from a worker's stored message to the stored replies."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import access, handoffs
from api.conversations.crisis import is_crisis
from api.conversations.dialogue import BotUnavailableError, DialogueServers
from api.storage.database import Database
from api.storage.models import Author, Conversation, Message, MessageKind, Status
from api.texts import crisis_texts, gateway_texts
from contract import BotTurn, Reply

SILENT = (Status.WAITING, Status.WITH_STAFF)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What the worker is told: the replies of the turn and who has the conversation."""

    messages: Sequence[Message]
    status: Status


class TurnHandler:
    """Handles one stored message. Order and repetition are the service's concern."""

    def __init__(self, database: Database, bot: DialogueServers) -> None:
        self._database = database
        self._bot = bot

    async def handle(self, message: Message, known: Conversation | None = None) -> TurnResult:
        """Answer, store and complete, in one transaction after the bot has spoken.

        ``known`` is the conversation where it was read a moment ago, which saves reading it.
        """
        started = time.perf_counter()
        in_crisis = is_crisis(message.text)
        bot_turn = None if in_crisis else await self._ask_bot(message, known)
        async with self._database.write() as session:
            conversation = await access.lock_conversation(session, message.conversation_id)
            if not await access.mark_handled(session, message.id):
                replies = await access.replies_to(session, message.id)
                return TurnResult(replies, conversation.status)
            if in_crisis:
                new = await _record_crisis(session, conversation, message)
            elif bot_turn is None or conversation.status in SILENT:
                new = []  # a person has it, or took it while the bot was speaking
            else:
                conversation.status = Status.BOT
                new = await _record_bot_turn(session, conversation, message, bot_turn)
            for reply in new:
                reply.in_reply_to = message.id
            await access.append(session, conversation, new)
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
        return TurnResult(new, conversation.status)

    async def _ask_bot(
        self, message: Message, known: Conversation | None
    ) -> BotTurn | BotUnavailableError | None:
        """What the bot says, why it could not, or None where it has to be silent."""
        conversation = known
        if conversation is None:
            async with self._database.read() as session:
                conversation = await access.find_conversation(session, message.conversation_id)
        if conversation is None or conversation.status in SILENT:
            return None
        try:
            return await self._bot.ask(
                conversation_id=conversation.id,
                message_id=message.id,
                text=message.text,
                channel=conversation.channel,
            )
        except BotUnavailableError as error:
            _log.warning(
                "bot unavailable",
                extra={"conversation_id": conversation.id, "cause": error.cause},
            )
            return error


async def _record_crisis(
    session: AsyncSession, conversation: Conversation, message: Message
) -> list[Message]:
    had_bot = conversation.status not in SILENT
    with_staff = conversation.status is Status.WITH_STAFF
    notice_is_due = await handoffs.crisis(session, conversation, message)
    if had_bot:
        return [Message.of(Author.BOT, MessageKind.HANDOFF, crisis_texts().reply)]
    if notice_is_due and not with_staff:
        return [Message.of(Author.SYSTEM, MessageKind.NOTICE, crisis_texts().notice)]
    return []


async def _record_bot_turn(
    session: AsyncSession,
    conversation: Conversation,
    message: Message,
    turn: BotTurn | BotUnavailableError,
) -> list[Message]:
    if isinstance(turn, BotUnavailableError):
        await handoffs.bot_unavailable(session, conversation, message, cause=turn.cause)
        return [Message.of(Author.SYSTEM, MessageKind.NOTICE, gateway_texts().bot_unavailable)]
    requests = [reply.handoff for reply in turn.replies if reply.handoff]
    if requests:
        # One conversation waits in the queue once, with its most urgent request.
        request = min(requests, key=lambda request: request.priority)
        await handoffs.from_bot(session, conversation, message, turn, request)
    return [_from_reply(reply) for reply in turn.replies]


def _from_reply(reply: Reply) -> Message:
    return Message.of(
        Author.BOT,
        MessageKind(reply.kind),
        reply.text,
        citations=[citation.model_dump(mode="json") for citation in reply.citations],
        quick_replies=[quick_reply.model_dump() for quick_reply in reply.quick_replies],
        trace=reply.trace.model_dump(mode="json") if reply.trace else None,
    )

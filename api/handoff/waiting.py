"""What happens while a worker waits for a person: the promise, and few words more.

The bot is silent. The gateway itself answers only where silence would be worse: to a worker who
asks how long it takes, and to one who does not want a person any more. After a crisis such
words take nothing back: who wanted to die a minute ago may say so to be left alone.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.conversations import access
from api.conversations.crisis import fold
from api.handoff import opening, queue
from api.handoff.states import TRANSITIONS, Act, next_status
from api.outbox.escalation import Escalation, Escalations
from api.storage.models import (
    ActorKind,
    Author,
    Conversation,
    Handoff,
    HandoffState,
    Message,
    MessageKind,
    now,
)
from api.texts import crisis_texts, gateway_texts
from contract import HandoffReason


class Promises(Protocol):
    """What may be promised, and when that is due."""

    def is_open(self, at: datetime) -> bool | None: ...

    def due_at(self, priority: int, at: datetime) -> datetime | None: ...

    def words(self, priority: int, at: datetime, ahead: int) -> str: ...


@cache
def _cancels() -> re.Pattern[str]:
    return re.compile(gateway_texts().waiting.cancels)


@cache
def _takes_crisis_back() -> re.Pattern[str]:
    return re.compile(crisis_texts().takes_back)


@cache
def _asks_how_long() -> re.Pattern[str]:
    return re.compile(gateway_texts().waiting.asks_how_long)


class WaitingRoom:
    """Conversations between the bot's last word and a person's first."""

    def __init__(
        self,
        promises: Promises,
        escalations: Escalations,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._promises = promises
        self._escalations = escalations
        self._clock = clock

    def is_open(self) -> bool | None:
        """Whether the service centre works now; None where no calendar says so."""
        return self._promises.is_open(self._clock())

    async def enter(
        self, session: AsyncSession, conversation: Conversation, said: Sequence[Message]
    ) -> None:
        """Set when a first answer is due, and end what was said with the promise."""
        handoff = await self._open_handoff(session, conversation)
        if handoff is None:
            return
        await self._start(session, handoff)
        promise = await self._promise(session, handoff)
        if said and promise:
            said[-1].text = f"{said[-1].text}\n\n{promise}"

    async def start_clock(self, session: AsyncSession, conversation: Conversation) -> None:
        """Set when a first answer is due for a case that the bot still takes down: it is on the
        desk, whether the worker goes on or leaves."""
        handoff = await self._open_handoff(session, conversation)
        if handoff is not None and handoff.due_at is None:
            await self._start(session, handoff)

    async def _start(self, session: AsyncSession, handoff: Handoff) -> None:
        handoff.due_at = self._promises.due_at(handoff.priority, self._clock())
        if handoff.priority == 1:
            await self._escalations.escalate(session, Escalation.URGENT, handoff)

    async def alarm(self, session: AsyncSession, conversation: Conversation) -> None:
        """Make a case that is on the desk due at once, after a word of danger; tells the desk
        once."""
        handoff = await self._open_handoff(session, conversation)
        if handoff is None:
            return
        due_at = self._promises.due_at(handoff.priority, self._clock())
        if handoff.due_at is not None and due_at is not None and handoff.due_at <= due_at:
            return
        handoff.due_at = due_at
        await self._escalations.escalate(session, Escalation.URGENT, handoff)

    async def hear(
        self, session: AsyncSession, conversation: Conversation, message: Message
    ) -> list[Message]:
        """What the gateway says to a message of somebody who waits; nothing, most of the time."""
        handoff = await self._open_handoff(session, conversation)
        if handoff is None:
            return []
        words = fold(message.text).strip()
        if handoff.state is HandoffState.WAITING:
            cancels = _cancels().fullmatch(words) is not None
            if not _is_crisis(handoff):
                if cancels:
                    return self._cancelled(session, conversation, handoff)
            elif cancels or _takes_crisis_back().fullmatch(words):
                return [_notice(crisis_texts().kept)]
        if _asks_how_long().search(words):
            return [_notice(await self._promise(session, handoff))]
        return []

    def _cancelled(
        self, session: AsyncSession, conversation: Conversation, handoff: Handoff
    ) -> list[Message]:
        conversation.status = next_status(Act.CANCEL, conversation.status, ActorKind.WORKER)
        conversation.bot_round += 1
        handoff.state = TRANSITIONS[Act.CANCEL].handoff or handoff.state
        handoff.ended_at = self._clock()
        audit.record(
            session,
            f"handoff.{Act.CANCEL}",
            by=ActorKind.WORKER,
            actor_id=conversation.worker_id,
            subject_kind="conversation",
            subject_id=conversation.id,
        )
        return [_notice(gateway_texts().desk.cancelled)]

    async def _promise(self, session: AsyncSession, handoff: Handoff) -> str:
        ahead = await queue.position(session, handoff)
        return self._promises.words(handoff.priority, self._clock(), ahead)

    async def _open_handoff(
        self, session: AsyncSession, conversation: Conversation
    ) -> Handoff | None:
        await session.flush()
        return await access.open_handoff(session, conversation.id)


def _is_crisis(handoff: Handoff) -> bool:
    """Whether somebody may come to harm, from the start or by a later message."""
    return handoff.reason is HandoffReason.CRISIS or handoff.priority == opening.CRISIS_PRIORITY


def _notice(text: str) -> Message:
    return Message.of(Author.SYSTEM, MessageKind.NOTICE, text)

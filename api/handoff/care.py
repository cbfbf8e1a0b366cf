"""What the desk does by itself: cases of silent colleagues go back, idle conversations close."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.conversations import access
from api.handoff.desk import Desk
from api.handoff.states import Act, next_status
from api.live.events import MessageStored, Nobody, Publisher, QueueChanged, StatusChanged
from api.outbox.escalation import Escalation, Escalations
from api.storage.database import Database
from api.storage.models import (
    OPEN_HANDOFF_STATES,
    ActorKind,
    Author,
    Conversation,
    Handoff,
    HandoffState,
    Message,
    MessageKind,
    Status,
    now,
)
from api.texts import gateway_texts

_AT_MOST = 100
"""Conversations cared for in one round; the next round takes the rest."""
_log = logging.getLogger(__name__)


def _on_the_desk() -> Select[str]:
    return select(Handoff.conversation_id).where(Handoff.state.in_(OPEN_HANDOFF_STATES))


class Clocks(Protocol):
    """Tells when the desk is to be warned."""

    def warns_at(self, priority: int, due_at: datetime, at: datetime) -> bool: ...


class Care:
    """One round looks at everything; the application runs it every now and then."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        promises: Clocks,
        escalations: Escalations,
        *,
        silence: timedelta,
        idle: timedelta,
        publisher: Publisher | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """``silence``: how long a worker may wait for a word of the one who has the case;
        ``idle``: after what time without any message a conversation is closed."""
        self._database = database
        self._desk = desk
        self._promises = promises
        self._escalations = escalations
        self._silence = silence
        self._idle = idle
        self._publisher = publisher or Nobody()
        self._clock = clock

    async def round(self) -> None:
        """Do all that is due."""
        await self._watch_promises()
        for conversation_id in await self._silent():
            await self._return(conversation_id)
        for conversation_id in await self._idling():
            await self._expire(conversation_id)

    async def _watch_promises(self) -> None:
        """Tell the desk of first answers that are due soon, and of those that are overdue; each
        case once."""
        at = self._clock()
        changed = False
        async with self._database.write() as session:
            waiting = await session.scalars(
                select(Handoff)
                .where(
                    Handoff.state.in_(OPEN_HANDOFF_STATES),
                    Handoff.answered_at.is_(None),
                    Handoff.due_at.is_not(None),
                    Handoff.breached_at.is_(None),
                )
                # Another gateway that looks at the same moment takes the others.
                .with_for_update(skip_locked=True)
            )
            for handoff in waiting:
                if handoff.due_at is None:
                    continue
                if at >= handoff.due_at:
                    handoff.breached_at = at
                    await self._escalations.escalate(session, Escalation.SLA_BREACH, handoff)
                elif handoff.warned_at is None and self._promises.warns_at(
                    handoff.priority, handoff.due_at, at
                ):
                    handoff.warned_at = at
                    await self._escalations.escalate(session, Escalation.SLA_WARNING, handoff)
                else:
                    continue
                changed = True
        if changed:
            self._publisher.publish(QueueChanged())

    async def _silent(self) -> list[str]:
        async with self._database.read() as session:
            found = await session.scalars(
                select(Handoff.conversation_id)
                .where(
                    Handoff.state == HandoffState.CLAIMED,
                    Handoff.active_at < self._clock() - self._silence,
                )
                .limit(_AT_MOST)
            )
            return list(found)

    async def _return(self, conversation_id: str) -> None:
        async with self._database.write() as session:
            conversation = await access.lock_conversation(session, conversation_id)
            handoff = await access.open_handoff(session, conversation_id)
            since = self._clock() - self._silence
            if (
                handoff is None
                or handoff.state is not HandoffState.CLAIMED
                or handoff.active_at is None
                or handoff.active_at >= since
                or not await self._is_owed_a_word(session, conversation_id, handoff, since)
            ):
                return
            await self._desk.to_queue(session, conversation, handoff, by=ActorKind.SYSTEM)
        _log.info("case back in the queue", extra={"conversation_id": conversation_id})
        self._publish(conversation)

    async def _is_owed_a_word(
        self, session: AsyncSession, conversation_id: str, handoff: Handoff, since: datetime
    ) -> bool:
        """Whether the worker has waited since then: for the first word, or for an answer."""
        if handoff.answered_at is None:
            return True
        latest = await session.execute(
            select(Message.author, func.max(Message.created_at))
            .where(
                Message.conversation_id == conversation_id,
                Message.author.in_((Author.WORKER, Author.STAFF)),
            )
            .group_by(Message.author)
        )
        times: dict[Author, datetime] = {row[0]: row[1] for row in latest}
        spoke, answered = times.get(Author.WORKER), times.get(Author.STAFF)
        return spoke is not None and (answered is None or answered < spoke) and spoke < since

    async def _idling(self) -> list[str]:
        async with self._database.read() as session:
            found = await session.scalars(
                select(Conversation.id)
                .where(
                    Conversation.status == Status.BOT,
                    Conversation.last_message_at < self._clock() - self._idle,
                    # What is on the desk is never put away unseen.
                    ~Conversation.id.in_(_on_the_desk()),
                )
                .order_by(Conversation.last_message_at)
                .limit(_AT_MOST)
            )
            return list(found)

    async def _expire(self, conversation_id: str) -> None:
        async with self._database.write() as session:
            conversation = await access.lock_conversation(session, conversation_id)
            at = self._clock()
            if (
                conversation.status is not Status.BOT
                or conversation.last_message_at >= at - self._idle
                or await access.open_handoff(session, conversation_id) is not None
            ):
                return
            conversation.status = next_status(Act.EXPIRE, conversation.status, ActorKind.SYSTEM)
            conversation.closed_at = at
            notice = Message.of(Author.SYSTEM, MessageKind.NOTICE, gateway_texts().desk.expired)
            await access.append(session, conversation, [notice])
            audit.record(
                session,
                f"handoff.{Act.EXPIRE}",
                by=ActorKind.SYSTEM,
                subject_kind="conversation",
                subject_id=conversation_id,
            )
        self._publish(conversation)

    def _publish(self, conversation: Conversation) -> None:
        self._publisher.publish(MessageStored(conversation.id, conversation.last_seq))
        self._publisher.publish(StatusChanged(conversation.id, conversation.status))
        self._publisher.publish(QueueChanged())

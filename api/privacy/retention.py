"""Retention: what nobody has needed for a long time is erased."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select

from api.privacy import channel_erasure, erasure
from api.storage.database import Database
from api.storage.models import (
    OPEN_HANDOFF_STATES,
    ActorKind,
    Conversation,
    Handoff,
    Status,
    now,
)

_WORKERS_AT_ONCE = 100
_log = logging.getLogger(__name__)


class Retention:
    """One round erases everything that is due; the application runs it every now and then.

    Due is a conversation without a message for ``keep`` that is closed, or with the bot and not
    on the desk. A worker's token ends, and who the worker is is forgotten, when nothing of theirs
    is left. The audit stays. What the platform of a channel delivered is in the record, so that
    the inbox itself is emptied much sooner.
    """

    def __init__(
        self, database: Database, *, keep: timedelta, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._keep = keep
        self._clock = clock

    async def round(self) -> int:
        """Erase in batches, each worker in a transaction; returns how many conversations."""
        erased = 0
        while worker_ids := await self._due_workers():
            for worker_id in worker_ids:
                erased += await self._erase(worker_id)
        async with self._database.write() as session:
            await channel_erasure.tidy_inbox(session, self._clock())
        if erased:
            _log.info("retention", extra={"conversations": erased})
        return erased

    async def _due_workers(self) -> list[str]:
        async with self._database.read() as session:
            found = await session.scalars(
                select(Conversation.worker_id)
                .where(self._is_due())
                .distinct()
                .limit(_WORKERS_AT_ONCE)
            )
            return list(found)

    async def _erase(self, worker_id: str) -> int:
        async with self._database.write() as session:
            worker, conversations = await erasure.lock(session, worker_id)
            of_worker = Conversation.worker_id == worker_id
            due = set(
                await session.scalars(select(Conversation.id).where(of_worker, self._is_due()))
            )
            at = self._clock()
            for conversation in conversations:
                if conversation.id in due:
                    await erasure.erase_conversation(
                        session, conversation, by=ActorKind.SYSTEM, at=at
                    )
            left = await session.scalar(
                select(Conversation.id).where(of_worker, erasure.HAS_CONTENT).limit(1)
            )
            if left is None and worker.deleted_at is None:
                await erasure.erase_worker(session, worker, by=ActorKind.SYSTEM, at=at)
        return len(due)

    def _is_due(self) -> ColumnElement[bool]:
        on_desk = exists().where(
            Handoff.conversation_id == Conversation.id, Handoff.state.in_(OPEN_HANDOFF_STATES)
        )
        return (
            Conversation.status.in_((Status.CLOSED, Status.BOT))
            & (Conversation.last_message_at < self._clock() - self._keep)
            & erasure.HAS_CONTENT
            & ~on_desk
        )

"""Deletion on request (Personal Information Protection Law of the PRC, Art. 47)."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import access
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.live.events import MessageStored, Nobody, Publisher, QueueChanged, StatusChanged
from api.privacy import erasure
from api.privacy.identification import deleted_worker_id_of, trace_of_deletion, worker_id_of
from api.privacy.texts import privacy_texts
from api.storage.database import Database
from api.storage.models import (
    ActorKind,
    Author,
    Conversation,
    Message,
    MessageKind,
    Status,
    now,
)


class Deletion:
    """Erases everything about a worker, in one transaction."""

    def __init__(
        self,
        database: Database,
        *,
        secret_key: str,
        publisher: Publisher | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """``secret_key``: hashes the tokens."""
        self._database = database
        self._secret_key = secret_key
        self._publisher = publisher or Nobody()
        self._clock = clock

    async def delete(self, token: str) -> None:
        """Erase the worker who has the token; once more does nothing.

        Raises ``ApiError``: unauthorized.
        """
        async with self._database.write() as session:
            worker_id = await worker_id_of(session, token, self._secret_key)
            if worker_id is None:
                if await deleted_worker_id_of(session, token, self._secret_key) is None:
                    raise ApiError(ErrorCode.UNAUTHORIZED)
                return
            conversations = await self._delete(session, worker_id)
            if conversations is None:
                return  # another request was faster
            session.add(trace_of_deletion(worker_id, token, self._secret_key))
        self.publish(conversations)

    async def erase(self, session: AsyncSession, worker_id: str) -> list[Conversation]:
        """Erase a worker who asked for it in the conversation itself; once more does nothing.

        Returns the conversations to ``publish`` after the caller's transaction.
        """
        return await self._delete(session, worker_id) or []

    def publish(self, conversations: list[Conversation]) -> None:
        """Tell whoever looks at the conversations that they are over."""
        for conversation in conversations:
            self._publisher.publish(MessageStored(conversation.id, conversation.last_seq))
            self._publisher.publish(StatusChanged(conversation.id, conversation.status))
        if conversations:
            self._publisher.publish(QueueChanged())

    async def _delete(self, session: AsyncSession, worker_id: str) -> list[Conversation] | None:
        """Returns the conversations that somebody may be looking at; None if the worker has been
        erased before."""
        worker, conversations = await erasure.lock(session, worker_id)
        if worker.deleted_at is not None:
            return None
        at = self._clock()
        open_before = []
        for conversation in conversations:
            if conversation.status is not Status.CLOSED:
                open_before.append(conversation)
            if await erasure.erase_conversation(session, conversation, by=ActorKind.WORKER, at=at):
                notice = Message.of(Author.SYSTEM, MessageKind.NOTICE, privacy_texts().desk_notice)
                await access.append(session, conversation, [notice])
        await erasure.erase_worker(session, worker, by=ActorKind.WORKER, at=at)
        return open_before

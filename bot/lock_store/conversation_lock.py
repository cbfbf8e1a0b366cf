"""Order of the messages of one conversation, without polling.

Rasa's in-memory lock store lets a waiting message look once a second whether it is its turn.
This one wakes it the moment the message before it is done. It holds for one process: the
gateway sends all messages of a conversation to the same server.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore, LockError
from rasa.utils.endpoints import EndpointConfig


class _Entry:
    """One conversation's lock and how many messages hold it or wait for it."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0


class ConversationLockStore(InMemoryLockStore):
    """First come, first served per conversation; conversations do not delay each other."""

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        super().__init__()
        self._entries: dict[str, _Entry] = {}

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = 1,
    ) -> AsyncGenerator[TicketLock, None]:
        """Hold the conversation for the body of the ``with`` statement.

        Raises:
            LockError: when the message waited longer than ``lock_lifetime`` seconds.
        """
        entry = self._entries.setdefault(conversation_id, _Entry())
        entry.users += 1
        try:
            try:
                await asyncio.wait_for(entry.lock.acquire(), timeout=lock_lifetime)
            # Python 3.10: not yet the built-in TimeoutError.
            except asyncio.TimeoutError as error:
                raise LockError(f"No turn for a message within {lock_lifetime} s.") from error
            try:
                yield self.create_lock(conversation_id)
            finally:
                entry.lock.release()
        finally:
            entry.users -= 1
            if entry.users == 0:
                del self._entries[conversation_id]

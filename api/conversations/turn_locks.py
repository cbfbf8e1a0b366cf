"""Order across gateways: one process at a time takes the turns of a conversation.

On PostgreSQL a turn holds an advisory lock of its conversation. The lock lives as long as its
connection: when a gateway is killed, the server frees it at once, and whoever waits goes on.
SQLite serves one gateway, whose lanes keep the order already.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from api.storage.database import Database
from api.storage.idle_check import ask_after_a_rest

_CONNECTIONS = 50
"""Turns at work at once; more of them wait for a connection."""
_LOCK = text("SELECT pg_advisory_lock(:key)")
_UNLOCK = text("SELECT pg_advisory_unlock(:key)")
# A host that vanishes without a word must not keep its locks for hours.
_KEEPALIVES = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}


class TurnLocks:
    """Locks of conversations, held over a whole turn."""

    def __init__(self, database: Database, url: str) -> None:
        self._engine = None
        if not database.is_sqlite:
            self._engine = create_async_engine(
                url,
                isolation_level="AUTOCOMMIT",
                pool_size=_CONNECTIONS,
                max_overflow=0,
                connect_args={"server_settings": _KEEPALIVES},
                hide_parameters=True,
            )
            ask_after_a_rest(self._engine)

    @property
    def are_shared(self) -> bool:
        """Whether other gateways may be at work on the same conversations."""
        return self._engine is not None

    @asynccontextmanager
    async def held(self, conversation_id: str) -> AsyncIterator[None]:
        """Hold the conversation's lock; waits for whoever has it."""
        if self._engine is None:
            yield
            return
        key = _key(conversation_id)
        async with self._engine.connect() as connection:
            await connection.execute(_LOCK, {"key": key})
            try:
                yield
            finally:
                await connection.execute(_UNLOCK, {"key": key})

    async def close(self) -> None:
        """Close the connections, which frees every lock."""
        if self._engine is not None:
            await self._engine.dispose()


def _key(conversation_id: str) -> int:
    """A signed 64-bit number for PostgreSQL."""
    digest = hashlib.blake2b(conversation_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)

"""Engines and sessions.

SQLite has one writer. Writing transactions therefore go through one connection of their own:
they queue in arrival order inside the process instead of polling for the lock, and begin with
BEGIN IMMEDIATE, because a deferred one that reads first can fail at once when it comes to
write. Readers have connections of their own and never wait (WAL).
"""

import json
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    create_async_engine,
)

from api.storage import sqlite_driver
from api.storage.idle_check import ask_after_a_rest

BUSY_TIMEOUT_MS = 5000
_POSTGRES_CONNECTIONS = 15
"""Of one gateway; who needs one more waits. Turns hold others besides (``TurnLocks``)."""
_BEGIN = "BEGIN IMMEDIATE"
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # FULL: a commit is on the disk before the worker is answered, so a power cut loses nothing.
    "PRAGMA synchronous = FULL",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys = ON",
    # What is erased is overwritten; not every build of SQLite does so unasked, as Debian's does.
    "PRAGMA secure_delete = ON",
)


class Database:
    """Reading and writing sessions on one database."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            _make_private(Path(parsed.database))
        create = partial(
            create_async_engine,
            parsed,
            json_serializer=partial(json.dumps, ensure_ascii=False),
            hide_parameters=True,  # errors must not quote a worker's words
        )
        if self.is_sqlite:
            open_file = partial(sqlite_driver.connect, parsed.database or ":memory:")
            # Reads do without a transaction: each statement sees a consistent state by itself.
            self._reader = create(
                pool_size=4, max_overflow=0, pool_reset_on_return=None, async_creator=open_file
            )
            self._looker = create(
                pool_size=1,
                max_overflow=0,
                pool_reset_on_return=None,
                async_creator=partial(open_file, runs_here=True),
            )
            self.writer = create(pool_size=1, max_overflow=0, async_creator=open_file)
            for engine in (self._reader, self._looker, self.writer):
                _prepare_sqlite(engine)
            event.listen(self.writer.sync_engine, "begin", _begin_immediate)
        else:
            # None beyond these: such a connection is opened for one use and closed after it.
            self.writer = create(pool_size=_POSTGRES_CONNECTIONS, max_overflow=0)
            self._reader = self._looker = self.writer
            ask_after_a_rest(self.writer)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading; on SQLite each statement sees the latest state."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def look_up(self) -> AsyncIterator[AsyncConnection]:
        """A connection for single rows by their key, which each request needs. On SQLite they are
        read where they are asked for, since a change of thread costs more than the row."""
        async with self._looker.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction: committed at the end, rolled back on an error."""
        async with AsyncSession(self.writer, expire_on_commit=False) as session, session.begin():
            yield session

    @asynccontextmanager
    async def write_rows(self) -> AsyncIterator[AsyncConnection]:
        """The same without a session, which costs more than the few statements of every turn."""
        async with self.writer.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        for engine in (self._reader, self._looker, self.writer):
            await engine.dispose()


def _make_private(path: Path) -> None:
    """Create the file readable by its owner only: it holds what workers confide."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _begin_immediate(connection: Connection) -> None:
    adapter: Any = connection.connection.dbapi_connection
    try:
        adapter.run_async(lambda driver: driver.begin(_BEGIN))
    except sqlite3.OperationalError as error:
        # Past SQLAlchemy, so it cannot put this into its own terms.
        raise OperationalError(_BEGIN, None, error) from error


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

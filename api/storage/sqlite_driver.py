"""SQLite for asyncio, with as few changes of thread as can be.

A driver that sends every call to the connection's thread makes four of a statement: cursor,
execute, fetch, close. A change of thread costs more than most statements, and inside the one
writing transaction everybody waits for it. So here a statement with its first rows is one call,
and a statement of an open transaction is none: it runs where it is called, on pages that are in
memory. Only what waits, for the lock or for the disk, is left to the thread: the beginning of a
transaction where somebody else has the lock, and its end.

The names are those that SQLAlchemy's adapter of ``aiosqlite`` expects of a driver.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

_ROWS_AT_ONCE = 500
_PRIMARY_CODE = 0xFF
"""Of a result code, without what tells its kinds apart (https://sqlite.org/rescode.html)."""
_T = TypeVar("_T")


async def connect(database: str, *, runs_here: bool = False, **options: Any) -> "Connection":
    """Open a database file.

    Args:
        database: the file.
        runs_here: whether all statements run where they are called: for single rows.
        options: those of ``sqlite3.connect``.

    Raises:
        sqlite3.OperationalError: it cannot be opened.
    """
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
    options = {**options, "check_same_thread": False, "isolation_level": None}
    try:
        opening = executor.submit(lambda: sqlite3.connect(database, **options))
        raw = await asyncio.wrap_future(opening)
    except sqlite3.Error:
        executor.shutdown(wait=False)
        raise
    return Connection(raw, executor, runs_here=runs_here)


class Connection:
    """One connection and its thread. Nothing is begun but by ``begin``."""

    def __init__(
        self, raw: sqlite3.Connection, executor: ThreadPoolExecutor, *, runs_here: bool = False
    ) -> None:
        self._raw = raw
        self._executor = executor
        self._always_here = runs_here
        self._is_begun = False
        self._latest: Future[Any] | None = None
        """The thread's latest work."""
        self._connection: sqlite3.Connection | None = raw
        """None once it is closed; the adapter looks at it."""

    @property
    def isolation_level(self) -> str | None:
        """Always None: the module itself begins nothing."""
        return self._raw.isolation_level

    @property
    def runs_here(self) -> bool:
        """Whether statements need no thread, since a transaction is open."""
        return self._is_begun or self._always_here

    async def begin(self, statement: str) -> None:
        """Begin a transaction; waits for the lock as long as the busy timeout says."""
        if self._begins_at_once(statement):
            return
        self._is_begun = True  # where this call is cancelled, the thread begins all the same
        try:
            await self.in_thread(lambda: self._raw.execute(statement))
        except sqlite3.Error:
            self._is_begun = False
            raise

    def _begins_at_once(self, statement: str) -> bool:
        if self._latest is not None and not self._latest.done():
            return False  # the end of a transaction whose task was cancelled
        ((patience_ms,),) = self._raw.execute("PRAGMA busy_timeout")
        self._raw.execute("PRAGMA busy_timeout = 0")
        try:
            self._raw.execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _PRIMARY_CODE != sqlite3.SQLITE_BUSY:
                raise
            return False
        finally:
            self._raw.execute(f"PRAGMA busy_timeout = {patience_ms}")
        self._is_begun = True
        return True

    async def commit(self) -> None:
        """Put the transaction on the disk."""
        if self._is_begun:
            await self.in_thread(self._raw.commit)
            self._is_begun = False

    async def rollback(self) -> None:
        """Undo the transaction, if there is one."""
        if self._is_begun:
            await self.in_thread(self._raw.rollback)
            self._is_begun = False

    def cursor(self) -> "Cursor":
        """A cursor for one statement."""
        return Cursor(self, self._raw.cursor())

    async def create_function(self, *args: Any, **options: Any) -> None:
        """Define an SQL function."""
        self._raw.create_function(*args, **options)

    async def close(self) -> None:
        """Close it; a second time does nothing."""
        if self._connection is not None:
            self._connection = None
            await self.in_thread(self._raw.close)
            self._executor.shutdown(wait=False)

    def stop(self) -> None:
        """Close it without waiting."""
        if self._connection is not None:
            self._connection = None
            self._executor.submit(self._raw.close)
            self._executor.shutdown(wait=False)

    async def in_thread(self, call: Callable[[], _T]) -> _T:
        """Run it in the connection's thread, behind what is going on there."""
        latest = self._latest = self._executor.submit(call)
        return await asyncio.wrap_future(latest)


class Cursor:
    """One statement and its rows. Columns as ``sqlite3`` gives them."""

    arraysize = 1

    def __init__(self, connection: Connection, raw: sqlite3.Cursor) -> None:
        self._connection = connection
        self._raw = raw
        self._rows = deque[Any]()
        self._has_more = False

    async def __aenter__(self) -> "Cursor":
        return self

    @property
    def description(self) -> Any:
        """Of the columns; None where the statement gives no rows."""
        return self._raw.description

    @property
    def rowcount(self) -> int:
        """How many rows the statement has changed."""
        return self._raw.rowcount

    @property
    def lastrowid(self) -> int | None:
        """Of the row inserted last."""
        return self._raw.lastrowid

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement and get its first rows. Raises ``sqlite3.Error``."""
        await self._call(lambda: self._start(statement, parameters))

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each set of parameters. Raises ``sqlite3.Error``."""
        await self._call(lambda: self._raw.executemany(statement, parameters))

    async def fetchone(self) -> Any:
        """The next row; None: there is none."""
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> Sequence[Any]:
        """The next ``size`` rows, or as many as there are."""
        size = size or self.arraysize
        while self._has_more and len(self._rows) < size:
            await self._call(lambda: self._fetch(max(size - len(self._rows), _ROWS_AT_ONCE)))
        return [self._rows.popleft() for _ in range(min(size, len(self._rows)))]

    async def fetchall(self) -> Sequence[Any]:
        """All rows that are left."""
        if self._has_more:
            await self._call(lambda: self._fetch(None))
        rows = list(self._rows)
        self._rows.clear()
        return rows

    async def close(self) -> None:
        """Give up the rows that were not fetched."""
        self._rows.clear()
        if self._has_more:
            await self._call(self._raw.close)
        else:
            self._raw.close()

    async def _call(self, call: Callable[[], Any]) -> None:
        if self._connection.runs_here:
            call()
        else:
            await self._connection.in_thread(call)

    def _start(self, statement: str, parameters: Sequence[Any]) -> None:
        self._raw.execute(statement, parameters)
        self._rows.clear()
        if self._raw.description is not None:
            self._fetch(_ROWS_AT_ONCE)

    def _fetch(self, size: int | None) -> None:
        rows = self._raw.fetchall() if size is None else self._raw.fetchmany(size)
        self._rows.extend(rows)
        self._has_more = size is not None and len(rows) == size

"""Copies of the database, consistent while gateways write to it."""

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from api.operations.contents import Contents, contents_of
from api.operations.failures import OperationError
from api.operations.manifest import Engine
from api.operations.postgres_tools import Server, run_tool
from api.operations.revisions import known_revisions
from api.storage import schema
from api.storage.database import BUSY_TIMEOUT_MS, Database


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a database in a file, and what is in it."""

    engine: Engine
    file: Path
    contents: Contents


def engine_of(url: str) -> Engine:
    """Which engine an SQLAlchemy URL names."""
    return Engine(make_url(url).get_backend_name())


async def copy_database(url: str, scratch: Path) -> Copy:
    """Copy it into a folder. Raises ``OperationError``."""
    engine = engine_of(url)
    target = scratch / Path(engine.member).name
    try:
        if engine is Engine.SQLITE:
            contents = await asyncio.to_thread(_copy_sqlite, url, target)
        else:
            contents = await _copy_postgres(url, target)
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise OperationError(f"the database cannot be read: {type(error).__name__}") from error
    return Copy(engine, target, contents)


def _copy_sqlite(url: str, target: Path) -> Contents:
    """``VACUUM INTO`` reads one snapshot, while writers go on beside it (WAL).

    Unlike the online backup API it does not begin anew whenever a page changes, and it copies no
    freed pages: the words of workers who had everything deleted are not in the copy.
    """
    path = make_url(url).database
    if not path or not Path(path).is_file():
        raise OperationError(f"there is no database at {path}")
    source = sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=rw", uri=True)
    with closing(source):
        source.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        source.execute("VACUUM INTO ?", (str(target),))
    return _look_into(target)


def _look_into(file: Path) -> Contents:
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    with engine.connect() as connection:
        return contents_of(connection)


async def _copy_postgres(url: str, target: Path) -> Contents:
    """What is counted, and what ``pg_dump`` copies, are one snapshot: the one of a transaction
    that stays open until the dump is done."""
    engine = create_async_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            snapshot = await connection.scalar(text("SELECT pg_export_snapshot()"))
            contents = await connection.run_sync(contents_of)
            await run_tool(
                "pg_dump",
                Server.of(url),
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
                f"--file={target}",
            )
            return contents
    finally:
        await engine.dispose()


async def require_empty(url: str) -> None:
    """Raises ``OperationError`` where a PostgreSQL database has tables, or cannot be reached."""
    engine = create_async_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.connect() as connection:
            tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    except (SQLAlchemyError, OSError) as error:
        raise OperationError(
            f"the database of UNION_DATABASE_URL cannot be reached: {type(error).__name__}"
        ) from error
    finally:
        await engine.dispose()
    if tables:
        raise OperationError("the database of UNION_DATABASE_URL has tables already; name an empty")


async def load_postgres(dump: Path, url: str) -> None:
    """Load a dump into an empty database, all of it or nothing. Raises ``OperationError``."""
    await run_tool(
        "pg_restore",
        Server.of(url),
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        str(dump),
    )


async def bring_up_to_date(url: str, counted: Mapping[str, int]) -> bool:
    """Compare a restored database with what was counted, then migrate it if it is older; returns
    whether it was. Raises ``OperationError``."""
    database = Database(url)
    try:
        async with database.writer.connect() as connection:
            found = await connection.run_sync(contents_of)
        if any(found.counts.get(table) != rows for table, rows in counted.items()):
            raise OperationError("the restored database does not have the rows that were counted")
        if found.schema_revision == known_revisions()[0]:
            return False
        await schema.upgrade(database)
        return True
    finally:
        await database.close()


def check_file(file: Path) -> None:
    """Raises ``OperationError`` for a SQLite file that is not sound."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise OperationError(f"the database of the backup cannot be read: {error}") from error
    if answer != "ok":
        raise OperationError(f"the database of the backup is damaged: {answer}")

"""On a real PostgreSQL server: whom the pool believes, and whom it asks first."""

import asyncio
import math
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from api.storage import idle_check
from api.storage.database import Database
from tests.postgres import *  # noqa: F403 - fixtures

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    yield database
    await database.close()


@pytest.fixture
def asked(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The connections that were asked whether they live."""
    dialect = database.writer.sync_engine.dialect
    asked: list[Any] = []
    ping = dialect.do_ping

    def noting(connection: Any) -> bool:
        asked.append(connection)
        return ping(connection)

    monkeypatch.setattr(dialect, "do_ping", noting)
    return asked


async def _process_id(database: Database) -> int:
    """Of the server's process behind the pool's connection."""
    async with database.read() as session:
        return (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()


async def test_who_was_in_use_a_moment_ago_is_believed(
    database: Database, asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle_check, "_REST_S", math.inf)
    first = await _process_id(database)
    assert await _process_id(database) == first
    assert not asked


async def test_who_rested_is_asked_and_used_again(
    database: Database, asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle_check, "_REST_S", 0.0)
    first = await _process_id(database)
    asked.clear()
    assert await _process_id(database) == first
    assert len(asked) == 1


async def test_what_the_server_closed_is_replaced_at_once(
    database: Database, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle_check, "_REST_S", math.inf)
    closed = asyncio.Event()
    async with database.read() as session:
        pooled = await (await session.connection()).get_raw_connection()
        driver: Any = pooled.driver_connection
        driver.add_termination_listener(lambda _: closed.set())
    first = await _process_id(database)
    administrator = Database(postgres_url)
    async with administrator.read() as session:
        await session.execute(text("SELECT pg_terminate_backend(:process)"), {"process": first})
    await administrator.close()
    await closed.wait()
    assert await _process_id(database) != first

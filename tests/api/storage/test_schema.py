from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text

from api.conversations import access
from api.storage import schema
from api.storage.database import Database
from api.storage.models import Base, ChannelIdentity
from tests.postgres import *  # noqa: F403 - fixtures

pytestmark = pytest.mark.anyio


def _is_modelled(name: str | None, kind: str, _: object) -> bool:
    # SQLite's full-text index keeps its data in tables of its own.
    return kind != "table" or name is None or not name.startswith("conversation_search")


def _differences(connection: Connection) -> object:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "include_name": _is_modelled}
    )
    return compare_metadata(context, Base.metadata)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        postgres: str = request.getfixturevalue("postgres_url")
        return postgres
    return f"sqlite+aiosqlite:///{tmp_path}/gateway.db"


async def test_up_and_down_and_up_again(url: str) -> None:
    database = Database(url)
    try:
        for _ in range(2):
            await schema.upgrade(database)
            async with database.read() as session:
                assert await schema.is_current(session)
                connection = await session.connection()
                assert await connection.run_sync(_differences) == []
            await schema.downgrade(database, "base")
            async with database.read() as session:
                assert not await schema.is_current(session)
                connection = await session.connection()
                tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
                assert tables == ["alembic_version"]
    finally:
        await database.close()


async def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/gateway.db")
    try:
        await schema.upgrade(database)
        await schema.upgrade(database)
    finally:
        await database.close()


async def test_what_was_stored_before_the_desk_is_kept(url: str) -> None:
    database = Database(url)
    try:
        await schema.upgrade(database, "0001")
        async with database.write() as session:
            await session.execute(
                text(
                    "INSERT INTO conversations (id, channel, token_hash, status, last_seq,"
                    " created_at) VALUES ('c1', 'web', 'h1', 'bot', 3, '2026-11-01 00:00:00')"
                )
            )
        await schema.upgrade(database)
        async with database.read() as session:
            kept = await access.find_conversation(session, "c1")
            identity = await session.scalar(select(ChannelIdentity.external_id))
        assert kept is not None
        assert (kept.worker_id, kept.last_seq, kept.bot_round) == ("c1", 3, 0)
        assert identity == "h1"
    finally:
        await database.close()

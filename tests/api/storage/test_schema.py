from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from api.storage import schema
from api.storage.database import Database
from api.storage.models import Base

pytestmark = pytest.mark.anyio


def _differences(connection: Connection) -> object:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, Base.metadata)


async def test_up_and_down_and_up_again(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/gateway.db")
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

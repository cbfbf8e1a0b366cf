"""An upgrade runs while gateways of the version before go on, so a migration may only add."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect

from api.operations.revisions import known_revisions
from api.storage import schema
from api.storage.database import Database

pytestmark = pytest.mark.anyio
FIRST_RUN_IN_PRODUCTION = "0002"


def columns(connection: Connection) -> dict[tuple[str, str], Any]:
    """Whether each has to be given, by table and name."""
    inspector = inspect(connection)
    return {
        (table, column["name"]): not column["nullable"] and column["default"] is None
        for table in inspector.get_table_names()
        for column in inspector.get_columns(table)
    }


async def test_a_gateway_of_the_version_before_can_go_on_writing(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'gateway.db'}")
    revisions = [each for each in reversed(known_revisions()) if each >= FIRST_RUN_IN_PRODUCTION]
    assert len(revisions) > 1
    found = {}
    for revision in revisions:
        await schema.upgrade(database, revision)
        async with database.writer.connect() as connection:
            found[revision] = await connection.run_sync(columns)
    await database.close()
    for before, after in pairwise(revisions):
        tables = {table for table, _ in found[before]}
        for place, has_to_be_given in found[after].items():
            if place[0] in tables and not found[before].get(place, False):
                assert not has_to_be_given, f"{after}: {place} has to be given, and was not"
        assert found[before].keys() <= found[after].keys(), f"{after} takes something away"

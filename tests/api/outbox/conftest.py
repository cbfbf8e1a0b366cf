import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.storage.database import Database
from tests.api.outbox import receiver
from tests.api.outbox.clock import Clock
from tests.api.outbox.receiver import Receiver
from tests.postgres import *  # noqa: F403


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> str:
    if request.param == "postgresql":
        url: str = request.getfixturevalue("migrated_postgres_url")
        return url
    shutil.copy(migrated_file, tmp_path / "gateway.db")
    return f"sqlite+aiosqlite:///{tmp_path}/gateway.db"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def peer() -> AsyncIterator[Receiver]:
    async with receiver.running() as running:
        yield running

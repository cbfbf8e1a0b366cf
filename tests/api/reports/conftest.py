import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.storage.database import Database
from tests.api.outbox.clock import Clock
from tests.api.reports.scene import Scene
from tests.postgres import *  # noqa: F403


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> str:
    """SQLite, and PostgreSQL where a test is marked ``on_both_engines``."""
    if getattr(request, "param", "sqlite") == "postgresql":
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
    """Tuesday, 24 November 2026, 9:00 in Hangzhou."""
    return Clock()


@pytest.fixture
def scene(database: Database, clock: Clock) -> Scene:
    return Scene(database, clock)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Where no editor has put anything into service."""
    return tmp_path / "articles"

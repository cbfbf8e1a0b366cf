import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.members.vault import Vault
from api.storage.database import Database
from tests.api.members.scene import Scene


@pytest.fixture
async def database(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Database]:
    shutil.copy(migrated_file, tmp_path / "gateway.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/gateway.db")
    yield database
    await database.close()


@pytest.fixture
def vault() -> Vault:
    return Vault(["first key"], "lookup secret")


@pytest.fixture
async def scene(database: Database, vault: Vault, tmp_path: Path) -> Scene:
    scene = Scene(database, vault, tmp_path)
    await scene.import_members()
    return scene

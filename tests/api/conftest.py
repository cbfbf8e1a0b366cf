import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.settings import Settings
from api.storage import schema
from api.storage.database import Database
from tests.api import fake_rasa, gateway
from tests.api.fake_rasa import FakeRasa
from tests.api.gateway import Gateway, Worker


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "gateway.db"

    async def migrate() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await schema.upgrade(database)
        await database.close()

    asyncio.run(migrate())
    return path


@pytest.fixture
async def rasa() -> AsyncIterator[FakeRasa]:
    async with fake_rasa.running() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, migrated_file: Path, rasa: FakeRasa) -> Settings:
    shutil.copy(migrated_file, tmp_path / "gateway.db")
    return Settings(
        data_dir=tmp_path,
        rasa_urls=[rasa.url],
        actions_url=rasa.url,
        rasa_timeout=10,
        recovery_wait=0,
        rate_limit_scale=0,
    )


@pytest.fixture
async def running_gateway(settings: Settings) -> AsyncIterator[Gateway]:
    async with gateway.running(settings) as running:
        yield running


@pytest.fixture
async def worker(running_gateway: Gateway) -> Worker:
    return await running_gateway.worker()


@pytest.fixture
def unused_url() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"

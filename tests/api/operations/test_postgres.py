"""The same with PostgreSQL, on a real server, by its own client programs."""

import os
from pathlib import Path

import pytest
from sqlalchemy import make_url

from api.operations import postgres_tools
from api.operations.backup import back_up
from api.operations.failures import OperationError
from api.operations.postgres_tools import Server
from api.operations.restore import restore
from api.operations.sources import Sources
from api.settings import Settings
from tests.api import gateway
from tests.postgres import PostgresServer

pytestmark = pytest.mark.anyio


@pytest.fixture
def clients(postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """``pg_dump`` and ``pg_restore`` of the server's own version."""
    monkeypatch.setenv("PATH", f"{postgres_server._programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def on_postgres(settings: Settings, migrated_postgres_url: str) -> Settings:
    return settings.model_copy(update={"database_url": migrated_postgres_url})


@pytest.mark.usefixtures("clients", "sources")
async def test_drill(
    on_postgres: Settings, postgres_url: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    async with gateway.running(on_postgres) as running:
        worker = await running.worker()
        await worker.say("老板拖欠工资")
        done = await back_up(Sources.of(on_postgres), tmp_path / "b.tar", key_check="k")
    assert "database/gateway.dump" in done.manifest.files
    into = tmp_path / "restored"
    with pytest.raises(OperationError, match="tables already"):
        await restore(done.file, into, database_url=on_postgres.database_url, key_check="k")
    with pytest.raises(OperationError, match="backup is of PostgreSQL"):
        await restore(
            done.file, into, database_url=f"sqlite+aiosqlite:///{tmp_path}/x.db", key_check="k"
        )
    assert not into.exists()

    empty = postgres_server.url(postgres_server.create_database("template0"))
    result = await restore(done.file, into, database_url=empty, key_check="k")
    assert not result.was_migrated
    assert list(into.iterdir()) == []  # no files of workers, no articles
    moved = on_postgres.model_copy(update={"database_url": empty, "data_dir": into})
    async with gateway.running(moved) as again:
        worker.client = again.client
        said = [message["text"] for message in (await worker.history())["messages"]]
    assert said[-2:] == ["老板拖欠工资", "收到：老板拖欠工资"]


@pytest.mark.usefixtures("clients", "sources")
async def test_an_unreachable_database_is_told(
    on_postgres: Settings, unused_url: str, tmp_path: Path
) -> None:
    port = int(unused_url.rpartition(":")[2])
    url = make_url(on_postgres.database_url).set(port=port).render_as_string(hide_password=False)
    away = on_postgres.model_copy(update={"database_url": url})
    with pytest.raises(OperationError, match="cannot be read"):
        await back_up(Sources.of(away), tmp_path / "b.tar", key_check="k")


@pytest.mark.usefixtures("sources")
async def test_without_the_client_it_says_which(
    on_postgres: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres_tools, "_DEBIAN", tmp_path)
    with pytest.raises(OperationError, match="postgresql-client"):
        await back_up(Sources.of(on_postgres), tmp_path / "b.tar", key_check="k")
    assert not (tmp_path / "b.tar").exists()


def test_the_password_is_not_an_argument() -> None:
    server = Server.of("postgresql+asyncpg://union:p%40ss@db:5433/gateway?ssl=require")
    assert server.arguments == [
        "--dbname=gateway",
        "--host=db",
        "--port=5433",
        "--username=union",
    ]
    assert server.environment == {"PGPASSWORD": "p@ss", "PGSSLMODE": "require"}

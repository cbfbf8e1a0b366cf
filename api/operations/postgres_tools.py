"""``pg_dump`` and ``pg_restore``, which PostgreSQL's own client brings."""

import asyncio
import os
import shutil
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlalchemy import URL, make_url

from api.operations.failures import OperationError

_DEBIAN = Path("/usr/lib/postgresql")
_SHOWN_LINES = 3


@dataclass(frozen=True)
class Server:
    """Where a database is, in the words of libpq; the password only in the environment, because
    arguments of processes can be read by everybody on the machine."""

    arguments: Sequence[str]
    environment: Mapping[str, str]

    @classmethod
    def of(cls, url: str) -> Self:
        """The server and database of an SQLAlchemy URL."""
        parsed = make_url(url)
        arguments = [f"--dbname={parsed.database}"]
        if parsed.host:
            arguments.append(f"--host={parsed.host}")
        if parsed.port:
            arguments.append(f"--port={parsed.port}")
        if parsed.username:
            arguments.append(f"--username={parsed.username}")
        return cls(arguments, _environment(parsed))


def _environment(parsed: URL) -> dict[str, str]:
    environment: dict[str, str] = {}
    if parsed.password:
        environment["PGPASSWORD"] = str(parsed.password)
    # asyncpg's parameter has the values of libpq's.
    ssl = parsed.query.get("ssl")
    if isinstance(ssl, str):
        environment["PGSSLMODE"] = ssl
    return environment


async def run_tool(name: str, server: Server, *arguments: str) -> None:
    """Run one of the programs. Raises ``OperationError``: it is not there, or it failed."""
    program = _find(name)
    if program is None:
        raise OperationError(
            f"{name} was not found: install PostgreSQL's client of the server's version or newer"
            " (Debian: postgresql-client)"
        )
    process = await asyncio.create_subprocess_exec(
        program,
        "--no-password",
        *server.arguments,
        *arguments,
        env={**os.environ, **server.environment},
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        lines = said.decode("utf-8", "replace").strip().splitlines()
        raise OperationError("\n".join([f"{name} failed:", *lines[-_SHOWN_LINES:]]))


def _find(name: str) -> str | None:
    """On the PATH, or the newest of Debian's, which keeps several versions side by side."""
    if found := shutil.which(name):
        return found
    versions = [path for path in _DEBIAN.glob(f"*/bin/{name}") if path.parts[-3].isdecimal()]
    return str(max(versions, key=lambda path: int(path.parts[-3]))) if versions else None

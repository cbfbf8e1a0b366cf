"""PostgreSQL and Redis of a cluster, on loopback, in its throw-away folder."""

import contextlib
import os
import pwd
import shlex
import socket
import subprocess
from functools import partial
from pathlib import Path

from scripts.cluster.programs import Programs
from scripts.cluster.supervision import Member
from scripts.processes import Process

_ADMINISTRATOR = "postgres"
_DATABASE = "union"
_MAX_CONNECTIONS = 200
"""A gateway has up to 65: 50 for turns at work, 15 for the rest."""
_PROBE_SECONDS = 2.0


class Postgres:
    """One server. Whoever reaches its port may do everything in it: nothing in it is of anybody."""

    def __init__(self, programs: Programs, folder: Path, port: int) -> None:
        self._programs = programs.postgres
        self._folder = folder
        self._port = port
        # The server refuses to run as root.
        self._user = _unprivileged_user() if os.geteuid() == 0 else None

    @property
    def url(self) -> str:
        """The database's URL for SQLAlchemy."""
        return f"postgresql+asyncpg://{_ADMINISTRATOR}@127.0.0.1:{self._port}/{_DATABASE}"

    def initialise(self) -> None:
        """Make the server's files.

        Raises:
            subprocess.CalledProcessError: PostgreSQL refused; its words are on standard error.
        """
        self._folder.mkdir(mode=0o700)
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", f"-D{self._folder}")

    def create_database(self) -> None:
        """Make the empty database; the server has to be up.

        Raises:
            subprocess.CalledProcessError: PostgreSQL refused; its words are on standard error.
        """
        self._run("createdb", "--host=127.0.0.1", f"--port={self._port}", _DATABASE)

    def member(self) -> Member:
        """The server under supervision."""
        command = [
            str(self._programs / "postgres"),
            f"-D{self._folder}",
            f"-p{self._port}",
            "-clisten_addresses=127.0.0.1",
            "-cunix_socket_directories=",
            f"-cmax_connections={_MAX_CONNECTIONS}",
        ]
        if self._user is not None:
            ids = [f"--reuid={self._user.pw_uid}", f"--regid={self._user.pw_gid}"]
            command = ["setpriv", *ids, "--clear-groups", *command]
        process = Process("postgres", shlex.join(command), self.url, directory=self._folder)
        return Member(process, self._is_ready)

    def _is_ready(self) -> bool:
        probe = [
            str(self._programs / "pg_isready"),
            "--host=127.0.0.1",
            f"--port={self._port}",
            f"--timeout={_PROBE_SECONDS:.0f}",
        ]
        return subprocess.run(probe, stdout=subprocess.DEVNULL, check=False).returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, f"--username={_ADMINISTRATOR}", *arguments],
            user=self._user.pw_uid if self._user else None,
            group=self._user.pw_gid if self._user else None,
            cwd="/",
            stdout=subprocess.DEVNULL,
            check=True,
        )


def redis_url(port: int) -> str:
    """The address of a Redis on loopback."""
    return f"redis://127.0.0.1:{port}/0"


def redis_member(programs: Programs, folder: Path, port: int) -> Member:
    """A Redis under supervision that keeps nothing: it passes events on and counts requests."""
    command = [str(programs.redis), "--bind", "127.0.0.1", "--port", str(port)]
    command += ["--dir", str(folder), "--save", "", "--appendonly", "no"]
    process = Process("redis", shlex.join(command), redis_url(port), directory=folder)
    return Member(process, partial(_redis_answers, port))


def _redis_answers(port: int) -> bool:
    with (
        contextlib.suppress(OSError),
        socket.create_connection(("127.0.0.1", port), timeout=_PROBE_SECONDS) as connection,
    ):
        connection.sendall(b"PING\r\n")
        return connection.recv(16).startswith(b"+PONG")
    return False


def _unprivileged_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(_ADMINISTRATOR)
    except KeyError:
        return pwd.getpwnam("nobody")

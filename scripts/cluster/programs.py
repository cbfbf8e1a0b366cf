"""The programs of the machine that a cluster needs beside the product's own."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

POSTGRES_VERSIONS = Path("/usr/lib/postgresql")
"""Debian keeps PostgreSQL's programs here, by version and off the path."""
SYSTEM_PROGRAMS = Path("/usr/sbin")
"""An ordinary user of Debian does not have it on the path."""


class MissingProgramsError(Exception):
    """Something is not installed; the message says what, and how to install it."""


@dataclass(frozen=True)
class Programs:
    """Where they are; ``postgres`` is the folder of PostgreSQL's programs."""

    nginx: Path
    redis: Path
    postgres: Path

    @classmethod
    def find(cls) -> "Programs":
        """Look for all of them.

        Raises:
            MissingProgramsError: at least one is not there.
        """
        path = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{SYSTEM_PROGRAMS}"
        nginx = shutil.which("nginx", path=path)
        redis = shutil.which("redis-server", path=path)
        initdb = shutil.which("initdb", path=path) or _newest_initdb()
        if nginx and redis and initdb:
            # A link on the path may be the only one: the others are where it leads.
            return cls(Path(nginx), Path(redis), Path(initdb).resolve().parent)
        found = {"nginx": nginx, "redis-server": redis, "postgresql": initdb}
        missing = [package for package, program in found.items() if not program]
        raise MissingProgramsError(
            f"a cluster needs {', '.join(missing)}; on Debian:\n"
            f"    apt-get install --no-install-recommends {' '.join(missing)}"
        )


def _newest_initdb() -> str | None:
    found = [
        path
        for path in POSTGRES_VERSIONS.glob("*/bin/initdb")
        if path.parent.parent.name.isdecimal()
    ]
    return str(max(found, key=lambda path: int(path.parent.parent.name))) if found else None

"""Finding a CPython 3.10 that really runs, for Rasa; fetching one when there is none."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

VERSION = "3.10"
_PROBE = "import sys, ssl, venv; print('%d.%d' % sys.version_info[:2])"


class InterpreterNotFoundError(Exception):
    """No working CPython 3.10 is here, and none could be fetched."""


def find_python310(uv: Path) -> Path:
    """Return a working CPython 3.10, fetched with ``uv`` as a last resort.

    A program named ``python3.10`` is not enough: a pyenv shim exists for every version ever
    installed and fails unless that version is selected. So each candidate is run.

    Raises:
        InterpreterNotFoundError: with the ways to get one.
    """
    for candidate in _candidates():
        if _works(candidate):
            return candidate
    fetched = _fetch(uv)
    if fetched is not None and _works(fetched):
        return fetched
    raise InterpreterNotFoundError(
        "Rasa 3.6 needs CPython 3.10 and none was found. Install it (`pyenv install 3.10`, "
        "`uv python install 3.10`, or your system's package), or name it with "
        "`make serve UNION_PYTHON310=/path/to/python3.10`."
    )


def _candidates() -> Iterator[Path]:
    named = os.environ.get("UNION_PYTHON310")
    if named:
        yield Path(named)
    for directory in os.environ.get("PATH", "").split(os.pathsep):
        candidate = Path(directory) / f"python{VERSION}"
        if directory and candidate.is_file():
            yield candidate
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{VERSION}.*/bin/python{VERSION}"), reverse=True)


def _works(python: Path) -> bool:
    try:
        found = subprocess.run(
            [str(python), "-c", _PROBE], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return found.returncode == 0 and found.stdout.strip() == VERSION


def _fetch(uv: Path) -> Path | None:
    program = uv if uv.is_file() else shutil.which("uv")
    if program is None:
        return None
    try:
        subprocess.run([str(program), "python", "install", VERSION], check=True)
        found = subprocess.run(
            [str(program), "python", "find", VERSION], check=True, capture_output=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return Path(found.stdout.strip())

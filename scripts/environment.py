"""The file ``.env``, read without a library: the set-up needs it before any is installed."""

import os
from pathlib import Path

from scripts.steps import ROOT

ENV_FILE = ROOT / ".env"


def load_env_file(path: Path = ENV_FILE) -> None:
    """Put the variables of the file below those that the shell has set.

    A line is ``NAME=value``; quotes around the value are dropped, ``#`` starts a comment line.
    """
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.strip().partition("=")
        if separator and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("\"'"))

"""Which program this is."""

import tomllib
from functools import cache
from pathlib import Path

_PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


@cache
def program_version() -> str:
    """The version in ``pyproject.toml``, which is deployed with the program."""
    with _PYPROJECT.open("rb") as file:
        version: str = tomllib.load(file)["project"]["version"]
    return version

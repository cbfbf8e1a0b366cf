"""Fixtures of all tests of the dialogue server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Reporting to third parties is off before anything imports Rasa.
import hardening  # noqa: F401

BOT_DIRECTORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def _working_directory() -> None:
    """Rasa reads its files relative to the project's folder."""
    os.chdir(BOT_DIRECTORY)


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model; trained now when there is none (minutes)."""
    path = BOT_DIRECTORY / "models" / "union.tar.gz"
    if not path.is_file():
        subprocess.run([sys.executable, "train.py"], cwd=BOT_DIRECTORY, check=True)
    return path

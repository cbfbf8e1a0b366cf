"""Rasa's own checks: the data fits together, and every story takes its path."""

import subprocess
import sys
from pathlib import Path

BOT_DIRECTORY = Path(__file__).resolve().parent.parent
RASA = "import hardening; from rasa.__main__ import main; main()"


def run_rasa(*arguments: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", RASA, *arguments],
        cwd=BOT_DIRECTORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]


def test_the_data_is_valid_without_warnings() -> None:
    run_rasa("data", "validate", "--fail-on-warnings", "--domain", "domain", "--data", "data")


def test_the_stories_take_their_paths(model: Path, tmp_path: Path) -> None:
    run_rasa(
        "test",
        "core",
        "--model",
        str(model),
        "--stories",
        "tests/stories",
        "--fail-on-prediction-errors",
        "--out",
        str(tmp_path),
    )

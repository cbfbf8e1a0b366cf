import os
from pathlib import Path

import pytest

from scripts.environment import load_env_file


def test_the_file_stands_below_the_shells_own_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {"UNION_PORT": "8001"})
    file = tmp_path / ".env"
    file.write_text(
        '# a comment\nUNION_PORT=9000\nUNION_HOST="localhost"\n\n#UNION_ENV=x\n', "utf-8"
    )
    load_env_file(file)
    assert os.environ == {"UNION_PORT": "8001", "UNION_HOST": "localhost"}


def test_no_file_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"UNION_PORT": "8001"})
    load_env_file(tmp_path / ".env")
    assert os.environ == {"UNION_PORT": "8001"}

import argparse
import shutil
from pathlib import Path

import pytest

from api.operations import commands
from api.settings import Settings

PASSPHRASE = {"UNION_BACKUP_PASSPHRASE": "correct horse battery"}


@pytest.fixture
def settings(tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("UNION_DATA_DIR", str(tmp_path))
    shutil.copy(migrated_file, tmp_path / "gateway.db")
    return Settings(data_dir=tmp_path)


def parse(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    commands.add_commands(parser.add_subparsers(dest="command", required=True))
    return parser.parse_args(arguments)


def test_the_commands_are_read() -> None:
    assert parse("backup", "/b").target == Path("/b")
    assert parse("restore", "b.tar", "--into", "/d", "--with-keys").with_keys
    assert parse("doctor", "--json").json
    with pytest.raises(SystemExit):
        parse("restore", "b.tar")


def test_there_and_back(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, into = tmp_path / "b.tar", tmp_path / "restored"
    assert commands.backup_command(settings, file, with_keys=True, environment=PASSPHRASE) == 0
    assert "MB" in capsys.readouterr().out
    assert (
        commands.restore_command(settings, file, into, with_keys=True, environment=PASSPHRASE) == 0
    )
    assert str(into / "keys.env") in capsys.readouterr().out
    assert commands.restore_command(settings, file, into, with_keys=False) == 1
    assert "not empty" in capsys.readouterr().err


def test_keys_need_a_passphrase(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "b.tar"
    assert commands.backup_command(settings, file, with_keys=True, environment={}) == 1
    assert "UNION_BACKUP_PASSPHRASE" in capsys.readouterr().err
    assert not file.exists()

from pathlib import Path

import pytest

from scripts.cluster.programs import MissingProgramsError, Programs


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on it."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("scripts.cluster.programs.SYSTEM_PROGRAMS", tmp_path / "sbin")
    monkeypatch.setattr("scripts.cluster.programs.POSTGRES_VERSIONS", tmp_path / "postgresql")
    return tmp_path


def install(program: Path) -> Path:
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def test_what_is_missing_is_named_with_the_command_that_installs_it(machine: Path) -> None:
    install(machine / "bin" / "redis-server")
    with pytest.raises(MissingProgramsError) as raised:
        Programs.find()
    assert "apt-get install --no-install-recommends nginx postgresql" in str(raised.value)
    assert "redis" not in str(raised.value)


def test_programs_off_the_path_are_found(machine: Path) -> None:
    nginx = install(machine / "sbin" / "nginx")
    redis = install(machine / "bin" / "redis-server")
    for version in ("9", "15", "14"):
        install(machine / "postgresql" / version / "bin" / "initdb")
    assert Programs.find() == Programs(nginx, redis, machine / "postgresql" / "15" / "bin")


def test_a_postgresql_on_the_path_comes_first_and_a_link_is_followed(machine: Path) -> None:
    install(machine / "sbin" / "nginx")
    install(machine / "bin" / "redis-server")
    install(machine / "postgresql" / "15" / "bin" / "initdb")
    own = install(machine / "own" / "bin" / "initdb")
    (machine / "bin" / "initdb").symlink_to(own)
    assert Programs.find().postgres == own.parent

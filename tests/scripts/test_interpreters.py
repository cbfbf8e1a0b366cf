from pathlib import Path

import pytest

from scripts.interpreters import InterpreterNotFoundError, find_python310

WORKS = "echo 3.10"
SHIM = "echo 'pyenv: version 3.10 is not selected' >&2; exit 127"
OTHER = "echo 3.12"


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any interpreter: only what a test puts there is found."""
    monkeypatch.delenv("UNION_PYTHON310", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path / 'shims'}:{tmp_path / 'bin'}")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path


@pytest.mark.parametrize("broken", [SHIM, OTHER, "exit 0", "echo hello"])
def test_a_candidate_that_does_not_work_is_skipped(machine: Path, broken: str) -> None:
    program(machine / "shims" / "python3.10", broken)
    working = program(machine / "bin" / "python3.10", WORKS)
    assert find_python310(machine / "uv") == working


def test_what_cannot_be_run_at_all_is_skipped(machine: Path) -> None:
    program(machine / "shims" / "python3.10", WORKS).chmod(0o644)
    working = program(machine / "bin" / "python3.10", WORKS)
    assert find_python310(machine / "uv") == working


def test_the_named_one_comes_first(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(machine / "bin" / "python3.10", WORKS)
    named = program(machine / "own" / "python", WORKS)
    monkeypatch.setenv("UNION_PYTHON310", str(named))
    assert find_python310(machine / "uv") == named


def test_pyenvs_own_versions_are_found_behind_its_shims(machine: Path) -> None:
    program(machine / "shims" / "python3.10", SHIM)
    found = program(machine / "pyenv" / "versions" / "3.10.13" / "bin" / "python3.10", WORKS)
    program(machine / "pyenv" / "versions" / "3.12.1" / "bin" / "python3.12", OTHER)
    assert find_python310(machine / "uv") == found


def test_as_a_last_resort_uv_fetches_one(machine: Path) -> None:
    fetched = machine / "fetched" / "python3.10"
    uv = program(
        machine / "uv",
        f"[ \"$2\" = install ] && printf '#!/bin/sh\\necho 3.10\\n' > {fetched}\n"
        f'[ "$2" = find ] && echo {fetched}\n'
        f"/bin/chmod 755 {fetched}",
    )
    fetched.parent.mkdir()
    assert find_python310(uv) == fetched


@pytest.mark.parametrize("uv", [None, "exit 1", "echo /nowhere/python3.10"])
def test_when_nothing_is_found_the_ways_to_get_one_are_told(machine: Path, uv: str | None) -> None:
    program(machine / "shims" / "python3.10", SHIM)
    if uv is not None:
        program(machine / "uv", uv)
    with pytest.raises(InterpreterNotFoundError) as caught:
        find_python310(machine / "uv")
    assert "pyenv install 3.10" in str(caught.value)
    assert "UNION_PYTHON310=" in str(caught.value)

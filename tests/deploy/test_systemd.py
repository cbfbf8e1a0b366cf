"""The units, and what they start."""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from api.operations import commands
from api.settings import Settings

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
INSTALLED = "/opt/union"


class Unit(configparser.RawConfigParser):
    """Keys keep their letters; of a key that stands twice the last counts."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def read(path: Path) -> Unit:
    unit = Unit(strict=False, delimiters="=")
    unit.read_string(path.read_text(encoding="utf-8"))
    return unit


every_service = pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)


@every_service
def test_the_program_exists(path: Path) -> None:
    service = read(path)["Service"]
    program, *arguments = shlex.split(service["ExecStart"])
    environment = {"/opt/union/.venv/bin/python", "/opt/union/bot/.venv/bin/python"}
    assert program in environment
    folder = ROOT / service["WorkingDirectory"].removeprefix(INSTALLED).lstrip("/")
    assert folder.is_dir()
    if arguments[0] == "-m":
        assert (ROOT / arguments[1] / "__main__.py").is_file()
    else:
        assert (folder / arguments[0]).is_file()


def test_the_commands_are_those_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    commands.add_commands(parser.add_subparsers(dest="command"))
    for name in ("union-backup", "union-doctor"):
        line = read(UNITS / f"{name}.service")["Service"]["ExecStart"]
        _, _, _, *arguments = shlex.split(line)
        assert parser.parse_args(arguments).command == name.removeprefix("union-")


@every_service
def test_it_runs_as_nobody_on_a_system_it_cannot_change(path: Path) -> None:
    service = read(path)["Service"]
    assert service["User"] == "union"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["CapabilityBoundingSet"] == ""
    assert service["UMask"] == "0077"


@pytest.mark.parametrize("name", ["union-actions", "union-rasa"])
def test_inner_services_reach_and_are_reached_by_this_machine_only(name: str) -> None:
    service = read(UNITS / f"{name}.service")["Service"]
    assert service["IPAddressDeny"] == "any"
    assert service["IPAddressAllow"] == "localhost"


def test_timers_and_target_name_units_that_are_there() -> None:
    for timer in UNITS.glob("*.timer"):
        assert timer.with_suffix(".service").is_file()
    wanted = read(UNITS / "union.target")["Unit"]["Wants"].split()
    assert all((UNITS / name).is_file() for name in wanted)


def test_the_example_names_settings_that_exist_and_no_secret() -> None:
    text = (UNITS / "union.env.example").read_text(encoding="utf-8")
    known = {f"UNION_{name.upper()}" for name in Settings.model_fields} | {"UNION_BACKUP_DIR"}
    named = dict(re.findall(r"^#?(UNION_[A-Z_]+)=(.*)$", text, flags=re.MULTILINE))
    assert set(named) <= known
    assert {named[f"UNION_{name}"] for name in ("SECRET_KEY", "RASA_SECRET", "MEMBER_KEYS")} == {""}


def test_systemd_understands_them(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("NOT CHECKED: systemd is not installed, so no unit was verified by it")
    for path in UNITS.iterdir():
        text = path.read_text(encoding="utf-8")
        # What the units start is here, not yet where it is installed.
        text = re.sub(r"(?<==)/opt/union/\S*python", "/bin/true", text).replace(
            INSTALLED, str(ROOT)
        )
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    units = [
        str(path) for path in tmp_path.iterdir() if path.suffix in {".service", ".timer", ".target"}
    ]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True
    )
    about_ours = [line for line in done.stderr.splitlines() if "union" in line]
    assert (done.returncode, about_ours) == (0, [])

import shlex
from configparser import ConfigParser, RawConfigParser
from pathlib import Path

import pytest
from supervisor.options import ServerOptions

from scripts.processes import CONTROL_SOCKET, Process, processes, supervisor_configuration

ADDRESSES = {
    "gateway": "http://127.0.0.1:8000",
    "rasa": "http://127.0.0.1:5005",
    "actions": "http://127.0.0.1:5055",
}


def configuration(members: list[Process], directory: Path) -> str:
    return supervisor_configuration(members, runtime=directory / "run", logs=directory / "log")


def test_every_process_is_in_the_configuration(tmp_path: Path) -> None:
    members = processes(**ADDRESSES)
    parsed = ConfigParser()
    parsed.read_string(configuration(members, tmp_path))
    programs = [name for name in parsed.sections() if name.startswith("program:")]
    assert programs == ["program:gateway", "program:rasa", "program:actions"]
    for member in members:
        section = parsed[f"program:{member.name}"]
        assert section["command"] == member.command
        assert section["directory"] == str(member.directory)
        assert section["stdout_logfile"] == f"{tmp_path}/log/{member.name}.log"
        assert section["autorestart"] == "true"
        assert section["stopasgroup"] == section["killasgroup"] == "true"
    assert parsed["unix_http_server"]["file"] == f"{tmp_path}/run/{CONTROL_SOCKET}"
    assert parsed["supervisord"]["nodaemon"] == "true"


def test_each_process_tells_when_it_is_ready() -> None:
    assert [(each.name, each.health) for each in processes(**ADDRESSES)] == [
        ("gateway", "http://127.0.0.1:8000/healthz"),
        ("rasa", "http://127.0.0.1:5005/webhooks/gateway/"),
        ("actions", "http://127.0.0.1:5055/health"),
    ]


def test_logs_are_kept_within_bounds(tmp_path: Path) -> None:
    parsed = RawConfigParser()
    parsed.read_string(configuration(processes(**ADDRESSES), tmp_path))
    for name in parsed.sections():
        if name.startswith("program:"):
            assert parsed[name]["stdout_logfile_maxbytes"] == "10MB"
            assert int(parsed[name]["stdout_logfile_backups"]) <= 5


def test_the_environment_of_a_process_is_passed_on(tmp_path: Path) -> None:
    member = Process("one", "true", "http://127.0.0.1:1/", environment={"A": "1", "B": "x y"})
    parsed = RawConfigParser()
    parsed.read_string(configuration([member], tmp_path))
    assert parsed["program:one"]["environment"] == 'A="1",B="x y"'


def test_a_checkout_below_a_folder_with_a_space_works(monkeypatch: pytest.MonkeyPatch) -> None:
    python = Path("/home/an na/union/.venv/bin/python")
    monkeypatch.setattr("scripts.processes.PYTHON", python)
    monkeypatch.setattr("scripts.processes.BOT_PYTHON", python)
    for member in processes(**ADDRESSES):
        assert str(python) in shlex.split(member.command)


def test_nothing_gets_in_the_way_of_the_gateway_and_of_the_dialogue_server() -> None:
    behind = {
        each.name: shlex.split(each.command)[:2] == ["nice", "-n"]
        for each in processes(**ADDRESSES)
    }
    assert behind == {"gateway": False, "rasa": False, "actions": True}


def test_supervisord_itself_accepts_it(tmp_path: Path) -> None:
    directory = tmp_path / "a b"
    for name in ("run", "log"):
        (directory / name).mkdir(parents=True)
    file = directory / "supervisord.conf"
    file.write_text(configuration(processes(**ADDRESSES), directory), encoding="utf-8")
    options = ServerOptions()
    options.realize(["-c", str(file)])
    groups = options.configroot.supervisord.process_group_configs
    assert sorted(group.name for group in groups) == ["actions", "gateway", "rasa"]
    (actions,) = (group for group in groups if group.name == "actions")
    assert actions.process_configs[0].stdout_logfile == f"{directory}/log/actions.log"

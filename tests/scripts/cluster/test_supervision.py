"""Real processes under a real supervisord."""

import os
import shlex
import signal
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from scripts.cluster.supervision import Member, NotReadyError, Supervised
from scripts.ephemeral import answers, free_ports
from scripts.processes import Process


def server(name: str, directory: Path) -> Member:
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    address = f"http://127.0.0.1:{port}/"
    process = Process(name, shlex.join(command), address, directory=directory)
    return Member(process, partial(answers, address))


def wait_until_not_ready(supervised: Supervised) -> None:
    while True:
        supervised.wait_until_ready(60)


def exists(process_id: int) -> bool:
    return Path(f"/proc/{process_id}").exists()


def test_processes_serve_until_the_end_and_no_longer(tmp_path: Path) -> None:
    members = [server("one", tmp_path), server("two", tmp_path)]
    said: list[str] = []
    with Supervised(members, os.environ, tmp_path / "log") as supervised:
        supervised.wait_until_ready(60, said.append)
        running = supervised.process_ids()
        assert running.keys() == {"one", "two"}
        assert supervised.is_running
        configuration = supervised.configuration
    assert sorted(said) == ["one is ready", "two is ready"]
    assert not any(exists(each) for each in running.values())
    assert not configuration.exists()


def test_who_is_killed_is_started_again(tmp_path: Path) -> None:
    with Supervised([server("one", tmp_path)], os.environ, tmp_path / "log") as supervised:
        supervised.wait_until_ready(60)
        killed = supervised.process_ids()["one"]
        os.kill(killed, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while supervised.process_ids().get("one", killed) == killed:
            assert time.monotonic() < deadline
        supervised.wait_until_ready(60)


def test_who_does_not_serve_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -c \"raise SystemExit('no disk')\""
    member = Member(Process("one", command, ""), lambda: False)
    with Supervised([member], os.environ, tmp_path / "log") as supervised:
        log = tmp_path / "log" / "one.log"
        deadline = time.monotonic() + 60
        while not log.exists() or b"no disk" not in log.read_bytes():
            assert time.monotonic() < deadline
        with pytest.raises(NotReadyError, match=r"(?s)one did not become ready.*no disk"):
            supervised.wait_until_ready(0)


def test_a_supervisor_that_ends_is_noticed(tmp_path: Path) -> None:
    member = server("one", tmp_path)
    with Supervised([member], os.environ, tmp_path / "log") as supervised:
        supervised.wait_until_ready(60)
        supervisor = supervised.configuration.parent / "supervisord.pid"
        os.kill(int(supervisor.read_text()), signal.SIGTERM)
        with pytest.raises(NotReadyError, match="supervisord ended"):
            wait_until_not_ready(supervised)
        assert not supervised.is_running

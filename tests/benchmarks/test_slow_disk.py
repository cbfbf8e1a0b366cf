import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.faults.slow_disk import DiskCalls, SlowDisk

COMMIT = """
import sqlite3, sys, time
started = time.monotonic()
with sqlite3.connect(sys.argv[1]) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS t (a)")
    connection.execute("INSERT INTO t VALUES (1)")
print(time.monotonic() - started)
"""


class Machine:
    """A slow disk below ``data``, and programs that write there or elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.data.mkdir()
        self.disk = SlowDisk(folder, self.data)

    def commit(self, database: Path) -> tuple[float, DiskCalls]:
        """Seconds that a commit took, and what of it waited for the disk."""
        environment = {
            **os.environ,
            **self.disk.environment,
            "LD_PRELOAD": str(self.disk.library),
        }
        with subprocess.Popen(
            [sys.executable, "-c", COMMIT, str(database)], env=environment, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            took = float(process.stdout.read())
        return took, self.disk.calls().get(process.pid, DiskCalls())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_commit_waits_for_the_disk(machine: Machine) -> None:
    machine.disk.slow_down(50, 60)
    took, calls = machine.commit(machine.data / "a.db")
    assert calls.syncs >= 1
    assert calls.writes >= 1
    assert calls.slept_ms >= 50
    assert took >= calls.slept_ms / 1000


def test_other_folders_are_as_quick_as_they_are(machine: Machine, tmp_path: Path) -> None:
    machine.disk.slow_down(50, 60)
    _, calls = machine.commit(tmp_path / "data-of-others.db")
    assert calls == DiskCalls()


def test_the_disk_recovers(machine: Machine) -> None:
    machine.disk.slow_down(50, 60)
    machine.disk.recover()
    _, calls = machine.commit(machine.data / "a.db")
    assert calls == DiskCalls()


def test_figures_of_one_fault() -> None:
    assert DiskCalls(5, 7, 900).since(DiskCalls(2, 3, 400)) == DiskCalls(3, 4, 500)

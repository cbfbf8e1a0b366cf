import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.processor_time import busy_seconds, memory_mib, processor_seconds

BUSY = """
import time
end = time.process_time() + 0.3
while time.process_time() < end:
    pass
"""
BUSY_BELOW = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])"
BIG = "kept = bytearray(b'x') * 50_000_000"


@contextmanager
def ready(code: str) -> Iterator[int]:
    """A process that has run the code and waits."""
    code += "\nprint(flush=True)\ninput()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        process.kill()


def test_time_on_a_processor_is_counted() -> None:
    with ready(BUSY) as busy, ready("") as idle:
        seconds = processor_seconds({"busy": busy, "idle": idle})
    assert seconds["busy"] >= 0.29
    assert seconds["idle"] < seconds["busy"]


def test_that_of_what_ended_below_counts() -> None:
    with ready(BUSY_BELOW) as parent:
        assert processor_seconds({"parent": parent})["parent"] >= 0.29


def test_that_of_what_runs_below_counts() -> None:
    with ready(BUSY):
        assert processor_seconds({"me": os.getpid()})["me"] >= 0.29


def test_the_machine_worked_at_least_as_much() -> None:
    before = busy_seconds()
    with ready(BUSY) as busy:
        mine = processor_seconds({"busy": busy})["busy"]
        # Both are counted in ticks of 10 ms, on two processors.
        assert busy_seconds() - before > mine - 0.1


def test_memory_is_that_of_the_process() -> None:
    with ready(BIG) as big, ready("") as small:
        memory = memory_mib({"big": big, "small": small})
    assert 45 < memory["big"] - memory["small"] < 55


def test_who_has_ended_costs_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert processor_seconds({"gone": process.pid}) == {"gone": 0}
    assert memory_mib({"gone": process.pid}) == {"gone": 0}

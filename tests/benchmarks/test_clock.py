import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.faults.clock import JumpingClock
from benchmarks.faults.preloading import MissingToolError

LOOK = """
import ctypes, json, threading, time
libc = ctypes.CDLL(None)
libc.time.restype = ctypes.c_long
started = time.monotonic()
time.sleep(0.05)
threading.Event().wait(0.05)
print(json.dumps([time.time(), float(libc.time(None)), time.monotonic() - started]))
"""


@pytest.fixture
def clock(tmp_path: Path) -> JumpingClock:
    try:
        return JumpingClock(tmp_path)
    except MissingToolError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("offset", [7200, -3600, 0])
def test_the_wall_clock_jumps_and_waits_last_as_long_as_they_should(
    clock: JumpingClock, offset: int
) -> None:
    clock.jump_to(offset)
    environment = {**os.environ, **clock.environment, "LD_PRELOAD": str(clock.library)}
    told = subprocess.run(
        [sys.executable, "-c", LOOK], env=environment, stdout=subprocess.PIPE, check=True
    ).stdout
    *shown, waited = json.loads(told)
    for seconds in shown:
        assert seconds - time.time() == pytest.approx(offset, abs=60)
    assert 0.1 <= waited < 5


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(MissingToolError, match="apt install gcc"):
        JumpingClock(tmp_path)

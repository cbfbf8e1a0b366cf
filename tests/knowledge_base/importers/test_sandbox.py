from collections.abc import Callable

import pytest

from knowledge_base.importers.refusal import UnreadableError
from knowledge_base.importers.sandbox import Sandbox
from tests.knowledge_base.importers import sandboxed


def test_a_result_comes_back(sandbox: Sandbox) -> None:
    assert sandbox.run(sandboxed.shout, b"a") == "A"


def test_a_refusal_comes_back(sandbox: Sandbox) -> None:
    with pytest.raises(UnreadableError, match=r"^no$"):
        sandbox.run(sandboxed.refuse, b"")


@pytest.mark.parametrize(
    "escape",
    [sandboxed.connect, sandboxed.resolve, sandboxed.start_program, sandboxed.start_shell],
)
def test_there_is_no_way_out(sandbox: Sandbox, escape: Callable[[bytes], None]) -> None:
    with pytest.raises(PermissionError, match="is blocked"):
        sandbox.run(escape, b"")


def test_memory_time_and_a_crash_end_the_process_but_not_the_sandbox() -> None:
    with Sandbox(cpu_seconds=1, memory_gib=0.5) as small:
        with pytest.raises(UnreadableError, match=r"more than 1 seconds or 0\.5 GiB"):
            small.run(sandboxed.grow, b"1000000000")
        with pytest.raises(UnreadableError, match="took more than"):
            small.run(sandboxed.loop, b"")
        with pytest.raises(UnreadableError, match="took more than"):
            small.run(sandboxed.die, b"")
        assert small.run(sandboxed.shout, b"still here") == "STILL HERE"

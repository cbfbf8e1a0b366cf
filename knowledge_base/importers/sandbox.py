"""A process of its own for parsers of foreign formats: no network, bounded memory and time.

Parsers of office files and PDF are large and read whatever a file tells them to. Here they
cannot reach the network or start programs, and a file that makes them grow or loop ends the
process, not the import.
"""

import multiprocessing
import resource
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Any, Self, TypeVar

from knowledge_base.importers.refusal import UnreadableError

MEMORY_GIB = 2
CPU_SECONDS = 120
_BLOCKED_EVENTS = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")
_HARMLESS_EVENTS = ("socket.gethostname", "socket.__new__")

Result = TypeVar("Result")


class Sandbox:
    """Runs functions of one argument in a confined process, started with the first of them."""

    def __init__(self, *, cpu_seconds: int = CPU_SECONDS, memory_gib: float = MEMORY_GIB) -> None:
        self._cpu_seconds = cpu_seconds
        self._memory_bytes = int(memory_gib * 1024**3)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    def run(self, function: Callable[[bytes], Result], content: bytes) -> Result:
        """Return ``function(content)``; the function must be one of a module.

        Raises:
            UnreadableError: the function raised it, or used up memory or time.
        """
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                max_workers=1,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_confine,
                initargs=(self._memory_bytes,),
            )
        try:
            return self._pool.submit(_run, function, content, self._cpu_seconds).result()
        except (BrokenProcessPool, MemoryError) as error:
            self._stop()
            raise UnreadableError(
                f"reading it took more than {self._cpu_seconds} seconds or "
                f"{self._memory_bytes / 1024**3:g} GiB of memory"
            ) from error

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None


def _confine(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_refuse_to_leave)


def _refuse_to_leave(event: str, _: tuple[Any, ...]) -> None:
    if event.startswith(_BLOCKED_EVENTS) and event not in _HARMLESS_EVENTS:
        raise PermissionError(f"{event} is blocked while foreign files are read")


def _run(function: Callable[[bytes], Result], content: bytes, cpu_seconds: int) -> Result:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + cpu_seconds, hard))
    return function(content)

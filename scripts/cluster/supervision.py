"""Processes under a supervisord of their own, from their start to their stop."""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast
from xmlrpc.client import ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from scripts.processes import CONTROL_SOCKET, Process, supervisor_configuration
from scripts.steps import ROOT

_POLL_SECONDS = 0.2
_STOP_SECONDS = 60
_SHOWN_LINES = 20


class NotReadyError(Exception):
    """Processes did not become ready; the message has the ends of their logs."""


@dataclass(frozen=True)
class Member:
    """A process, and the question whether it serves."""

    process: Process
    is_ready: Callable[[], bool]

    @property
    def name(self) -> str:
        """Its name, which is that of its log, too."""
        return self.process.name


class Supervised:
    """Runs processes for the body of a ``with`` statement; who dies is started again."""

    def __init__(
        self, members: Sequence[Member], environment: Mapping[str, str], logs: Path
    ) -> None:
        self._members = members
        self._environment = environment
        self._logs = logs
        # The control socket's path may have 108 bytes; a data folder's may have more.
        self._runtime = tempfile.TemporaryDirectory(prefix="union-")
        self.configuration = Path(self._runtime.name) / "supervisord.conf"

    def __enter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        processes = [member.process for member in self._members]
        runtime = Path(self._runtime.name)
        text = supervisor_configuration(processes, runtime=runtime, logs=self._logs)
        self.configuration.write_text(text, encoding="utf-8")
        self._supervisor = subprocess.Popen(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(self.configuration)],
            cwd=ROOT,
            env=self._environment,
            # Ctrl-C in a terminal reaches the launcher only, which keeps to an order.
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._supervisor.poll() is None:
            self._supervisor.send_signal(signal.SIGTERM)
        self._supervisor.wait(_STOP_SECONDS)
        self._runtime.cleanup()

    @property
    def is_running(self) -> bool:
        """Whether the supervisor itself is there."""
        return self._supervisor.poll() is None

    def wait_until_ready(self, seconds: float, said: Callable[[str], None] | None = None) -> None:
        """Return when every process serves; ``said`` hears of each.

        Raises:
            NotReadyError: the supervisor ended, or the time is over.
        """
        deadline = time.monotonic() + seconds
        waiting = list(self._members)
        while True:
            for member in [each for each in waiting if each.is_ready()]:
                waiting.remove(member)
                if said is not None:
                    said(f"{member.name} is ready")
            if not waiting:
                return
            if not self.is_running:
                raise NotReadyError(f"supervisord ended; see {self._logs / 'supervisord.log'}")
            if time.monotonic() > deadline:
                raise NotReadyError("\n".join(self._end_of_log(member) for member in waiting))
            time.sleep(_POLL_SECONDS)

    def process_ids(self) -> dict[str, int]:
        """The process behind each name; who is just being started anew is left out."""
        transport = SupervisorTransport(None, None, f"unix://{self._runtime.name}/{CONTROL_SOCKET}")
        with ServerProxy("http://localhost", transport=transport) as proxy:
            found = cast(list[dict[str, Any]], proxy.supervisor.getAllProcessInfo())
        return {each["name"]: each["pid"] for each in found if each["pid"]}

    def _end_of_log(self, member: Member) -> str:
        log = self._logs / f"{member.name}.log"
        lines = log.read_text("utf-8", "replace").splitlines() if log.is_file() else []
        tail = "\n".join(f"    {line}" for line in lines[-_SHOWN_LINES:])
        return f"{member.name} did not become ready; the end of {log}:\n{tail}"

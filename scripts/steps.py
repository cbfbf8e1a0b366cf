"""A set-up step: run only when its inputs changed, with progress, and with help when it fails.

Standard library only: this runs before any environment exists.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROBLEM = "problem: "
"""A line of a step's output that a person must see although the step succeeded."""
_TICK_SECONDS = 1.0
_PLAIN_TICK_SECONDS = 20.0
_SHOWN_LINES = 25


class StepFailed(Exception):  # noqa: N818 - it is a result, reported to a person
    """A step did not succeed; the message says which, why and what to do."""


@dataclass(frozen=True)
class Command:
    """One program of a step; the arguments may be made late, when an earlier step has run."""

    arguments: Callable[[], Sequence[str | Path]]
    directory: Path = ROOT


@dataclass(frozen=True)
class Step:
    """Something to make from files of the repository.

    ``inputs`` are globs below the root; their names, their contents and ``also`` make the
    fingerprint. ``outputs`` must exist for the step to count as done.
    """

    name: str
    inputs: Sequence[str]
    outputs: Sequence[Path]
    commands: Sequence[Command]
    hint: str
    also: str = ""

    def fingerprint(self) -> str:
        """Return a digest of everything the step depends on: contents, never dates."""
        digest = hashlib.sha256(self.also.encode())
        for pattern in self.inputs:
            for path in sorted(ROOT.glob(pattern)):
                if path.is_file() and "__pycache__" not in path.parts:
                    digest.update(path.relative_to(ROOT).as_posix().encode())
                    digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


class StepRunner:
    """Runs steps, remembering in ``state`` what was made from which inputs."""

    def __init__(self, state: Path, logs: Path) -> None:
        self._state = state
        self._logs = logs
        for directory in (state, logs):
            directory.mkdir(parents=True, exist_ok=True)

    def run(self, step: Step) -> bool:
        """Run the step if it is not up to date; return whether it ran.

        Raises:
            StepFailed: a command failed or the outputs did not appear.
        """
        stamp = self._state / f"{step.name.replace(' ', '-')}.sha256"
        fingerprint = step.fingerprint()
        if _made_from(stamp) == fingerprint and all(path.exists() for path in step.outputs):
            _say(f"[ok]   {step.name}: up to date")
            return False
        started = time.monotonic()
        log = self._logs / f"setup-{step.name.replace(' ', '-')}.log"
        log.write_bytes(b"")
        # From here on the outputs may be half old, half new.
        stamp.unlink(missing_ok=True)
        for command in step.commands:
            self._execute(step, command, log, started)
        missing = [str(path) for path in step.outputs if not path.exists()]
        if missing:
            raise StepFailed(_failure(step, f"it did not make {', '.join(missing)}", log))
        stamp.write_text(f"{fingerprint}\n", encoding="utf-8")
        _end_line(f"[done] {step.name}: {time.monotonic() - started:.0f} s")
        for line in _log_lines(log):
            if line.startswith(PROBLEM):
                _say(f"       {line}")
        return True

    def _execute(self, step: Step, command: Command, log: Path, started: float) -> None:
        arguments = [str(argument) for argument in command.arguments()]
        with log.open("ab") as output:
            try:
                process = subprocess.Popen(
                    arguments,
                    cwd=command.directory,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    env={**os.environ, "PYTHONUNBUFFERED": "1"},
                )
            except OSError as error:
                reason = f"`{' '.join(arguments)}` cannot be started ({error})"
                raise StepFailed(_failure(step, reason, log)) from error
            try:
                status = _wait_with_progress(process, step.name, log, started)
            except BaseException:
                process.terminate()
                process.wait()
                raise
        if status != 0:
            reason = f"`{' '.join(arguments)}` ended with status {status}"
            raise StepFailed(_failure(step, reason, log))


def _made_from(stamp: Path) -> str | None:
    return stamp.read_text(encoding="utf-8").strip() if stamp.is_file() else None


def _wait_with_progress(
    process: "subprocess.Popen[bytes]", name: str, log: Path, started: float
) -> int:
    interval = _TICK_SECONDS if sys.stderr.isatty() else _PLAIN_TICK_SECONDS
    while True:
        _show_progress(f"[....] {name}: {time.monotonic() - started:.0f} s  {_last_line(log)}")
        try:
            return process.wait(timeout=interval)
        except subprocess.TimeoutExpired:
            continue


def _log_lines(log: Path) -> list[str]:
    text = log.read_text(encoding="utf-8", errors="replace")
    return text.replace("\r", "\n").splitlines()


def _last_line(log: Path) -> str:
    lines = log.read_bytes()[-2000:].decode("utf-8", "replace").replace("\r", "\n").split("\n")
    return next((line.strip()[:60] for line in reversed(lines) if line.strip()), "")


def _failure(step: Step, reason: str, log: Path) -> str:
    shown = "\n".join(f"    {line}" for line in _log_lines(log)[-_SHOWN_LINES:])
    return f"step '{step.name}' failed: {reason}\n{shown}\n  whole log: {log}\n  {step.hint}"


def _show_progress(line: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()
    else:
        _say(line)


def _end_line(line: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    _say(line)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()

"""Start the product and watch it: ``python -m scripts.serve`` (``make serve`` prepares first).

Starts Rasa, the action server and the gateway under supervisord, waits until each is ready,
prints the address, and stops everything on Ctrl-C or SIGTERM.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path
from urllib.parse import urlsplit
from xmlrpc.client import ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from scripts.environment import load_env_file
from scripts.ephemeral import answers
from scripts.prepare import data_directory
from scripts.processes import CONTROL_SOCKET, Process, processes, supervisor_configuration
from scripts.steps import ROOT

READY_WITHIN_SECONDS = 180
_POLL_SECONDS = 0.25
_SHOWN_LINES = 20


class StartError(Exception):
    """The product cannot start; the message says why and what to do."""


def main() -> int:
    """Serve until stopped; return the exit status."""
    # Each of these ends through the `finally` below. SIGINT is set too, because a program that
    # a shell starts in the background inherits it ignored.
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _interrupt)
    environment = _environment()
    members = _members(environment)
    logs = data_directory() / "log"
    logs.mkdir(parents=True, exist_ok=True)
    try:
        _check_ports(members)
    except StartError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="union-") as runtime:
        configuration = Path(runtime) / "supervisord.conf"
        configuration.write_text(
            supervisor_configuration(members, runtime=Path(runtime), logs=logs), encoding="utf-8"
        )
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)],
            cwd=ROOT,
            env=environment,
        )
        try:
            _wait_until_ready(members, supervisor, Path(runtime) / CONTROL_SOCKET, logs)
            print(f"ready: http://{_host(environment)}:{_port(environment)}/", flush=True)
            print(
                f"processes: .venv/bin/supervisorctl -c {configuration} status\nlogs: {logs}\n"
                "stop with Ctrl-C",
                flush=True,
            )
            return supervisor.wait()
        except StartError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("\nstopping…", flush=True)
            return 0
        finally:
            _stop(supervisor)


def _interrupt(_signal: int, _frame: types.FrameType | None) -> None:
    raise KeyboardInterrupt


def _environment() -> dict[str, str]:
    """Return the environment of all processes: ``.env`` below the shell's own variables."""
    load_env_file()
    environment = dict(os.environ)
    environment["UNION_DATA_DIR"] = str(data_directory())
    rasa, actions = _rasa_url(environment), _actions_url(environment)
    environment.setdefault("UNION_RASA_URLS", rasa)
    environment.setdefault("UNION_ACTIONS_URL", actions)
    environment["UNION_RASA_HOST"] = urlsplit(rasa).hostname or "127.0.0.1"
    environment["UNION_RASA_PORT"] = str(urlsplit(rasa).port)
    environment.setdefault("UNION_RASA_TRACKER_DB", str(data_directory() / "tracker.db"))
    if environment.get("UNION_ENV", "development") == "development":
        environment.setdefault("UNION_RASA_SECRET", secrets.token_hex(32))
    return environment


def _members(environment: dict[str, str]) -> list[Process]:
    return processes(
        gateway=f"http://{_host(environment)}:{_port(environment)}",
        rasa=_rasa_url(environment),
        actions=_actions_url(environment),
    )


def _rasa_url(environment: dict[str, str]) -> str:
    first, *_ = environment.get("UNION_RASA_URLS", "http://127.0.0.1:5005").split(",")
    return first.strip().rstrip("/")


def _actions_url(environment: dict[str, str]) -> str:
    return environment.get("UNION_ACTIONS_URL", "http://127.0.0.1:5055").rstrip("/")


def _host(environment: dict[str, str]) -> str:
    return environment.get("UNION_HOST", "127.0.0.1")


def _port(environment: dict[str, str]) -> str:
    return environment.get("UNION_PORT", "8000")


def _check_ports(members: list[Process]) -> None:
    settings = {"gateway": "UNION_PORT", "rasa": "UNION_RASA_URLS", "actions": "UNION_ACTIONS_URL"}
    for member in members:
        address = urlsplit(member.health)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address.hostname or "127.0.0.1", address.port or 80))
            except OSError as error:
                raise StartError(
                    f"port {address.port} for the {member.name} is taken ({error.strerror}); stop "
                    f"the program that uses it, or choose another with {settings[member.name]}"
                ) from error


def _wait_until_ready(
    members: list[Process],
    supervisor: "subprocess.Popen[bytes]",
    socket_path: Path,
    logs: Path,
) -> None:
    started = time.monotonic()
    waiting = list(members)
    for member in members:
        print(f"starting {member.name}…", file=sys.stderr)
    while waiting:
        for member in list(waiting):
            if answers(member.health):
                waiting.remove(member)
                took = time.monotonic() - started
                print(f"{member.name} is ready ({took:.0f} s)", file=sys.stderr, flush=True)
        if supervisor.poll() is not None:
            raise StartError(f"supervisord ended; see {logs / 'supervisord.log'}")
        if waiting and time.monotonic() - started > READY_WITHIN_SECONDS:
            raise StartError(_not_ready(waiting, logs))
        failed = [member for member in waiting if _failed_to_start(member, socket_path)]
        if failed:
            raise StartError(_not_ready(failed, logs))
        time.sleep(_POLL_SECONDS)


def _failed_to_start(member: Process, socket_path: Path) -> bool:
    """Tell whether the process has ended while it should have started."""
    if not socket_path.exists():
        return False
    transport = SupervisorTransport(None, None, f"unix://{socket_path}")
    with ServerProxy("http://localhost", transport=transport) as supervisor:
        info = supervisor.supervisor.getProcessInfo(member.name)
    return isinstance(info, dict) and info["statename"] in {"BACKOFF", "EXITED", "FATAL"}


def _not_ready(members: list[Process], logs: Path) -> str:
    parts = []
    for member in members:
        log = logs / f"{member.name}.log"
        lines = log.read_text("utf-8", "replace").splitlines() if log.is_file() else []
        tail = "\n".join(f"    {line}" for line in lines[-_SHOWN_LINES:])
        parts.append(f"{member.name} did not become ready; the end of {log}:\n{tail}")
    return "\n".join(parts)


def _stop(supervisor: "subprocess.Popen[bytes]") -> None:
    # A second Ctrl-C must not leave processes behind.
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.SIG_IGN)
    if supervisor.poll() is None:
        supervisor.terminate()
    supervisor.wait()


if __name__ == "__main__":
    raise SystemExit(main())

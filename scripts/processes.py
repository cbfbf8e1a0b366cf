"""The processes of the product, as a configuration of supervisord.

supervisord restarts what dies, keeps the logs within bounds and stops whole process groups.
"""

import getpass
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from scripts.prepare import BOT, BOT_PYTHON, PYTHON
from scripts.steps import ROOT

CONTROL_SOCKET = "control.sock"
START_SECONDS = 30
"""Who ends earlier has failed to start; the launcher reports it while the product starts."""
START_RETRIES = 1_000_000
"""Once started, a process is never given up: supervisord waits longer from time to time."""
_BEHIND = "nice -n 5"
"""The search stands behind the gateway, which has to acknowledge in time, and behind Rasa, which
all messages go through one after the other (docs/performance.md)."""


@dataclass(frozen=True)
class Process:
    """One process. ``health`` is the address that answers 200 when it is ready."""

    name: str
    command: str
    health: str
    directory: Path = ROOT
    environment: dict[str, str] = field(default_factory=dict)


def processes(*, gateway: str, rasa: str, actions: str) -> list[Process]:
    """Return the processes in the order in which a message meets them.

    Args:
        gateway: base address of the gateway, without a slash at the end.
        rasa: base address of the dialogue server.
        actions: base address of the action server.
    """
    python, bot_python = shlex.quote(str(PYTHON)), shlex.quote(str(BOT_PYTHON))
    return [
        Process("gateway", f"{python} -m api serve", f"{gateway}/healthz"),
        Process("rasa", f"{bot_python} start.py", f"{rasa}/webhooks/gateway/", directory=BOT),
        Process(
            "actions",
            f"{_BEHIND} {python} -m actions",
            f"{actions}/health",
            # One question is too small to share between cores, and Rasa needs the other one.
            environment={"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"},
        ),
    ]


def supervisor_configuration(members: list[Process], *, runtime: Path, logs: Path) -> str:
    """Return the text of the configuration file.

    Args:
        members: the processes.
        runtime: a folder with a short path for the control socket (108 bytes at most).
        logs: where each process's log goes.
    """
    sections = [
        f"""[supervisord]
nodaemon=true
silent=true
user={getpass.getuser()}
logfile={logs}/supervisord.log
logfile_maxbytes=5MB
logfile_backups=1
pidfile={runtime}/supervisord.pid

[unix_http_server]
file={runtime}/{CONTROL_SOCKET}
chmod=0600

[supervisorctl]
serverurl=unix://{runtime}/{CONTROL_SOCKET}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""
    ]
    sections += [_program(member, logs) for member in members]
    return "\n".join(sections).replace("%", "%%")


def _program(process: Process, logs: Path) -> str:
    environment = ",".join(f'{name}="{value}"' for name, value in process.environment.items())
    return f"""[program:{process.name}]
command={process.command}
directory={process.directory}
environment={environment}
autorestart=true
startsecs={START_SECONDS}
startretries={START_RETRIES}
stopasgroup=true
killasgroup=true
stopwaitsecs=15
redirect_stderr=true
stdout_logfile={logs}/{process.name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
"""

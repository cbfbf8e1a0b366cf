"""The product on free ports with a data folder of its own: for tests and measurements."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from scripts.prepare import data_directory
from scripts.steps import ROOT

_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class EphemeralProduct:
    """Where a product of its own will listen; index, encoder and model are the prepared ones."""

    gateway: str
    environment: dict[str, str]

    @classmethod
    def at(cls, data: Path, **settings: str) -> "EphemeralProduct":
        """Choose free ports; ``settings`` are further ``UNION_…`` variables."""
        gateway, rasa, actions = free_ports(3)
        prepared = data_directory()
        environment = {
            **os.environ,
            "UNION_INDEX_DIR": str(prepared / "index"),
            "UNION_EMBEDDING_MODEL": str(prepared / "models" / "union-e5-small"),
            "UNION_DATA_DIR": str(data),
            "UNION_PORT": str(gateway),
            "UNION_RASA_URLS": f"http://127.0.0.1:{rasa}",
            "UNION_ACTIONS_URL": f"http://127.0.0.1:{actions}",
            **settings,
        }
        return cls(f"http://127.0.0.1:{gateway}", environment)

    def start(self, output: int) -> "subprocess.Popen[bytes]":
        """Start it as ``make serve`` does; ``output`` is the descriptor for what it prints."""
        return subprocess.Popen(
            [sys.executable, "-m", "scripts.serve"],
            cwd=ROOT,
            env=self.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def free_ports(count: int) -> list[int]:
    """Return ports that nothing listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_until_ready(address: str, process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Wait until ``address`` answers 200.

    Raises:
        RuntimeError: the process ended, or the time is over.
    """
    deadline = time.monotonic() + seconds
    while not answers(address):
        if process.poll() is not None:
            raise RuntimeError(f"{address}: the process ended with status {process.returncode}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"{address} was not ready within {seconds:.0f} s")
        time.sleep(_POLL_SECONDS)


def answers(address: str) -> bool:
    """Tell whether a GET of ``address`` gives 200."""
    try:
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310 - own address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False

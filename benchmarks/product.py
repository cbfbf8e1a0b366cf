"""The product under measurement, and a bare dialogue server beside it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.ephemeral import EphemeralProduct, free_ports, wait_until_ready
from scripts.prepare import BOT, BOT_PYTHON
from scripts.steps import ROOT

RASA_SECRET = "benchmark"  # noqa: S105 - lives for one measurement on loopback
PARTS = {"gateway": "-m api serve", "rasa": "start.py", "actions": "-m actions"}
"""Words of each part's command."""
_START_WITHIN_SECONDS = 240


@dataclass(frozen=True)
class Product:
    """Addresses of the running product; ``started_in`` in seconds."""

    gateway: str
    process: "subprocess.Popen[bytes]"
    started_in: float

    def memory(self) -> dict[str, float]:
        """Return the resident memory of each process of the product, in MiB."""
        children = _children(self.process.pid)
        return {name: round(size / 1024, 1) for name, size in children.items()}


@contextmanager
def running_product(data: Path, **settings: str) -> Iterator[Product]:
    """Start the product as ``make serve`` does, on free ports, and stop it again. ``settings``:
    further ``UNION_…`` variables."""
    product = EphemeralProduct.at(data, **{"UNION_LOG_LEVEL": "WARNING", **settings})
    started = time.perf_counter()
    with running(product, subprocess.DEVNULL) as process:
        yield Product(product.gateway, process, round(time.perf_counter() - started, 1))


@contextmanager
def running(product: EphemeralProduct, output: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a product, wait until it is ready, and stop it at the end. ``output``: the descriptor
    for what it prints."""
    with _stopped_at_the_end(product.start(output)) as process:
        wait_until_up(product, process)
        yield process


def wait_until_up(product: EphemeralProduct, process: "subprocess.Popen[bytes]") -> None:
    """Wait until every part answers. Raises ``RuntimeError`` after four minutes."""
    wait_until_ready(f"{product.gateway}/readyz", process, _START_WITHIN_SECONDS)


def process_ids(product: EphemeralProduct) -> dict[str, int]:
    """The process behind each part, found by its environment and command."""
    mark = f"UNION_DATA_DIR={product.environment['UNION_DATA_DIR']}\0"
    found: dict[str, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = _command(folder)
            environment = (folder / "environ").read_bytes().decode(errors="replace")
            parent = _command(folder.parent / _status(folder)["PPid"])
        except OSError:
            continue
        # What a part itself has started may look like it.
        if mark in environment and "supervisor.supervisord" in parent:
            found |= {part: int(folder.name) for part, words in PARTS.items() if words in command}
    return found


def _command(folder: Path) -> str:
    return (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()


def _status(folder: Path) -> dict[str, str]:
    lines = (folder / "status").read_text(encoding="utf-8").splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


@contextmanager
def bare_rasa(data: Path) -> Iterator[str]:
    """Start the dialogue server with an action server that does nothing; yield its address."""
    rasa, actions = free_ports(2)
    environment = {
        **os.environ,
        "UNION_RASA_SECRET": RASA_SECRET,
        "UNION_RASA_PORT": str(rasa),
        "UNION_ACTIONS_URL": f"http://127.0.0.1:{actions}",
        "UNION_RASA_TRACKER_DB": str(data / "bare-tracker.db"),
    }
    empty = [sys.executable, "-m", "uvicorn", "benchmarks.empty_actions:app"]
    empty += ["--port", str(actions), "--log-level", "warning"]
    address = f"http://127.0.0.1:{rasa}"
    with (
        _stopped_at_the_end(subprocess.Popen(empty, cwd=ROOT)),
        _stopped_at_the_end(
            subprocess.Popen([str(BOT_PYTHON), "start.py"], cwd=BOT, env=environment)
        ) as server,
    ):
        wait_until_ready(f"{address}/webhooks/gateway/", server, _START_WITHIN_SECONDS)
        yield address


@contextmanager
def _stopped_at_the_end(
    process: "subprocess.Popen[bytes]",
) -> Iterator["subprocess.Popen[bytes]"]:
    # A measurement that is told to stop leaves no product behind it.
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield process
    finally:
        signal.signal(signal.SIGTERM, before)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _children(parent: int) -> dict[str, float]:
    """Return the resident size in KiB of every process below ``parent``, named by command."""
    parents: dict[int, int] = {}
    sizes: dict[int, tuple[str, float]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields, command = _status(folder), _command(folder)
        except OSError:
            continue
        parents[int(folder.name)] = int(fields["PPid"])
        sizes[int(folder.name)] = (command, float(fields.get("VmRSS", "0 kB").split()[0]))
    found: dict[str, float] = {}
    for process, (command, size) in sizes.items():
        ancestor = process
        while ancestor in parents and ancestor != parent:
            ancestor = parents[ancestor]
        if ancestor == parent:
            name = _short_name(command)
            found[name] = found.get(name, 0.0) + size
    return found


def _short_name(command: str) -> str:
    names = {
        "-m api": "gateway",
        "start.py": "rasa",
        "-m actions": "actions",
        "supervisor.supervisord": "supervisor",
        "scripts.serve": "launcher",
    }
    return next((name for part, name in names.items() if part in command), command[:30])

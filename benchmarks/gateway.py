"""``python -m benchmarks.gateway``: the gateway's own share of a turn, and how much it stores.

The dialogue server answers at once (``quick_bot``), so a turn is nearly the gateway's own work.
Measured on SQLite with one gateway and on PostgreSQL with two; of one client the time of a turn,
of many the turns a second (two stored messages each).
"""

import asyncio
import json
import multiprocessing
import os
import platform
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import quick_bot
from benchmarks.__main__ import gateway_turn
from benchmarks.load import client_session, run_load
from scripts.ephemeral import free_ports, wait_until_ready
from scripts.prepare import data_directory
from scripts.steps import ROOT
from tests.postgres import PostgresServer

_START_WITHIN_SECONDS = 60
_WARM_UP = 50
_TURNS = {1: 400, 32: 3000}


def measure(folder: Path, bot: int, gateways: int, **settings: str) -> dict[str, Any]:
    """Start gateways on one database and let clients loose on them."""
    ports = free_ports(gateways)
    environment = {
        **os.environ,
        "UNION_DATA_DIR": str(folder),
        "UNION_RASA_URLS": f"http://127.0.0.1:{bot}",
        "UNION_ACTIONS_URL": f"http://127.0.0.1:{bot}",
        "UNION_LOG_LEVEL": "WARNING",
        **settings,
    }
    subprocess.run([sys.executable, "-m", "api", "migrate"], cwd=ROOT, env=environment, check=True)
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "api", "serve"],
            cwd=ROOT,
            env={**environment, "UNION_PORT": str(port)},
            stderr=subprocess.DEVNULL,
        )
        for port in ports
    ]
    try:
        for port, process in zip(ports, processes, strict=True):
            address = f"http://127.0.0.1:{port}/healthz"
            wait_until_ready(address, process, _START_WITHIN_SECONDS)
        return {
            str(clients): asdict(result) for clients, result in asyncio.run(_load(ports)).items()
        }
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(timeout=30)


async def _load(ports: list[int]) -> dict[int, Any]:
    async def clients(count: int, turns: int) -> Any:
        made = [
            client_session(f"http://127.0.0.1:{ports[number % len(ports)]}", 1)
            for number in range(count)
        ]
        try:
            return await run_load([gateway_turn(each) for each in made], ["在吗"] * turns)
        finally:
            for each in made:
                await each.close()

    await clients(1, _WARM_UP)
    return {count: await clients(count, turns) for count, turns in _TURNS.items()}


def main() -> int:
    """Measure both, print and store ``bench/gateway.json`` in the data directory."""
    (bot,) = free_ports(1)
    server = multiprocessing.get_context("spawn").Process(target=quick_bot.serve, args=(bot,))
    server.start()
    result: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
    }
    try:
        with tempfile.TemporaryDirectory(prefix="gateway-") as folder:
            result["sqlite, one gateway"] = measure(Path(folder), bot, 1)
        with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
            postgres = PostgresServer(Path(folder))
            postgres.start()
            try:
                url = postgres.url(postgres.create_database())
                data = Path(folder) / "gateway"
                result["postgresql, two gateways"] = measure(data, bot, 2, UNION_DATABASE_URL=url)
            finally:
                postgres.stop()
    finally:
        server.terminate()
        server.join()
    target = data_directory() / "bench" / "gateway.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``python -m benchmarks.sockets``: 1,000 idle sockets' memory, and how fast a message fans out.

The gateway runs alone, on SQLite. A message is timed from the moment one browser sends it until
another browser of the same conversation shows it; that includes its commit. The conversations
are with staff, so that no bot is waited for.
"""

import argparse
import asyncio
import json
import os
import platform
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from api.conversations import access, tokens
from api.settings import PLACEHOLDER_SECRET_KEY
from api.storage import schema
from api.storage.database import Database
from api.storage.models import Author, Channel, Message, MessageKind, Status
from scripts.ephemeral import free_ports, wait_until_ready
from scripts.prepare import data_directory
from scripts.steps import ROOT

_GATEWAY = [sys.executable, "-m", "api", "serve"]
_IDLE = 1000
_OPENED_AT_ONCE = 50
_PAIRS = 10
_MESSAGES_A_PAIR = 40
_PAUSE_SECONDS = 0.5
_START_WITHIN_SECONDS = 60
_CLAIM_MEMORY_MIB = 300
_CLAIM_P95_MS = 50


@dataclass(frozen=True)
class Conversation:
    """One conversation that is with staff, and its token."""

    id: str
    token: str

    async def open(self, port: int) -> ClientConnection:
        """Open a socket that has been told all there is."""
        connection = await connect(
            f"ws://127.0.0.1:{port}/api/v1/conversations/{self.id}/ws",
            additional_headers={"Authorization": f"Bearer {self.token}"},
            compression=None,
            ping_interval=None,
        )
        await connection.send('{"type":"hello","after":null}')
        await _next(connection, "messages")
        return connection


async def create(count: int, data: Path) -> list[Conversation]:
    """Make a database with so many conversations of one message."""
    database = Database(f"sqlite+aiosqlite:///{data / 'gateway.db'}")
    created = []
    try:
        await schema.upgrade(database)
        async with database.write() as session:
            for _ in range(count):
                token = tokens.new_token()
                hashed = tokens.hash_token(token, PLACEHOLDER_SECRET_KEY)
                made = await access.create_conversation(session, Channel.WEB, token_hash=hashed)
                made.status = Status.WITH_STAFF
                greeting = Message.of(Author.STAFF, MessageKind.CHAT, "您好，请讲。")
                await access.append(session, made, [greeting])
                created.append(Conversation(made.id, token))
    finally:
        await database.close()
    return created


async def fan_out(place: int, sender: ClientConnection, receiver: ClientConnection) -> list[float]:
    """Say one thing after another in one socket; return when each was in the other, in ms."""
    await asyncio.sleep(_PAUSE_SECONDS * place / _PAIRS)  # not all in step
    times = []
    for number in range(_MESSAGES_A_PAIR):
        frame = {"type": "message", "text": f"第{number}句", "client_message_id": f"m{number}"}
        started = time.perf_counter()
        await sender.send(json.dumps(frame))
        shown = await _next(receiver, "messages")
        times.append((time.perf_counter() - started) * 1000)
        assert f"第{number}句" in shown
        await _next(sender, "messages")
        await asyncio.sleep(_PAUSE_SECONDS)
    return times


async def measure(
    conversations: list[Conversation], port: int, gateway: int
) -> dict[str, float | int]:
    """Open the sockets of all conversations, and a second one for the first few."""
    before = _memory_mib(gateway)
    gate = asyncio.Semaphore(_OPENED_AT_ONCE)

    async def opened(conversation: Conversation) -> ClientConnection:
        async with gate:
            return await conversation.open(port)

    async with AsyncExitStack() as stack:
        started = time.perf_counter()
        sockets = await asyncio.gather(*(opened(each) for each in conversations))
        elapsed = time.perf_counter() - started
        for each in sockets:
            stack.push_async_callback(each.close)
        more = _memory_mib(gateway) - before
        seconds = [await conversation.open(port) for conversation in conversations[:_PAIRS]]
        for each in seconds:
            stack.push_async_callback(each.close)
        pairs = zip(seconds, sockets[:_PAIRS], strict=True)
        series = await asyncio.gather(*(fan_out(place, *pair) for place, pair in enumerate(pairs)))
        times = [each for one in series for each in one]
        cuts = statistics.quantiles(times, n=100)
        return {
            "sockets": len(sockets),
            "opened_per_second": round(len(sockets) / elapsed),
            "memory_before_mib": round(before, 1),
            "memory_more_mib": round(more, 1),
            "messages": len(times),
            "fan_out_p50_ms": round(cuts[49], 1),
            "fan_out_p95_ms": round(cuts[94], 1),
            "fan_out_slowest_ms": round(max(times), 1),
        }


def run(count: int, data: Path) -> dict[str, float | int]:
    """Start the gateway on a database of its own, measure, and stop it."""
    conversations = asyncio.run(create(count, data))
    port, nobody = free_ports(2)
    environment = {
        **os.environ,
        "UNION_DATA_DIR": str(data),
        "UNION_DATABASE_URL": f"sqlite+aiosqlite:///{data / 'gateway.db'}",
        "UNION_SECRET_KEY": PLACEHOLDER_SECRET_KEY,
        "UNION_PORT": str(port),
        "UNION_RASA_URLS": f"http://127.0.0.1:{nobody}",
        "UNION_LOG_LEVEL": "WARNING",
    }
    process = subprocess.Popen(_GATEWAY, cwd=ROOT, env=environment)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/healthz", process, _START_WITHIN_SECONDS)
        return asyncio.run(measure(conversations, port, process.pid))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


async def _next(connection: ClientConnection, kind: str) -> str:
    """Return the messages of the next frame of a kind, as text."""
    while True:
        frame = json.loads(await connection.recv())
        if frame["type"] == "ping":
            await connection.send('{"type":"pong"}')
        if frame["type"] == kind:
            return " ".join(message["text"] for message in frame["messages"])


def _memory_mib(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(resident.split()[1]) / 1024


def main() -> int:
    """Measure, print and write the figures; fail when a claim does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=_IDLE)
    arguments = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory(prefix="union-sockets-") as scratch:
        figures = run(arguments.sockets, Path(scratch))
    folder = data_directory() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        **figures,
    }
    (folder / "sockets.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    for name, value in figures.items():
        print(f"{name:20} {value}")
    holds = (
        figures["memory_more_mib"] <= _CLAIM_MEMORY_MIB
        and figures["fan_out_p95_ms"] <= _CLAIM_P95_MS
    )
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())

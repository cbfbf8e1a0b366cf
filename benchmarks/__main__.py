"""``python -m benchmarks``: the whole turn beside bare Rasa, cold start, memory."""

import asyncio
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from uuid import uuid4

import aiohttp

from benchmarks.load import LoadResult, Sample, Turn, client_session, sample
from benchmarks.product import RASA_SECRET, bare_rasa, running_product
from knowledge_base.corpus import load_corpus
from scripts.prepare import data_directory

_WARM_UP_TURNS = 40
_TURNS = {1: 100, 8: 400, 32: 320}
"""Of a round, by the number of clients."""
_ROUNDS = 2
_TURNS_PER_CONVERSATION = 5
Chain = tuple[str, Callable[[aiohttp.ClientSession], Turn]]
"""An address, and how it is asked."""


def questions(count: int, *, after: int = 0) -> list[str]:
    """Return real questions: the articles' own, spread over all areas.

    Those behind the first ``after``: Rasa keeps what it read of a text, so nothing that is timed
    may have been asked before.

    Raises:
        ValueError: there are not as many.
    """
    own = [article.front_matter.questions for article in load_corpus().articles.values()]
    found = list(dict.fromkeys(each for group in zip_longest(*own) for each in group if each))
    if len(found) < after + count:
        raise ValueError(f"there are {len(found)} questions")
    return found[after : after + count]


def gateway_turn(client: aiohttp.ClientSession) -> Turn:
    """Return a client that asks through the public API, five questions a conversation."""
    session: dict[str, str] = {}
    asked = 0

    async def turn(message: str) -> None:
        nonlocal asked, session
        if asked % _TURNS_PER_CONVERSATION == 0 or session.get("status") != "bot":
            async with client.post("/api/v1/conversations", json={"channel": "web"}) as response:
                created = await response.json()
            session = {"id": created["conversation_id"], "token": created["token"], "status": "bot"}
        asked += 1
        async with client.post(
            f"/api/v1/conversations/{session['id']}/messages",
            json={"text": message, "client_message_id": uuid4().hex},
            headers={"Authorization": f"Bearer {session['token']}"},
        ) as response:
            body = await response.json()
        assert response.status == 200, body
        assert body["messages"], body
        assert all(reply["author"] == "bot" for reply in body["messages"]), body
        session["status"] = body["status"]

    return turn


def rasa_turn(client: aiohttp.ClientSession) -> Turn:
    """Return a client that speaks to the dialogue server directly."""
    asked = 0
    sender = ""

    async def turn(message: str) -> None:
        nonlocal asked, sender
        if asked % _TURNS_PER_CONVERSATION == 0:
            sender = uuid4().hex
        asked += 1
        async with client.post(
            "/webhooks/gateway/webhook",
            json={"sender": sender, "text": message, "metadata": {}},
            headers={"Authorization": f"Bearer {RASA_SECRET}"},
        ) as response:
            body = await response.json()
        assert response.status == 200, body
        assert body["replies"], body

    return turn


async def measure(chains: Sequence[Chain]) -> list[list[LoadResult]]:
    """Warm up, then measure with each number of clients; return the results of each chain.

    The chains take turns: the machine's speed may change within minutes, and what is compared has
    to have met the same.
    """
    results: list[list[LoadResult]] = [[] for _ in chains]
    asked = 0
    for clients, turns in _TURNS.items():
        samples: list[list[Sample]] = [[] for _ in chains]
        for count in (_WARM_UP_TURNS, *[turns] * _ROUNDS):
            messages = questions(count, after=asked)
            asked += count
            for (address, make_turn), found in zip(chains, samples, strict=True):
                # New connections, since those of the last round may just be given up.
                async with client_session(address, clients) as client:
                    each = [make_turn(client) for _ in range(clients)]
                    found.append(await sample(each, messages))
        for result, (_warm_up, *timed) in zip(results, samples, strict=True):
            result.append(LoadResult.of(clients, timed))
    return results


def main() -> int:
    """Measure, print a table and write the figures."""
    with tempfile.TemporaryDirectory(prefix="union-bench-") as scratch:
        data = Path(scratch)
        with running_product(data) as product, bare_rasa(data) as address:
            chains = [(product.gateway, gateway_turn), (address, rasa_turn)]
            whole, bare = asyncio.run(measure(chains))
            memory = product.memory()
            started_in = product.started_in
    figures = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "cold_start_seconds": started_in,
        "memory_mib": {**memory, "total": round(sum(memory.values()), 1)},
        "whole_turn": [asdict(result) for result in whole],
        "bare_rasa_with_an_empty_action": [asdict(result) for result in bare],
    }
    folder = data_directory() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "turns.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print_table(whole, bare)
    print(f"cold start: {started_in} s   memory: {figures['memory_mib']}")
    return 1 if any(result.errors for result in [*whole, *bare]) else 0


def print_table(whole: list[LoadResult], bare: list[LoadResult]) -> None:
    """Print both series beside each other, with the ratio of their throughput."""
    print("clients  chain                        p50 ms   p95 ms  turns/s  errors")
    for mine, theirs in zip(whole, bare, strict=True):
        for name, result in (("whole turn", mine), ("bare Rasa, empty action", theirs)):
            print(
                f"{result.clients:7}  {name:27} {result.p50:8} {result.p95:8} "
                f"{result.throughput:8} {result.errors:7}"
            )
        print(f"{'':9}ratio of throughput {mine.throughput / theirs.throughput:.2f}")


if __name__ == "__main__":
    sys.exit(main())

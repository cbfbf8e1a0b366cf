"""Turns a second of clusters that take turns at being loaded, and what a turn costs their parts."""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.__main__ import gateway_turn, questions
from benchmarks.load import LoadResult, client_session, run_load
from benchmarks.processor_time import busy_seconds, memory_mib, processor_seconds
from scripts.cluster.cluster import Cluster

_WARM_UP_TURNS = 40
_TURNS = {1: 60, 8: 200, 32: 320}
_ROUNDS = 3


@dataclass(frozen=True)
class Round:
    """One measurement. ``costs``: milliseconds of CPU a turn, by part. ``others``: the share of the
    machine's processor time that neither the cluster nor the client had, and somebody used."""

    load: LoadResult
    costs: dict[str, float]
    client_ms: float
    others: float


def measure(sides: Mapping[str, Cluster]) -> dict[str, Any]:
    """Load each side in turn with each number of clients.

    Of several rounds that counts in which other programs were at work least. No side is asked a
    question twice, since Rasa keeps what it read of a text.
    """
    for cluster in sides.values():
        asyncio.run(_load(cluster.address, 1, questions(_WARM_UP_TURNS)))
    asked = _WARM_UP_TURNS
    rounds: defaultdict[str, dict[int, Round]] = defaultdict(dict)
    for clients, turns in _TURNS.items():
        for _ in range(_ROUNDS):
            messages = questions(turns, after=asked)
            asked += turns
            for name, cluster in sides.items():
                found = _round(cluster, clients, messages)
                best = rounds[name].setdefault(clients, found)
                if found.others < best.others:
                    rounds[name][clients] = found
    return {
        name: {
            "load": [
                {
                    **asdict(each.load),
                    "cpu_ms_a_turn": each.costs,
                    "client_cpu_ms_a_turn": each.client_ms,
                    "others_share_of_cpu": each.others,
                }
                for each in rounds[name].values()
            ],
            "memory_mib": _memory(cluster),
        }
        for name, cluster in sides.items()
    }


def costs_of(measured: Mapping[str, Any]) -> dict[str, float]:
    """The CPU that a turn takes at each part of one side, in milliseconds, where it took most."""
    loads = [load["cpu_ms_a_turn"] for load in measured["load"]]
    return {part: max(load[part] for load in loads) for part in loads[0]}


def by_part(figures: Mapping[str, float]) -> dict[str, float]:
    """Add up the processes of a part: ``gateway-1`` and ``gateway-2`` are ``gateway``."""
    sums: defaultdict[str, float] = defaultdict(float)
    for name, figure in figures.items():
        sums[name.partition("-")[0]] += figure
    return {part: round(total, 2) for part, total in sums.items()}


def _round(cluster: Cluster, clients: int, messages: list[str]) -> Round:
    processes = cluster.process_ids()
    started, busy, before = time.monotonic(), busy_seconds(), processor_seconds(processes)
    # Not from /proc: the cluster's processes are children of this one.
    client = time.process_time()
    load = asyncio.run(_load(cluster.address, clients, messages))
    client = time.process_time() - client
    after, busy, elapsed = (
        processor_seconds(processes), busy_seconds() - busy, time.monotonic() - started
    )  # fmt: skip
    spent = {name: after[name] - before[name] for name in processes}
    others = max(0.0, busy - sum(spent.values()) - client) / (elapsed * (os.cpu_count() or 1))
    costs = by_part({name: seconds * 1000 / len(messages) for name, seconds in spent.items()})
    client_ms = round(client * 1000 / len(messages), 2)
    return Round(load, costs, client_ms, round(others, 2))


async def _load(address: str, clients: int, messages: list[str]) -> LoadResult:
    async with client_session(address, clients) as client:
        return await run_load([gateway_turn(client) for _ in range(clients)], messages)


def _memory(cluster: Cluster) -> dict[str, float]:
    memory = by_part(memory_mib(cluster.process_ids()))
    return {**memory, "total": round(sum(memory.values()), 1)}

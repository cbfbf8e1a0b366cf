"""``python -m benchmarks.queue_simulation``: how long workers wait after a broadcast.

The turns of a peak on clusters of several sizes. A turn is served by a gateway, by the Rasa server
that its conversation belongs to, and by an action server; each process is one queue, first come,
first served, on a core of its own. Means of the service times are the CPU per turn that
``benchmarks.cluster`` has measured; they are drawn from exponential distributions, which spread
more than real turns do, so waiting is rather over- than underestimated. What the model leaves out:
a worker who is sent to a person because the bot is late does not relieve it.

Seeded: the same costs give the same figures. Prints the tables of ``docs/sizing.md`` and writes
``docs/evidence/queue_simulation.json``.
"""

import json
import math
import random
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.queueing import Simulation, Station
from scripts.steps import ROOT

EVIDENCE = ROOT / "docs" / "evidence"
BOT_LIMIT_S = 2.5
"""Default of ``UNION_RASA_TIMEOUT``. Who waits longer in front of Rasa is sent to a person."""
_ROUNDS = 5


@dataclass(frozen=True)
class Costs:
    """Seconds of a core that one turn takes at each part, on average."""

    gateway: float
    rasa: float
    actions: float

    @classmethod
    def measured(cls, evidence: Path) -> "Costs":
        """Those that ``benchmarks.cluster`` has stored."""
        costs = json.loads(evidence.read_text(encoding="utf-8"))["cpu_ms_a_turn"]
        return cls(*(costs[part] / 1000 for part in ("gateway", "rasa", "actions")))


@dataclass(frozen=True)
class Size:
    """How many processes there are of each part."""

    gateways: int
    rasas: int
    actions: int


@dataclass(frozen=True)
class Demand:
    """Who writes after a broadcast.

    First messages follow a gamma distribution of shape 2, cut off at the end of the window: they
    set in at once, are most frequent at ``peak_at_s`` and fade slowly.
    """

    conversations: int = 13_000
    window_s: float = 600
    peak_at_s: float = 120
    follow_ups: float = 0
    """Further messages of each worker, on average (Poisson)."""
    think_s: float = 45
    """From a reply to the next message, on average (exponential)."""

    def first_messages(self, chance: random.Random) -> Iterator[float]:
        """Times of the first messages, in no order."""
        for _ in range(self.conversations):
            time = math.inf
            while time >= self.window_s:
                time = chance.gammavariate(2, self.peak_at_s)
            yield time

    @property
    def peak_rate(self) -> float:
        """First messages a second when they are most frequent."""
        end = self.window_s / self.peak_at_s
        share_within_window = 1 - math.exp(-end) * (1 + end)
        return self.conversations / (math.e * self.peak_at_s * share_within_window)


class Peak:
    """One run of the model; ``waits`` are the seconds that each message spent in queues."""

    def __init__(self, demand: Demand, size: Size, costs: Costs, seed: int) -> None:
        self.waits: list[float] = []
        self._demand = demand
        self._chance = random.Random(seed)  # noqa: S311 - not for secrets
        self._simulation = Simulation()
        self._gateways = [self._station(1, costs.gateway) for _ in range(size.gateways)]
        self._rasas = [self._station(1, costs.rasa) for _ in range(size.rasas)]
        # The proxy in front of them takes the least busy one, which is nearly one queue for all.
        self._actions = self._station(size.actions, costs.actions)

    def run(self) -> None:
        """Let every worker write, and write again."""
        for time in self._demand.first_messages(self._chance):
            self._plan(time, self._chance.choice(self._rasas), self._drawn_follow_ups())
        self._simulation.run()

    def _station(self, servers: int, mean: float) -> Station:
        return Station(self._simulation, servers, lambda: self._chance.expovariate(1 / mean))

    def _plan(self, time: float, rasa: Station, follow_ups: int) -> None:
        self._simulation.at(time, lambda: self._message(rasa, follow_ups))

    def _message(self, rasa: Station, follow_ups: int) -> None:
        def ask(waited: float) -> None:
            rasa.enter(lambda more: act(waited + more))

        def act(waited: float) -> None:
            self._actions.enter(lambda more: reply(waited + more))

        def reply(waited: float) -> None:
            self.waits.append(waited)
            if follow_ups:
                pause = self._chance.expovariate(1 / self._demand.think_s)
                self._plan(self._simulation.now + pause, rasa, follow_ups - 1)

        self._chance.choice(self._gateways).enter(ask)

    def _drawn_follow_ups(self) -> int:
        """A Poisson number, by Knuth's method."""
        limit, product, drawn = math.exp(-self._demand.follow_ups), self._chance.random(), 0
        while product > limit:
            product *= self._chance.random()
            drawn += 1
        return drawn


@dataclass(frozen=True)
class Waiting:
    """What workers waited in queues, in seconds, over all messages of several peaks."""

    messages_a_peak: int
    p50: float
    p95: float
    p99: float
    longest: float
    late: float
    """Share of the messages that waited longer than the bot may take."""


def simulate(demand: Demand, size: Size, costs: Costs, rounds: int = _ROUNDS) -> Waiting:
    """Several peaks of different seeds, taken together."""
    waits: list[float] = []
    for seed in range(rounds):
        peak = Peak(demand, size, costs, seed)
        peak.run()
        waits += peak.waits
    waits.sort()
    p50, p95, p99, longest = (
        round(waits[math.ceil(share * len(waits)) - 1], 3) for share in (0.5, 0.95, 0.99, 1)
    )
    late = sum(wait > BOT_LIMIT_S for wait in waits) / len(waits)
    return Waiting(len(waits) // rounds, p50, p95, p99, longest, round(late, 4))


DEMANDS = {
    "first messages only": Demand(),
    "and two more of each": Demand(follow_ups=2),
    "and two more of each, spread over an hour": Demand(window_s=3600, peak_at_s=720, follow_ups=2),
}
SIZES = [
    Size(1, 1, 1),
    Size(1, 2, 1),
    Size(2, 2, 2),
    Size(2, 3, 2),
    Size(3, 4, 3),
    Size(4, 6, 4),
]


def table(results: list[dict[str, Any]]) -> str:
    """Markdown: waiting by size, for one demand of the evidence."""
    lines = [
        "| gateways | Rasa | actions | p50 | p95 | p99 | over 2.5 s |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['gateways']} | {row['rasas']} | {row['actions']} | {row['p50']:.2f} s"
        f" | {row['p95']:.2f} s | {row['p99']:.2f} s | {row['late']:.1%} |"
        for row in results
    ]
    return "\n".join(lines)


def main() -> int:
    """Simulate each demand on each size; print tables, write the evidence."""
    costs = Costs.measured(EVIDENCE / "cluster.json")
    results = {
        name: [{**asdict(size), **asdict(simulate(demand, size, costs))} for size in SIZES]
        for name, demand in DEMANDS.items()
    }
    for name, rows in results.items():
        print(f"\n{name}\n\n{table(rows)}")
    evidence = {
        "costs_ms": {part: round(cost * 1000, 1) for part, cost in asdict(costs).items()},
        "peak_first_messages_a_second": round(Demand().peak_rate, 1),
        "demands": {name: asdict(demand) for name, demand in DEMANDS.items()},
        "waiting_seconds": results,
    }
    target = EVIDENCE / "queue_simulation.json"
    target.write_text(json.dumps(evidence, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

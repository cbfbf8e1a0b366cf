"""The model of a peak: what comes in, and that it behaves as queues do."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.queue_simulation import Costs, Demand, Size, simulate

COSTS = Costs(gateway=0.010, rasa=0.030, actions=0.015)
DEMAND = Demand(conversations=2000, window_s=100, peak_at_s=20)


def test_everybody_writes_within_the_window_and_most_at_the_peak() -> None:
    demand = Demand()
    chance = random.Random(1)  # noqa: S311 - not for secrets
    times = list(demand.first_messages(chance))
    assert len(times) == demand.conversations == 13_000
    assert 0 <= min(times) <= max(times) < demand.window_s
    by_half_minute = Counter(int(time // 30) for time in times)
    assert by_half_minute.most_common(1)[0][0] in {3, 4}
    assert max(by_half_minute.values()) / 30 == pytest.approx(demand.peak_rate, rel=0.05)


def test_every_message_is_answered_and_follow_ups_come_on_top() -> None:
    assert simulate(DEMAND, Size(1, 1, 1), COSTS, rounds=1).messages_a_peak == 2000
    with_more = simulate(
        Demand(conversations=2000, follow_ups=2, think_s=10), Size(1, 1, 1), COSTS, rounds=1
    )
    assert with_more.messages_a_peak == pytest.approx(6000, rel=0.03)


def test_the_same_costs_give_the_same_figures() -> None:
    assert simulate(DEMAND, Size(2, 2, 2), COSTS) == simulate(DEMAND, Size(2, 2, 2), COSTS)


def test_too_few_servers_make_workers_wait_too_long() -> None:
    few, enough = (simulate(DEMAND, Size(1, rasas, 1), COSTS) for rasas in (1, 3))
    assert few.late > 0.1
    assert enough.late == 0
    assert enough.p99 < 0.5 < few.p99


def test_without_load_nobody_waits() -> None:
    calm = simulate(
        Demand(conversations=100, window_s=10_000, peak_at_s=4000), Size(1, 1, 1), COSTS
    )
    assert calm.p95 < 0.03


def test_costs_are_read_from_the_evidence(tmp_path: Path) -> None:
    evidence = tmp_path / "cluster.json"
    costs = {"gateway": 8.0, "rasa": 21.5, "actions": 12.0, "nginx": 0.4}
    evidence.write_text(json.dumps({"cpu_ms_a_turn": costs}), encoding="utf-8")
    assert Costs.measured(evidence) == Costs(0.008, 0.0215, 0.012)

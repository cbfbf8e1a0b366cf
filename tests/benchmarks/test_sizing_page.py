"""docs/sizing.md says what was measured and simulated."""

import json

import pytest

from benchmarks.queue_simulation import DEMANDS, EVIDENCE, Costs, table
from scripts.steps import ROOT

TEXT = (ROOT / "docs" / "sizing.md").read_text(encoding="utf-8")
SIMULATED = json.loads((EVIDENCE / "queue_simulation.json").read_text(encoding="utf-8"))
MEASURED = json.loads((EVIDENCE / "cluster.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("demand", DEMANDS)
def test_waiting_is_that_of_the_simulation(demand: str) -> None:
    assert table(SIMULATED["waiting_seconds"][demand]) in TEXT


def test_the_simulation_has_the_costs_that_were_measured() -> None:
    costs = Costs.measured(EVIDENCE / "cluster.json")
    assert SIMULATED["costs_ms"] == {
        part: round(cost * 1000, 1) for part, cost in vars(costs).items()
    }


@pytest.mark.parametrize("part", MEASURED["cpu_ms_a_turn"])
def test_costs_are_those_that_were_measured(part: str) -> None:
    assert f"| {part} | {MEASURED['cpu_ms_a_turn'][part]:.1f} ms |" in TEXT


@pytest.mark.parametrize("victim", MEASURED["faults"])
def test_every_fault_run_is_told_as_it_was(victim: str) -> None:
    run = MEASURED["faults"][victim]
    assert run["clean"]
    assert (
        f"| {victim} | {run['lost']} | {run['doubled']} | {run['answered_without_bot']}"
        f" | {run['slowest_answer_s']:.1f} s | {run['back_after_s']:.1f} s |"
    ) in TEXT


@pytest.mark.parametrize("number", range(3))
def test_throughput_is_what_was_measured(number: int) -> None:
    one, two = (
        MEASURED["throughput"][side]["load"][number] for side in ("one_of_each", "two_of_each")
    )
    assert f"| {one['clients']} | {one['throughput']} | {two['throughput']} |" in TEXT

"""The engine against formulas that are known."""

import math
import random
from collections.abc import Callable

import pytest

from benchmarks.queueing import Simulation, Station

CUSTOMERS = 100_000
SERVICE_S = 0.05


def waits(
    servers: int, utilisation: float, service: Callable[[random.Random], float]
) -> list[float]:
    """What customers of a Poisson process wait, without those of the warm-up."""
    chance = random.Random(20261126)  # noqa: S311 - not for secrets
    simulation = Simulation()
    station = Station(simulation, servers, lambda: service(chance))
    found: list[float] = []
    time = 0.0
    for _ in range(CUSTOMERS):
        time += chance.expovariate(utilisation * servers / SERVICE_S)
        simulation.at(time, lambda: station.enter(found.append))
    simulation.run()
    assert len(found) == CUSTOMERS
    return found[CUSTOMERS // 10 :]


def exponential(chance: random.Random) -> float:
    return chance.expovariate(1 / SERVICE_S)


def erlang_c(servers: int, load: float) -> float:
    """The probability of having to wait in M/M/c; ``load``: arrival rate by service rate."""
    blocking = 1.0
    for number in range(1, servers + 1):
        blocking = load * blocking / (number + load * blocking)
    return blocking / (1 - load / servers * (1 - blocking))


@pytest.mark.parametrize(
    ("servers", "utilisation"), [(1, 0.5), (1, 0.8), (2, 0.8), (4, 0.7), (8, 0.8)]
)
def test_waiting_is_that_of_m_m_c(servers: int, utilisation: float) -> None:
    found = waits(servers, utilisation, exponential)
    has_to_wait = erlang_c(servers, servers * utilisation)
    rate_of_leaving = servers * (1 - utilisation) / SERVICE_S
    assert sum(wait > 0 for wait in found) / len(found) == pytest.approx(has_to_wait, rel=0.04)
    assert math.fsum(found) / len(found) == pytest.approx(has_to_wait / rate_of_leaving, rel=0.08)
    for probability in (0.95, 0.99):
        expected = math.log(has_to_wait / (1 - probability)) / rate_of_leaving
        measured = sorted(found)[math.ceil(probability * len(found)) - 1]
        assert measured == pytest.approx(max(0.0, expected), rel=0.08)


def test_waiting_for_a_steady_server_is_that_of_pollaczek_and_khinchine() -> None:
    found = waits(1, 0.8, lambda _: SERVICE_S)
    assert math.fsum(found) / len(found) == pytest.approx(0.8 * SERVICE_S / (2 * 0.2), rel=0.05)


def test_first_come_first_served() -> None:
    simulation = Simulation()
    station = Station(simulation, 2, iter([3.0, 1.0, 1.0, 5.0]).__next__)
    left: list[tuple[str, float, float]] = []

    def enter(name: str) -> None:
        station.enter(lambda waited: left.append((name, waited, simulation.now)))

    for name in "abcd":
        simulation.at(0.0, lambda name=name: enter(name))  # type: ignore[misc]
    simulation.run()
    assert left == [("b", 0.0, 1.0), ("c", 1.0, 2.0), ("a", 0.0, 3.0), ("d", 2.0, 7.0)]

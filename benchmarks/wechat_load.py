"""Followers write in an open loop: messages come when they come, answered or not."""

import asyncio
import itertools
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.channels.wechat.simulator import Delivery, Follower, Outcome, SimulatedAccount, Simulator
from benchmarks import wechat_record
from benchmarks.wechat_product import running
from benchmarks.wechat_record import Answers
from benchmarks.wechat_traffic import Act, acts
from scripts.ephemeral import EphemeralProduct

FOLLOWERS: Final = 400
DURATIONS: Final = {10: 25, 25: 25, 50: 40}
"""Seconds of each rate, in messages a second: an ordinary day, a busy one, a flood."""
_WARM_UP = 30
_PAUSE_S = 0.2
_DRAINED_WITHIN_S = 180
_WITHIN_ONE_SECOND = 1.0


@dataclass(frozen=True, slots=True)
class Load:
    """Times in milliseconds, of first deliveries. ``late_ms``: how far behind its own timetable
    the generator was at worst."""

    rate: int
    messages: int
    acknowledged_p50_ms: float
    acknowledged_p95_ms: float
    acknowledged_p99_ms: float
    acknowledged_max_ms: float
    passive_within_1_s: float
    passive_p95_ms: float
    repeated: int
    drained_in_s: float
    late_ms: float
    answers: Answers


async def measure(data: Path) -> list[Load]:
    """All rates, one after the other, on one product."""
    async with Simulator(account=SimulatedAccount()) as simulator:
        product = EphemeralProduct.at(data, **simulator.settings_env(), UNION_LOG_LEVEL="WARNING")
        async with running(product, data):
            simulator.gateway_url = product.gateway
            database = data / "gateway.db"
            await _warm_up(simulator)
            await wechat_record.drained(database, within_s=_DRAINED_WITHIN_S)
            return [
                await _offer(simulator, database, rate, seconds)
                for rate, seconds in DURATIONS.items()
            ]


async def _warm_up(simulator: Simulator) -> None:
    for act in itertools.islice(acts(seed=0), _WARM_UP):
        await act.by(simulator.follower())
        await asyncio.sleep(_PAUSE_S)


async def _offer(simulator: Simulator, database: Path, rate: int, seconds: int) -> Load:
    """Let followers write at random times, in turn, with ``rate`` messages a second."""
    chance = random.Random(rate)  # noqa: S311 - not for secrets
    followers = [simulator.follower() for _ in range(FOLLOWERS)]
    loop = asyncio.get_running_loop()
    due = started = loop.time()
    late, sent = 0.0, list[asyncio.Task[Delivery]]()
    for follower, act in zip(itertools.cycle(followers), acts(seed=rate), strict=False):
        due += chance.expovariate(rate)
        if due > started + seconds:
            break
        await asyncio.sleep(due - loop.time())
        late = max(late, loop.time() - due)
        sent.append(asyncio.create_task(_send(follower, act)))
    deliveries = await asyncio.gather(*sent)
    drained_in_s = await wechat_record.drained(database, within_s=_DRAINED_WITHIN_S)
    answers = wechat_record.answers_to(followers, database)
    return _load(rate, deliveries, drained_in_s, late, answers)


async def _send(follower: Follower, act: Act) -> Delivery:
    return await act.by(follower)


def _load(
    rate: int,
    deliveries: Sequence[Delivery],
    drained_in_s: float,
    late: float,
    answers: Answers,
) -> Load:
    first = [delivery.attempts[0] for delivery in deliveries]
    times = [attempt.seconds for attempt in first]
    passive = [each.seconds for each in first if each.outcome is Outcome.REPLIED]
    at_once = sum(seconds <= _WITHIN_ONE_SECOND for seconds in passive)
    return Load(
        rate=rate,
        messages=len(deliveries),
        acknowledged_p50_ms=_quantile(times, 50),
        acknowledged_p95_ms=_quantile(times, 95),
        acknowledged_p99_ms=_quantile(times, 99),
        acknowledged_max_ms=round(max(times) * 1000, 1),
        passive_within_1_s=round(at_once / len(first), 3),
        passive_p95_ms=_quantile(passive, 95),
        repeated=sum(len(delivery.attempts) > 1 for delivery in deliveries),
        drained_in_s=drained_in_s,
        late_ms=round(late * 1000, 1),
        answers=answers,
    )


def _quantile(seconds: Sequence[float], percent: int) -> float:
    """In milliseconds."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return round(cuts[percent - 1] * 1000, 1)

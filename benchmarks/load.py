"""A closed-loop load: a number of clients, each with one question in flight.

It runs on the cores of what is measured, so its client is one of little cost.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Self

import aiohttp

Turn = Callable[[str], Awaitable[None]]
"""Sends one message and waits for its reply; raises when the reply is not right."""


_TIMEOUT_S = 60


@dataclass(frozen=True)
class Sample:
    """``times`` of the turns that went well, in milliseconds; ``seconds`` that all took."""

    times: list[float]
    errors: int
    seconds: float


@dataclass(frozen=True)
class LoadResult:
    """Times in milliseconds; throughput in turns a second."""

    clients: int
    turns: int
    errors: int
    p50: float
    p95: float
    throughput: float

    @classmethod
    def of(cls, clients: int, samples: Sequence[Sample]) -> Self:
        """What the samples have in all."""
        times = [time for sample in samples for time in sample.times]
        errors = sum(sample.errors for sample in samples)
        cuts = statistics.quantiles(times, n=100) if len(times) > 1 else [0.0] * 99
        return cls(
            clients=clients,
            turns=len(times) + errors,
            errors=errors,
            p50=round(cuts[49], 1),
            p95=round(cuts[94], 1),
            throughput=round(len(times) / sum(sample.seconds for sample in samples), 1),
        )


def client_session(address: str, connections: int) -> aiohttp.ClientSession:
    """Return what asks the server at ``address``, over so many connections at the most."""
    return aiohttp.ClientSession(
        address,
        connector=aiohttp.TCPConnector(limit=connections),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(_TIMEOUT_S),
    )


async def run_load(turns: Sequence[Turn], messages: Sequence[str]) -> LoadResult:
    """Let each client (one ``Turn`` each) work through its share of the messages."""
    return LoadResult.of(len(turns), [await sample(turns, messages)])


async def sample(turns: Sequence[Turn], messages: Sequence[str]) -> Sample:
    """The same, before it is summed up."""
    times: list[float] = []
    errors = 0

    async def client(number: int) -> None:
        nonlocal errors
        for message in messages[number :: len(turns)]:
            started = time.perf_counter()
            try:
                await turns[number](message)
            except (AssertionError, OSError, aiohttp.ClientError):
                errors += 1
            else:
                times.append((time.perf_counter() - started) * 1000)

    started = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(len(turns))))
    return Sample(times, errors, time.perf_counter() - started)

"""A closed-loop load: a number of clients, each with one question in flight.

It runs on the cores of what is measured, so its client is one of little cost.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp

Turn = Callable[[str], Awaitable[None]]
"""Sends one message and waits for its reply; raises when the reply is not right."""


_TIMEOUT_S = 60


@dataclass(frozen=True)
class LoadResult:
    """Times in milliseconds; throughput in turns a second."""

    clients: int
    turns: int
    errors: int
    p50: float
    p95: float
    throughput: float


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
    elapsed = time.perf_counter() - started
    cuts = statistics.quantiles(times, n=100) if len(times) > 1 else [0.0] * 99
    return LoadResult(
        clients=len(turns),
        turns=len(messages),
        errors=errors,
        p50=round(cuts[49], 1),
        p95=round(cuts[94], 1),
        throughput=round(len(times) / elapsed, 1),
    )

"""``python -m benchmarks.long_message``: what a 10,000-character message costs the others."""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx2

from benchmarks.__main__ import gateway_turn, questions
from benchmarks.product import running_product

LONG = "我在厂里上班十几年了老板一直不给交社保怎么办。" * 435
_TURNS = 150
_LONG_MESSAGES = 10
_WARM_UP = 20


async def times_of_others(address: str, *, beside_long_messages: bool) -> list[float]:
    """Return the time of each turn of one worker, in milliseconds."""
    async with httpx2.AsyncClient(base_url=address, timeout=60) as client:
        turn, long_turn = gateway_turn(client), gateway_turn(client)

        async def send_long_messages() -> None:
            for _ in range(_LONG_MESSAGES):
                await long_turn(LONG[:10_000])

        for message in questions(_WARM_UP):
            await turn(message)
        others = asyncio.create_task(send_long_messages()) if beside_long_messages else None
        times = []
        for message in questions(_TURNS):
            if others is not None and others.done():
                break
            started = time.perf_counter()
            await turn(message)
            times.append((time.perf_counter() - started) * 1000)
        if others is not None:
            await others
        return times


def main() -> int:
    """Measure with and without the long messages, and print both."""
    with (
        tempfile.TemporaryDirectory(prefix="union-bench-") as folder,
        running_product(Path(folder)) as product,
    ):
        for beside in (False, True):
            times = asyncio.run(times_of_others(product.gateway, beside_long_messages=beside))
            name = f"beside {_LONG_MESSAGES} messages of 10,000 characters" if beside else "alone"
            print(
                f"{name}: {len(times)} turns, p50 {statistics.median(times):.1f} ms, "
                f"slowest {max(times):.1f} ms"
            )
        print(f"memory: {product.memory()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``python -m benchmarks.long_message``: what a 10,000-character message costs the others."""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.__main__ import gateway_turn, questions
from benchmarks.load import client_session
from benchmarks.product import running_product

LONG = {
    "of one sentence": "我在厂里上班十几年了老板一直不给交社保怎么办。" * 435,
    "full of names and figures": (
        "我2023年3月5日在余杭区仓前街道做保安，工资每月8千5，加班3小时没给钱，"
        "工伤后休息了2个月，想问职工医疗互助能报多少，"
    )
    * 170,
}
_CHARACTERS = 10_000
_TURNS = 150
_LONG_MESSAGES = 30
_WARM_UP = 20


async def times_of_others(
    address: str, messages: Sequence[str], beside: str | None = None
) -> list[float]:
    """Return the time of each turn of one worker, in milliseconds, alone or beside somebody who
    sends one long message after another. The first messages warm up."""
    async with client_session(address, 2) as client:
        turn, long_turn = gateway_turn(client), gateway_turn(client)

        async def send(text: str) -> None:
            for number in range(_LONG_MESSAGES):
                # Rasa keeps what it read of a text, so each one is another.
                await long_turn(f"{number} {text}"[:_CHARACTERS])

        for message in messages[:_WARM_UP]:
            await turn(message)
        others = None if beside is None else asyncio.create_task(send(beside))
        times = []
        for message in messages[_WARM_UP:]:
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
        each = _WARM_UP + _TURNS
        for number, (name, text) in enumerate({"alone": None, **LONG}.items()):
            messages = questions(each, after=number * each)
            times = asyncio.run(times_of_others(product.gateway, messages, text))
            beside = f"beside {_LONG_MESSAGES} messages of {_CHARACTERS:,} characters "
            print(
                f"{beside if text else ''}{name}: {len(times)} turns, "
                f"p50 {statistics.median(times):.1f} ms, slowest {max(times):.1f} ms"
            )
        print(f"memory: {product.memory()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

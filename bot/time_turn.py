"""How long understanding and policy take for one message: ``python time_turn.py``.

In one process, without HTTP, tracker store and actions: reading a message (the NLU pipeline) and
choosing the next action (the policies). Prints milliseconds; needs a trained model.
"""

import asyncio
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Final

import hardening

from rasa.core.agent import Agent  # isort: skip
from rasa.core.channels.channel import UserMessage  # isort: skip

BOT_DIRECTORY: Final = Path(__file__).resolve().parent
ROUNDS: Final = 40
MESSAGES: Final = (
    "医疗互助怎么申请",
    "老板拖了三个月工资不给我该怎么办",
    "我在良渚上班 干了3年7个月 月薪8千 公司让我走能赔多少",
    "那要带什么材料",
    "昨天人事叫我明天别来了 干了六年一分钱没有",
)


async def measure(agent: Agent) -> tuple[list[float], list[float]]:
    """Return the times of reading and of choosing, in milliseconds."""
    processor = agent.processor
    if processor is None:
        raise RuntimeError("the model is not loaded")
    reading, choosing = [], []
    for number in range(ROUNDS):
        for message in MESSAGES:
            # Another text each time: encoded texts are kept.
            user_message = UserMessage(f"{message}{number}", sender_id=f"{number}")
            tracker = await processor.fetch_tracker_and_update_session("timing")
            started = time.perf_counter()
            await processor._handle_message_with_tracker(user_message, tracker)
            read = time.perf_counter()
            processor.predict_next_with_tracker_if_should(tracker)
            reading.append((read - started) * 1000)
            choosing.append((time.perf_counter() - read) * 1000)
    return reading, choosing


def main() -> int:
    """Measure and print."""
    os.chdir(BOT_DIRECTORY)
    sys.path.insert(0, str(BOT_DIRECTORY))
    hardening.configure_logging()
    reading, choosing = asyncio.run(measure(Agent.load("models/union.tar.gz")))
    both = [sum(pair) for pair in zip(reading, choosing, strict=True)]
    for name, times in (("reading", reading), ("choosing", choosing), ("both", both)):
        cuts = statistics.quantiles(times, n=100)
        print(f"{name:10} p50 {cuts[49]:.1f} ms  p95 {cuts[94]:.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())

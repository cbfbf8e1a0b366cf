"""``python -m benchmarks.chaos``: workers talk while processes are killed at random.

Rasa, the action server and the gateway get SIGKILL again and again; the supervisor starts them
anew. Every client repeats a message under its id until it has an answer, as the widget does.
Afterwards the record is read: no message lost, none handled twice, every worker answered or on
the desk. Exit status 1 otherwise. Options: ``--workers``, ``--messages``, ``--seed``.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from benchmarks.insisting import Attempt, insist
from benchmarks.product import PARTS, process_ids, running, wait_until_up
from benchmarks.record import Verdict, check, open_record
from scripts.ephemeral import EphemeralProduct
from scripts.prepare import data_directory

_PAUSE_S = 45.0
"""Longest pause of a worker between two messages."""
_REPEATS = 0.1
"""Share of messages that are sent again although they were answered."""
_KILL_EVERY_S = (2.0, 8.0)
TEXTS = (
    "医疗互助怎么申请",
    "要带什么材料",
    "高温费一个月多少",
    "年假有几天",
    "我干了三年 月薪6000 公司要赔多少",
    "转人工",
    "老板拖欠工资怎么办",
    "谢谢",
)


@dataclass(kw_only=True)
class Report(Verdict):
    """What happened, and what the record says about it."""

    workers: int
    messages: int
    kills: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    repeated_requests: int = 0
    slowest_answer_s: float = 0.0


class Talker:
    """One worker; remembers what was sent and what came back."""

    def __init__(self, client: httpx2.AsyncClient, number: int, report: Report) -> None:
        self._client = client
        self._number = number
        self._report = report
        self.sent: list[str] = []
        self.conversations: list[str] = []
        self._headers: dict[str, str] = {}

    async def talk(self, messages: int, chance: random.Random) -> None:
        """Send the messages; begin anew where a person is waited for, to keep the bot at work."""
        status = "none"
        for number in range(messages):
            await asyncio.sleep(chance.random() * _PAUSE_S)
            if status != "bot":
                created = (await self._insist("/api/v1/conversations", {"channel": "web"})).json()
                self.conversations.append(created["conversation_id"])
                self._headers = {"Authorization": f"Bearer {created['token']}"}
            path = f"/api/v1/conversations/{self.conversations[-1]}/messages"
            key = f"w{self._number}-{number}"
            body = {"text": chance.choice(TEXTS), "client_message_id": key}
            self.sent.append(key)
            started = time.monotonic()
            first = await self._insist(path, body)
            self._report.slowest_answer_s = max(
                self._report.slowest_answer_s, time.monotonic() - started
            )
            status = first.json()["status"]
            if chance.random() < _REPEATS:
                again = await self._insist(path, body)
                if again.json()["messages"] != first.json()["messages"]:
                    self._report.different_on_repetition += 1

    async def _insist(self, path: str, body: dict[str, str]) -> httpx2.Response:
        return await insist(self._client, path, body, self._headers, self._count)

    def _count(self, attempt: Attempt) -> None:
        self._report.repeated_requests += not attempt.is_answer


async def run(product: EphemeralProduct, report: Report, seed: int) -> list[Talker]:
    """Let everybody talk while parts are killed."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    limits = httpx2.Limits(max_connections=100)
    async with httpx2.AsyncClient(
        base_url=product.gateway, timeout=30, trust_env=False, limits=limits
    ) as client:
        talkers = [Talker(client, number, report) for number in range(report.workers)]
        each = report.messages // report.workers
        killer = asyncio.create_task(_kill_at_random(product, chance, report))
        try:
            await asyncio.gather(
                *(
                    talker.talk(each, random.Random(seed + 1 + number))  # noqa: S311
                    for number, talker in enumerate(talkers)
                )
            )
        finally:
            killer.cancel()
    return talkers


async def _kill_at_random(product: EphemeralProduct, chance: random.Random, report: Report) -> None:
    kills: Counter[str] = Counter()
    while True:
        await asyncio.sleep(chance.uniform(*_KILL_EVERY_S))
        part = chance.choice(list(PARTS))
        process = process_ids(product).get(part)
        if process is not None:
            os.kill(process, signal.SIGKILL)
            kills[part] += 1
            report.kills = dict(kills)


def main() -> int:
    """Run, check, write ``bench/chaos.json`` in the data directory; 1 if it is not clean."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=200)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20261126)
    arguments = parser.parse_args()
    report = Report(workers=arguments.workers, messages=arguments.messages)
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        data = Path(folder)
        product = EphemeralProduct.at(data)
        with (data / "serve.log").open("wb") as log, running(product, log.fileno()) as process:
            started = time.monotonic()
            talkers = asyncio.run(run(product, report, arguments.seed))
            report.seconds = round(time.monotonic() - started, 1)
            wait_until_up(product, process)
            with closing(open_record(data / "gateway.db")) as record:
                sent = [key for talker in talkers for key in talker.sent]
                conversations = [each for talker in talkers for each in talker.conversations]
                check(record, sent, conversations, report)
    report.slowest_answer_s = round(report.slowest_answer_s, 2)
    result = {"at": datetime.now(UTC).isoformat(), **asdict(report), "clean": report.is_clean}
    target = data_directory() / "bench" / "chaos.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    return 0 if report.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())

"""``python -m benchmarks.soak``: an hour at half of the peak, while things go wrong.

Workers arrive as they like, 10.8 messages a second: half of 13,000 in ten minutes. Meanwhile
processes are killed, the disk is slow and the clock jumps, one at a time. Afterwards the record is
read, and memory is compared. Exit status 1 if anything was lost, doubled, out of order or left
alone, if an error had another shape than promised, or if memory is not flat; 2 if a tool of the
operating system is missing.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import ssl
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx2

from benchmarks.__main__ import questions
from benchmarks.chaos import TEXTS
from benchmarks.faults.injecting import Fault, Injector
from benchmarks.faults.preloading import MissingToolError
from benchmarks.faults.schedule import planned
from benchmarks.processor_time import resident_mib
from benchmarks.product import process_ids, running, wait_until_up
from benchmarks.record import Stored, check, messages_in_order, open_record
from benchmarks.soak_memory import Sample
from benchmarks.soak_replay import told_otherwise
from benchmarks.soak_report import SoakReport
from benchmarks.soak_workers import Book, Crowd
from scripts.ephemeral import EphemeralProduct
from scripts.prepare import data_directory

_HALF_OF_PEAK: Final = 13_000 / 600 / 2
_QUESTIONS: Final = 1_780
"""The distinct ones that articles have."""
_SAMPLE_EVERY_S: Final = 10.0
_TELL_EVERY: Final = 6
"""Samples; a line a minute."""


@dataclass
class _Seen:
    """What the run brought, in its own words."""

    book: Book = field(default_factory=Book)
    faults: list[Fault] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)


def main() -> int:
    """Run, check, write ``bench/soak.json`` in the data directory; 1 if it is not clean."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=_HALF_OF_PEAK, help="messages a second")
    parser.add_argument("--pause", type=float, default=45, help="mean seconds between faults")
    parser.add_argument("--seed", type=int, default=20261126)
    parser.add_argument("--folder", type=Path, help="empty folder for data and logs; is kept")
    arguments = parser.parse_args()
    report = SoakReport(
        minutes=arguments.minutes, rate=round(arguments.rate, 2), seed=arguments.seed
    )
    with tempfile.TemporaryDirectory(prefix="soak-") as scratch:
        data = arguments.folder or Path(scratch) / "data"
        data.mkdir(parents=True, exist_ok=True)
        try:
            injector = Injector(Path(scratch), data)
        except MissingToolError as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
        soak(data, injector, report, arguments.pause)
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "clean": report.is_clean,
        **asdict(report),
    }
    target = data_directory() / "bench" / "soak.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({name: value for name, value in result.items() if name != "memory"}, indent=1))
    print(json.dumps(report.memory | {"series": len(report.memory["series"])}, indent=1))
    return 0 if report.is_clean else 1


def soak(data: Path, injector: Injector, report: SoakReport, pause_s: float) -> None:
    """Run the product in ``data`` and fill in the report."""
    product = EphemeralProduct.at(
        data, **injector.environment, UNION_LOG_LEVEL="WARNING", UNION_RATE_LIMIT_SCALE="0"
    )
    with (data / "serve.log").open("wb") as log, running(product, log.fileno()) as process:
        seen = _Seen()
        asyncio.run(_live(product, process.pid, injector, report, pause_s, seen))
        report.take_book(seen.book, seen.faults, seen.started)
        report.take_memory(seen.samples)
        wait_until_up(product, process)
        with closing(open_record(data / "gateway.db")) as record:
            check(record, seen.book.sent, seen.book.tokens.keys(), report)
            conversations = messages_in_order(record)
        report.take_record(conversations, seen.book)
        report.told_otherwise = asyncio.run(_replay(product, conversations, seen.book, report.seed))


async def _live(
    product: EphemeralProduct,
    launcher: int,
    injector: Injector,
    report: SoakReport,
    pause_s: float,
    seen: _Seen,
) -> None:
    seconds = report.minutes * 60
    texts = [*questions(_QUESTIONS), *TEXTS]
    encryption = ssl.create_default_context()  # not used; making one for each client is dear

    def connect() -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            base_url=product.gateway, timeout=30, trust_env=False, verify=encryption
        )

    crowd = Crowd(connect, texts, seen.book, report.seed)
    sampling = asyncio.create_task(_sample(product, launcher, seen))
    harming = asyncio.create_task(_harm(product, injector, report, pause_s, seen))
    await crowd.come(report.rate, seconds)
    sampling.cancel()
    await harming


async def _harm(
    product: EphemeralProduct, injector: Injector, report: SoakReport, pause_s: float, seen: _Seen
) -> None:
    plan = planned(report.seed, pause_s)
    async for fault in injector.run(product, plan, seen.started + report.minutes * 60):
        seen.faults.append(fault)
        print(f"{fault.from_s - seen.started:7.0f} s  {fault.kind}  {fault.hit}", flush=True)


async def _sample(product: EphemeralProduct, launcher: int, seen: _Seen) -> None:
    number = 0
    while True:
        at_s = round(time.monotonic() - seen.started, 1)
        pids = process_ids(product)
        # Reading the page tables of all parts takes its time; workers need not wait for it.
        found = await asyncio.to_thread(resident_mib, {**pids, "total": launcher})
        total = found.pop("total")
        seen.samples.append(
            Sample(at_s, {part: (pids[part], found[part]) for part in pids if found[part]}, total)
        )
        if number % _TELL_EVERY == 0:
            told = f"{len(seen.book.asked)} of {len(seen.book.sent)} answered"
            print(f"{at_s:7.0f} s  {total} MiB {found}, {told}", flush=True)
        number += 1
        await asyncio.sleep(_SAMPLE_EVERY_S)


async def _replay(
    product: EphemeralProduct, conversations: Mapping[str, Sequence[Stored]], book: Book, seed: int
) -> int:
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    async with httpx2.AsyncClient(base_url=product.gateway, timeout=30, trust_env=False) as client:
        return await told_otherwise(client, conversations, book.tokens, chance)


if __name__ == "__main__":
    sys.exit(main())

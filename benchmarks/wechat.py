"""``python -m benchmarks.wechat``: the Official Account's figures, on the running product.

The simulator plays the platform and the followers, on the same machine. ``load``: messages at
random times, at three rates. ``repeats``: 10,000 deliveries of 2,500 messages over two restarts.
``slow``: a bot that takes 8 s, with each kind of account. The results are ``bench/wechat.json`` in
the data directory and, of the repeated deliveries, ``docs/evidence/wechat_deliveries.json``. Exit
status 1 unless every claim holds.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks import wechat_load, wechat_repeats, wechat_slow
from benchmarks.wechat_load import Load
from benchmarks.wechat_repeats import Repeats
from benchmarks.wechat_slow import Slow
from scripts.prepare import data_directory
from scripts.steps import ROOT

_EVIDENCE: Final = ROOT / "docs" / "evidence" / "wechat_deliveries.json"
_PARTS: Final = ("load", "repeats", "slow")
_ACKNOWLEDGED_P99_MS: Final = 500
_PASSIVE_P95_MS: Final = 1000

Figures = dict[str, Any]


def run(parts: Collection[str], scratch: Path) -> tuple[Figures, list[str]]:
    """Measure and print; returns the figures and the claims that do not hold."""
    figures: Figures = {}
    broken: list[str] = []
    for part in parts:
        (scratch / part).mkdir()
    if "load" in parts:
        loads = asyncio.run(wechat_load.measure(scratch / "load"))
        figures["load"] = [asdict(load) for load in loads]
        broken += [f"{load.rate} messages/s: {claim}" for load in loads for claim in _wrong(load)]
        _print_loads(loads)
    if "repeats" in parts:
        repeats = asyncio.run(wechat_repeats.measure(scratch / "repeats"))
        figures["repeats"] = asdict(repeats) | {"clean": repeats.is_clean}
        broken += [] if repeats.is_clean else ["repeated deliveries: not one turn for each message"]
        _print_repeats(repeats)
    if "slow" in parts:
        accounts = asyncio.run(wechat_slow.measure(scratch / "slow"))
        figures["slow"] = [asdict(slow) | {"clean": slow.is_clean} for slow in accounts]
        unclean = [slow.account for slow in accounts if not slow.is_clean]
        broken += [f"slow bot, {account}: not one answer for everybody" for account in unclean]
        _print_slow(accounts)
    return figures, broken


def _wrong(load: Load) -> list[str]:
    claims = {
        f"acknowledged within {_ACKNOWLEDGED_P99_MS} ms (p99)": (
            load.acknowledged_p99_ms < _ACKNOWLEDGED_P99_MS
        ),
        f"passive replies within {_PASSIVE_P95_MS} ms (p95)": load.passive_p95_ms < _PASSIVE_P95_MS,
        "every message answered exactly once, no fault": load.answers.are_complete,
    }
    return [claim for claim, holds in claims.items() if not holds]


def _print_loads(loads: Sequence[Load]) -> None:
    print("msg/s    n  acknowledged p50    p95    p99    max ms  passive ≤1 s  p95 ms  drained s")
    for load in loads:
        print(
            f"{load.rate:5} {load.messages:4} {load.acknowledged_p50_ms:17} "
            f"{load.acknowledged_p95_ms:6} {load.acknowledged_p99_ms:6} "
            f"{load.acknowledged_max_ms:9} {load.passive_within_1_s:13.1%} "
            f"{load.passive_p95_ms:7} {load.drained_in_s:10}"
        )
        print(f"      {_as_words(load.answers)}")


def _print_repeats(repeats: Repeats) -> None:
    print(f"repeated deliveries: {_as_words(repeats)}")


def _print_slow(accounts: Sequence[Slow]) -> None:
    for slow in accounts:
        print(f"slow bot, {slow.account}: {slow.taps} taps, last answer at {slow.last_seen_s} s")
        print(f"      {_as_words(slow.answers)}")


def _as_words(figures: Any) -> str:
    return ", ".join(f"{name} {value}" for name, value in asdict(figures).items())


def main() -> int:
    """Measure, write, and name what does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", action="append", choices=_PARTS, help="default: all")
    parts = parser.parse_args().part or _PARTS
    head = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load_average_before": round(os.getloadavg()[0], 2),
    }
    with tempfile.TemporaryDirectory(prefix="wechat-") as scratch:
        figures, broken = run(parts, Path(scratch))
    _write(data_directory() / "bench" / "wechat.json", {**head, **figures})
    if "repeats" in figures:
        _write(_EVIDENCE, {**head, **figures["repeats"]})
    for claim in broken:
        print(f"does not hold: {claim}", file=sys.stderr)
    return 1 if broken else 0


def _write(path: Path, content: Figures) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

"""``python -m benchmarks.fuzz_parsers``: made-up and damaged input for every parser.

The same as ``tests/security/test_parsers.py``, with far more cases. Ends with 1 where something
came out that a parser does not declare, or a case hung; writes what came out.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks.fuzz_record import EVIDENCE, write
from tests.security.fuzzing.targets import HANGS_AFTER_S, TARGETS, HangError, Outcome, Target, run

_CASES = 220_000
_SEED = 20261126
_AT_ONCE = 2000
"""Hypothesis remembers the cases of a run to make none twice."""


def main() -> int:
    """Run all cases, print and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=_CASES)
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--output", type=Path, default=EVIDENCE / "fuzz_parsers.json")
    arguments = parser.parse_args()
    started = time.perf_counter()
    weights = sum(target.weight for target in TARGETS.values())
    found: dict[str, dict[str, Any]] = {}
    problems: dict[str, str] = {}
    for name, target in TARGETS.items():
        cases = round(arguments.cases * target.weight / weights)
        outcome = Outcome()
        try:
            _run(name, target, cases, arguments.seed, outcome)
        except (Exception, HangError) as error:
            problems[name] = repr(error)
            print(f"{name}: {error!r}", file=sys.stderr)
        found[name] = {
            "cases": outcome.counts.total(),
            "slowest_ms": round(outcome.slowest_ms, 1),
            "outcomes": dict(outcome.counts.most_common()),
        }
    total = sum(outcome["cases"] for outcome in found.values())
    write(
        arguments.output,
        {
            "seed": arguments.seed,
            "cases": total,
            "seconds": round(time.perf_counter() - started, 1),
            "limit_of_a_case_s": HANGS_AFTER_S,
            "problems": problems,
            "parsers": found,
        },
    )
    print(f"{total} cases, {len(problems)} problems")
    return 1 if problems else 0


def _run(name: str, target: Target, cases: int, seed: int, outcome: Outcome) -> None:
    with tqdm(total=cases, desc=name, unit="case") as progress:
        for number, done in enumerate(range(0, cases, _AT_ONCE)):
            before = outcome.counts.total()
            run(target, min(_AT_ONCE, cases - done), seed + number, outcome)
            progress.update(outcome.counts.total() - before)


if __name__ == "__main__":
    sys.exit(main())

"""``python -m benchmarks.fuzz_api``: made-up requests for all that ``/openapi.json`` documents.

The same as ``tests/security/test_openapi.py``, with far more requests. Writes what came out, and
ends with 1 where the gateway failed, answered otherwise than documented, or let in whom the access
table does not let in.
"""

import argparse
import logging
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks.fuzz_record import EVIDENCE, write
from tests.security.fuzzing import world as worlds
from tests.security.fuzzing.requests import SEED, Findings, fuzz, is_let_in
from tests.security.fuzzing.world import Who

_LET_IN, _OTHERS = 60, 4


def main() -> int:
    """Ask everything, print and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--let-in", type=int, default=_LET_IN, help="requests of those who may")
    parser.add_argument("--others", type=int, default=_OTHERS, help="requests of the others")
    parser.add_argument("--output", type=Path, default=EVIDENCE / "fuzz_api.json")
    arguments = parser.parse_args()
    # Failures are reported by what was answered.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    started = time.perf_counter()
    callers = {who.value: _ask(who, arguments.let_in, arguments.others) for who in Who}
    problems = [problem for told in callers.values() for problem in told["problems"]]
    cases = sum(told["cases"] for told in callers.values())
    write(
        arguments.output,
        {
            "seed": SEED,
            "cases": cases,
            "seconds": round(time.perf_counter() - started, 1),
            "problems": len(problems),
            "callers": callers,
        },
    )
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{cases} requests, {len(problems)} problems")
    return 1 if problems else 0


def _ask(who: Who, let_in: int, others: int) -> dict[str, Any]:
    statuses: Counter[int] = Counter()
    succeeded, problems = [], []
    with tempfile.TemporaryDirectory() as folder, worlds.opened(Path(folder)) as world:
        operations = world.operations()
        for operation in tqdm(operations, desc=who, unit="operation"):
            expected = is_let_in(who, operation)
            findings: Findings = fuzz(world, operation, who, let_in if expected else others)
            statuses += findings.statuses
            problems += findings.problems
            if access := findings.problem_with_access(is_let_in=expected):
                problems.append(f"{operation.label} as {who}: {access}")
            if any(status < 300 for status in findings.statuses):
                succeeded.append(operation.label)
    return {
        "operations": len(operations),
        "operations_that_succeeded": len(succeeded),
        "cases": statuses.total(),
        "statuses": {str(status): statuses[status] for status in sorted(statuses)},
        "problems": problems,
    }


if __name__ == "__main__":
    sys.exit(main())

"""Every parser of something that strangers or colleagues send, with made-up and damaged input.

Only the failures that a parser declares may come out, what has to hold of its results holds, and
no case takes long. ``python -m benchmarks.fuzz_parsers`` runs far more of them.
"""

import pytest

from tests.security.fuzzing.targets import TARGETS, Outcome, run

_CASES, _SEED = 60, 20261126


@pytest.mark.parametrize("name", TARGETS)
def test_made_up_input(name: str) -> None:
    target = TARGETS[name]
    outcome = Outcome()
    run(target, max(20, round(_CASES * target.weight)), _SEED, outcome)
    assert outcome.counts.total()

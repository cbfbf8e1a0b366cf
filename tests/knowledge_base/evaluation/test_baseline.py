from pathlib import Path
from typing import Any

import pytest

from knowledge_base.evaluation.baseline import (
    Baseline,
    compare,
    load_baseline,
    store_baseline,
)
from knowledge_base.evaluation.jsonl import EvaluationDataError


def baseline(mrr: float = 0.8, **changes: Any) -> Baseline:
    values: dict[str, Any] = {
        "questions": "d1",
        "queries": 3,
        "encoder": "e",
        "index": "i",
        "settings": "s",
        "measures": {"MRR@10": mrr, "R@10": 0.9},
    }
    return Baseline(**{**values, **changes})


@pytest.mark.parametrize(("now", "passes"), [(0.8, True), (0.79, True), (0.7899, False)])
def test_a_fall_of_more_than_one_point_fails(now: float, passes: bool) -> None:
    comparison = compare(baseline(0.8), baseline(now))
    assert comparison.passed is passes
    assert [change.measure for change in comparison.fallen] == ([] if passes else ["MRR@10"])


def test_a_fall_is_told_with_both_values() -> None:
    (fallen,) = compare(baseline(0.8), baseline(0.75)).fallen
    assert str(fallen) == "MRR@10: 0.8000 -> 0.7500 (-0.0500)"


def test_a_rise_of_one_measure_does_not_hide_the_fall_of_another() -> None:
    now = baseline(measures={"MRR@10": 0.95, "R@10": 0.8})
    comparison = compare(baseline(), now)
    assert not comparison.passed
    assert [change.measure for change in comparison.risen] == ["MRR@10"]


def test_another_encoder_index_or_setting_are_compared() -> None:
    assert compare(baseline(), baseline(encoder="f", index="j", settings="t")).passed


@pytest.mark.parametrize("changes", [{"questions": "d2"}, {"measures": {"MRR@10": 0.9}}])
def test_what_cannot_be_compared_asks_for_a_new_baseline(changes: dict[str, Any]) -> None:
    comparison = compare(baseline(), baseline(**changes))
    assert not comparison.passed
    assert comparison.obsolete is not None
    assert "--store-baseline" in comparison.obsolete


def test_a_stored_baseline_is_read_back_rounded(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    store_baseline(baseline(0.123456), file)
    assert load_baseline(file).measures == {"MRR@10": 0.1235, "R@10": 0.9}


@pytest.mark.parametrize("content", [None, "{}", "no json"])
def test_a_baseline_that_is_missing_or_unsound_is_refused(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "baseline.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(EvaluationDataError, match="--store-baseline"):
        load_baseline(file)

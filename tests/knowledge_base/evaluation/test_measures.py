import math

import pytest

from knowledge_base.evaluation.jsonl import EvaluationDataError
from knowledge_base.evaluation.measures import MEASURES, evaluate

QRELS = {"q1": {"a": 2, "b": 1}, "q2": {"c": 2, "x": 0}, "q3": {"d": 1}}
RUN = {
    "q1": [("b", 0.9), ("a", 0.8)],
    "q2": [("x", 0.9), ("y", 0.9), ("c", 0.9)],
    "unjudged": [("a", 1.0)],
}


def test_the_measures_are_those_computed_by_hand() -> None:
    evaluation = evaluate(QRELS, RUN)
    first = (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3))
    second = (2 / math.log2(4)) / 2
    assert evaluation.values == pytest.approx(
        {
            "MRR@10": (1 + 1 / 3) / 3,
            "nDCG@10": (first + second) / 3,
            "R@1": (1 / 2) / 3,
            "R@5": 2 / 3,
            "R@10": 2 / 3,
            "success@1": 1 / 3,
        }
    )


def test_queries_without_results_count_and_unjudged_ones_do_not() -> None:
    evaluation = evaluate(QRELS, {**RUN, "q3": []})
    assert (evaluation.queries, evaluation.without_results) == (3, 1)
    assert evaluation.not_judged == ["unjudged"]
    assert evaluation == evaluate(QRELS, RUN)


def test_what_stands_behind_the_tenth_rank_is_not_seen() -> None:
    ranking = [(f"d{rank}", 1.0 - rank / 100) for rank in range(1, 12)]
    assert evaluate({"q": {"d10": 1}}, {"q": ranking}).values == pytest.approx(
        {
            "MRR@10": 0.1,
            "nDCG@10": 1 / math.log2(11),
            "R@1": 0,
            "R@5": 0,
            "R@10": 1,
            "success@1": 0,
        }
    )
    assert set(evaluate({"q": {"d11": 1}}, {"q": ranking}).values.values()) == {0.0}


@pytest.mark.parametrize("first", ["a", "b"])
def test_equal_scores_keep_the_order_of_the_ranking_in_every_measure(first: str) -> None:
    other = {"a": "b", "b": "a"}[first]
    evaluation = evaluate({"q": {first: 1}}, {"q": [(first, 0.5), (other, 0.5)]})
    assert set(evaluation.values.values()) == {1.0}


def test_negative_grades_are_not_relevant() -> None:
    evaluation = evaluate({"q": {"junk": -2, "a": 1}}, {"q": [("junk", 2.0), ("a", 1.0)]})
    assert evaluation.values["MRR@10"] == 0.5


def test_the_interval_holds_the_mean_and_is_the_same_each_time() -> None:
    qrels = {f"q{number}": {"a": 1} for number in range(100)}
    run = {f"q{number}": [("a" if number < 60 else "b", 1.0)] for number in range(100)}
    estimate = evaluate(qrels, run).measures["success@1"]
    assert estimate.value == pytest.approx(0.6)
    # The normal approximation gives 0.6 ± 0.096.
    assert estimate.low == pytest.approx(0.504, abs=0.02)
    assert estimate.high == pytest.approx(0.696, abs=0.02)
    assert evaluate(qrels, run).measures["success@1"] == estimate


def test_a_run_without_any_judged_result_is_all_zero() -> None:
    evaluation = evaluate({"q": {"a": 1}}, {})
    assert evaluation.values == dict.fromkeys(MEASURES, 0.0)
    assert evaluation.without_results == 1


def test_nothing_judged_is_an_error() -> None:
    with pytest.raises(EvaluationDataError, match="no query is judged"):
        evaluate({}, RUN)

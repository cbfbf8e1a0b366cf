import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.retrieval.decision import (
    DECISION_FILE,
    Decision,
    DecisionModel,
    Features,
    Logistic,
    features_of,
)
from knowledge_base.retrieval.fusion import Candidate

CERTAIN = Logistic(100.0, 0.0, 0.0, 0.0)
BY_DENSE = Logistic(-5.0, 10.0, 0.0, 0.0)
BY_LEAD = Logistic(0.0, 0.0, 0.0, 10.0)
FINITE = st.floats(-1e6, 1e6)


def candidate(fused: float, dense: float = 0.0, coverage: float = 0.0) -> Candidate:
    return Candidate(0, 0, 0.0, coverage, dense, fused)


def test_a_logistic_model() -> None:
    assert BY_DENSE.probability(Features(0.5, 0.0, 0.0)) == pytest.approx(0.5)
    assert BY_DENSE.probability(Features(0.8, 0.0, 0.0)) == pytest.approx(0.9526, abs=1e-4)


@given(FINITE, FINITE, FINITE, FINITE)
def test_it_is_a_probability_whatever_the_weights(
    intercept: float, dense: float, coverage: float, lead: float
) -> None:
    model = Logistic(intercept, dense, coverage, lead)
    assert 0 <= model.probability(Features(0.9, 0.3, -0.1)) <= 1


@pytest.mark.parametrize(
    ("features", "decision"),
    [
        (Features(dense=0.9, coverage=0.0, lead=0.5), Decision.ANSWER),
        (Features(dense=0.9, coverage=0.0, lead=0.0), Decision.CHOICES),
        (Features(dense=0.3, coverage=0.0, lead=0.5), Decision.DECLINE),
    ],
)
def test_close_and_ahead_answers_close_alone_offers(features: Features, decision: Decision) -> None:
    assert DecisionModel(BY_DENSE, BY_LEAD, 0.7, 0.5).decide(features) is decision


@pytest.mark.parametrize(("threshold", "decision"), [(0.5, "answer"), (0.501, "choices")])
def test_the_threshold_itself_answers(threshold: float, decision: str) -> None:
    model = DecisionModel(CERTAIN, Logistic(0, 0, 0, 0), threshold, 0.5)
    assert model.decide(Features(0.0, 0.0, 0.0)) == decision


def test_the_lead_is_the_distance_to_the_best_other() -> None:
    ranked = [candidate(0.9, dense=0.8, coverage=0.4), candidate(0.7), candidate(0.6)]
    best = features_of(ranked)
    assert (best.dense, best.coverage) == (0.8, 0.4)
    assert best.lead == pytest.approx(0.2)
    assert features_of(ranked, 1).lead == pytest.approx(-0.2)
    assert features_of(ranked, 2).lead == pytest.approx(-0.3)


def test_a_document_alone_leads_by_its_whole_score() -> None:
    assert features_of([candidate(0.9)]).lead == pytest.approx(0.9)


def test_the_shipped_model_is_sane() -> None:
    model = DecisionModel.load()
    assert 0 < model.answer_from <= 1
    assert 0 < model.choices_from <= 1
    near, far = Features(0.99, 0.8, 0.1), Features(0.80, 0.0, 0.0)
    assert model.decide(near) is Decision.ANSWER
    assert model.decide(far) is Decision.DECLINE


def test_the_shipped_model_tells_what_it_was_chosen_by() -> None:
    figures = json.loads(DECISION_FILE.read_text(encoding="utf-8"))["calibration"]
    assert figures["unanswerable_answered"] < figures["answered"]
    assert figures["wrong_among_answered"] < 0.5


def test_a_model_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "decision.json"
    logistic = {"intercept": 1, "dense": 2, "coverage": 3, "lead": 4}
    file.write_text(
        json.dumps(
            {"covered": logistic, "right": logistic, "answer_from": 0.6, "choices_from": 0.4}
        ),
        encoding="utf-8",
    )
    assert DecisionModel.load(file) == DecisionModel(
        Logistic(1, 2, 3, 4), Logistic(1, 2, 3, 4), 0.6, 0.4
    )

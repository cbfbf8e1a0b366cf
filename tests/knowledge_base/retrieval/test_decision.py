import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.retrieval.decision import (
    DECISION_FEATURES,
    DECISION_FILE,
    Decision,
    DecisionModel,
    Logistic,
    features_of,
)
from tests.knowledge_base.retrieval.makers import ANY_FEATURE, OTHER_FEATURE, candidates

BY_DENSE = Logistic(-5.0, {"dense": 10.0})
BY_LEAD = Logistic(0.0, {"lead": 10.0})
EVEN = Logistic(0.0, {})
FINITE = st.floats(-1e6, 1e6)


def test_a_logistic_model() -> None:
    assert BY_DENSE.probability({"dense": 0.5, "lead": 9.0}) == pytest.approx(0.5)
    assert BY_DENSE.probability({"dense": 0.8, "lead": 9.0}) == pytest.approx(0.9526, abs=1e-4)


@given(FINITE, FINITE, FINITE, st.floats(-5, 5))
def test_it_is_a_probability_whatever_the_weights(
    intercept: float, dense: float, lead: float, value: float
) -> None:
    model = Logistic(intercept, {"dense": dense, "lead": lead})
    assert 0 <= model.probability({"dense": 0.9, "lead": value}) <= 1


@pytest.mark.parametrize(
    ("features", "decision"),
    [
        ({"dense": 0.9, "lead": 0.5}, Decision.ANSWER),
        ({"dense": 0.9, "lead": -0.5}, Decision.CHOICES),
        ({"dense": 0.3, "lead": -0.5}, Decision.DECLINE),
        ({"dense": 0.3, "lead": 0.5}, Decision.ANSWER),
    ],
)
def test_ahead_answers_near_alone_offers(features: dict[str, float], decision: Decision) -> None:
    model = DecisionModel(right=BY_LEAD, covered=BY_DENSE, answer_from=0.7, choices_from=0.5)
    assert model.decide(features) is decision
    assert model.probability(features) == BY_LEAD.probability(features)


@pytest.mark.parametrize(
    ("answer_from", "choices_from", "decision"),
    [(0.5, 0.9, "answer"), (0.501, 0.5, "choices"), (0.501, 0.501, "decline")],
)
def test_a_threshold_that_is_just_reached_counts(
    answer_from: float, choices_from: float, decision: str
) -> None:
    assert DecisionModel(EVEN, EVEN, answer_from, choices_from).decide({}) == decision


def test_the_features_are_those_of_the_candidate_asked_for() -> None:
    found = candidates(
        [0.9, 0.7],
        dense=[0.8, 0.6],
        features={ANY_FEATURE: [0.1, 0.2], OTHER_FEATURE: [0.3, 0.4]},
    )
    for rank, values in enumerate([(0.8, 0.1, 0.3), (0.6, 0.2, 0.4)]):
        features = features_of(found, rank)
        named = [features[name] for name in ("dense", ANY_FEATURE, OTHER_FEATURE)]
        assert named == pytest.approx(values)


def test_all_features_that_a_model_may_weigh_are_there() -> None:
    assert set(features_of(candidates([0.9, 0.7]))) == set(DECISION_FEATURES)


def test_the_leads_are_distances_to_the_best_other() -> None:
    found = candidates([0.9, 0.7, 0.6], dense=[0.5, 0.8, 0.7])
    leads = [features_of(found, rank)["lead"] for rank in range(3)]
    assert leads == pytest.approx([0.2, -0.2, -0.3])
    dense_leads = [features_of(found, rank)["dense_lead"] for rank in range(3)]
    assert dense_leads == pytest.approx([-0.3, 0.1, -0.1])


def test_the_votes_are_those_of_the_candidate_and_of_what_nothing_covers() -> None:
    found = candidates([0.9, 0.7], vote=[0.2, 0.5], foreign=0.3)
    votes = [
        [features_of(found, rank)[name] for name in ("vote", "vote_lead", "foreign")]
        for rank in range(2)
    ]
    assert votes == [pytest.approx([0.2, -0.3, 0.3]), pytest.approx([0.5, 0.3, 0.3])]


def test_no_rival_is_the_farthest_lead_there_is() -> None:
    alone = features_of(candidates([0.9], dense=[0.8]))
    far_ahead = features_of(candidates([1000.0, 0.0]))
    assert alone["lead"] == far_ahead["lead"] > 0
    assert alone["dense_lead"] == pytest.approx(0.8)


@pytest.mark.parametrize("scores", [[0.9], [0.9, 0.7, 0.1], [1000.0, 0.0], [-1000.0, -1001.0]])
def test_the_shares_of_the_odds_make_a_whole(scores: list[float]) -> None:
    found = candidates(scores)
    shares = [features_of(found, rank)["share"] for rank in range(len(scores))]
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)


def test_the_spread_is_the_distance_to_the_mean() -> None:
    found = candidates([0.9, 0.7], dense=[0.8, 0.4])
    assert features_of(found)["spread"] == pytest.approx(0.2)
    assert features_of(candidates([0.9], dense=[0.8]))["spread"] == pytest.approx(0)


def test_equal_candidates_have_no_lead() -> None:
    assert features_of(candidates([0.9, 0.9], dense=[0.8, 0.8]))["lead"] == 0


def write_model(file: Path, **changes: Any) -> Path:
    logistic = {"intercept": 1, "weights": {"dense": 2, "lead": 3}}
    content = {"right": logistic, "covered": logistic, "answer_from": 0.6, "choices_from": 0.4}
    file.write_text(json.dumps({**content, **changes}), encoding="utf-8")
    return file


def test_a_model_is_read_from_a_file(tmp_path: Path) -> None:
    file = write_model(tmp_path / "decision.json", calibration={"answered": 0.5})
    logistic = Logistic(1, {"dense": 2, "lead": 3})
    assert DecisionModel.load(file) == DecisionModel(logistic, logistic, 0.6, 0.4)


@pytest.mark.parametrize("part", ["right", "covered"])
def test_a_model_of_other_features_is_refused(tmp_path: Path, part: str) -> None:
    other = {"intercept": 1, "weights": {"dense": 2, "magic": 3}}
    file = write_model(tmp_path / "decision.json", **{part: other})
    with pytest.raises(ValueError, match=r"decision\.json is of other features.* calibrate"):
        DecisionModel.load(file)


NEAR = {
    **dict.fromkeys(DECISION_FEATURES, 1.0),
    "dense": 0.95,
    "bm25": 30.0,
    "beyond": 0.4,
    "length": 2.3,
    "lead": 5.0,
    "dense_lead": 0.3,
    "spread": 0.4,
}
FAR = {
    **dict.fromkeys(DECISION_FEATURES, 0.0),
    "dense": 0.1,
    "beyond": -0.4,
    "length": 2.3,
    "share": 0.1,
}


def test_the_shipped_model_is_sane() -> None:
    model = DecisionModel.load()
    assert 0 < model.answer_from <= 1
    assert 0 < model.choices_from <= 1.002
    for logistic in (model.right, model.covered):
        assert set(logistic.weights) <= set(DECISION_FEATURES)
    assert model.decide(NEAR) is Decision.ANSWER
    assert model.decide(FAR) is Decision.DECLINE


def test_the_shipped_model_tells_what_it_was_chosen_by() -> None:
    figures = json.loads(DECISION_FILE.read_text(encoding="utf-8"))["calibration"]
    assert figures["unanswerable_answered"] < figures["answered"]
    assert figures["wrong_among_answered"] < 0.5

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.retrieval.candidates import FEATURES
from knowledge_base.retrieval.rerank import (
    RankerModel,
    RankingExample,
    Reranker,
    RerankSettings,
    fit_ranker,
)
from tests.knowledge_base.retrieval.makers import ANY_FEATURE, OTHER_FEATURE, candidates, order

ONE = RankerModel({**dict.fromkeys(FEATURES, 0.0), ANY_FEATURE: 1.0})
"""Orders by one feature."""


def example(right: int, *values: float, seed: int = 0) -> RankingExample:
    """Return candidates with these values of one feature and noise in the others."""
    features = np.random.default_rng(seed).normal(size=(len(values), len(FEATURES)))
    features[:, FEATURES.index(ANY_FEATURE)] = values
    return RankingExample(features.astype(np.float32), np.arange(len(values)) == right)


def test_the_score_is_the_weighted_sum() -> None:
    model = RankerModel({**ONE.weights, OTHER_FEATURE: -2.0})
    found = candidates([0, 0], features={ANY_FEATURE: [1.0, 3.0], OTHER_FEATURE: [0.5, 1.0]})
    assert model.score(found).tolist() == [0.0, 1.0]


def test_candidates_are_ordered_anew() -> None:
    found = candidates([0.9, 0.8, 0.7], features={ANY_FEATURE: [0.1, 0.3, 0.2]})
    ranked = Reranker(RerankSettings(), ONE).run(found)
    assert order(ranked) == [1, 2, 0]
    assert ranked.score.tolist() == pytest.approx([0.3, 0.2, 0.1])
    assert ranked.fused.tolist() == pytest.approx([0.8, 0.7, 0.9])


def test_what_is_outside_of_the_window_stays_behind_it_in_its_order() -> None:
    found = candidates([0.9, 0.8, 0.7, 0.6], features={ANY_FEATURE: [0.1, 0.3, 0.8, 0.9]})
    ranked = Reranker(RerankSettings(window=2), ONE).run(found)
    assert order(ranked) == [1, 0, 2, 3]
    assert sorted(ranked.score.tolist(), reverse=True) == ranked.score.tolist()
    assert len(set(ranked.score.tolist())) == 4


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_few_candidates_are_no_fewer_afterwards(count: int) -> None:
    found = candidates([0.5] * count)
    assert len(Reranker(RerankSettings(window=2), ONE).run(found)) == count


def test_switched_off_it_leaves_the_candidates_alone() -> None:
    found = candidates([0.9, 0.8], features={ANY_FEATURE: [0.1, 0.3]})
    assert Reranker(RerankSettings().off(), ONE).run(found) is found


def test_a_collection_without_articles_is_left_alone() -> None:
    found = candidates([0.9, 0.8], articles=[False, False], features={ANY_FEATURE: [0.1, 0.3]})
    assert Reranker(RerankSettings(), ONE).run(found) is found


def test_laws_beside_articles_are_ranked_with_them() -> None:
    found = candidates([0.9, 0.8], articles=[True, False], features={ANY_FEATURE: [0.1, 0.3]})
    assert order(Reranker(RerankSettings(), ONE).run(found)) == [1, 0]


def test_the_candidates_given_stay_as_they_are() -> None:
    found = candidates([0.9, 0.8], features={ANY_FEATURE: [0.1, 0.3]})
    Reranker(RerankSettings(window=1), ONE).run(found)
    assert found.score.tolist() == pytest.approx([0.9, 0.8])


def test_fitting_finds_what_tells_the_right_one() -> None:
    examples = [example(2, 0.1, 0.2, 0.9, seed=seed) for seed in range(30)]
    model = fit_ranker(examples)
    weights = {name: abs(weight) for name, weight in model.weights.items()}
    assert model.weights[ANY_FEATURE] == max(weights.values())
    assert set(model.weights) == set(FEATURES)


def test_fitting_sees_a_feature_that_speaks_against_a_document() -> None:
    model = fit_ranker([example(0, -1.0, 1.0, 2.0, seed=seed) for seed in range(30)])
    assert model.weights[ANY_FEATURE] < 0


def test_fitting_twice_gives_the_same() -> None:
    examples = [example(0, 0.9, 0.1, seed=seed) for seed in range(5)]
    assert fit_ranker(examples) == fit_ranker(examples)


def test_questions_without_a_right_candidate_teach_nothing() -> None:
    useful = [example(0, 0.9, 0.1, seed=seed) for seed in range(5)]
    assert fit_ranker([*useful, example(-1, 0.1, 0.9)]) == fit_ranker(useful)


def test_a_feature_that_never_differs_gets_no_weight() -> None:
    examples = [example(0, 0.5, 0.5, seed=seed) for seed in range(5)]
    assert fit_ranker(examples).weights[ANY_FEATURE] == 0


def test_a_heavier_penalty_makes_smaller_weights() -> None:
    examples = [example(0, 0.9, 0.1, seed=seed) for seed in range(10)]
    light, heavy = fit_ranker(examples, penalty=0.1), fit_ranker(examples, penalty=10.0)
    assert 0 < heavy.weights[ANY_FEATURE] < light.weights[ANY_FEATURE]


@pytest.mark.parametrize("examples", [[], [example(-1, 0.1, 0.9)]])
def test_nothing_to_learn_from_is_said(examples: list[RankingExample]) -> None:
    with pytest.raises(ValueError, match="no question has a right candidate"):
        fit_ranker(examples)


def test_the_shipped_model_is_of_this_programs_features() -> None:
    weights = RankerModel.load().weights
    assert set(weights) == set(FEATURES)
    assert np.isfinite(list(weights.values())).all()


@pytest.mark.parametrize(
    "names", [FEATURES[1:], [*FEATURES, "magic"], []], ids=["fewer", "more", "none"]
)
def test_a_model_of_other_features_is_refused(tmp_path: Path, names: list[str]) -> None:
    file = tmp_path / "ranker.json"
    file.write_text(json.dumps({"weights": dict.fromkeys(names, 1.0)}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"ranker\.json is of other features.* calibrate"):
        RankerModel.load(file)

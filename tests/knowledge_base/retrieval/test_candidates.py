from dataclasses import fields
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.retrieval.candidates import FEATURES
from tests.knowledge_base.retrieval.makers import ANY_FEATURE, OTHER_FEATURE, candidates, order

SCORES = st.lists(st.sampled_from([-1.0, 0.0, 0.25, 0.5, 1.0]), max_size=12)


def test_the_features_have_distinct_names() -> None:
    assert len(set(FEATURES)) == len(FEATURES)


def test_rows_are_taken_in_the_order_given() -> None:
    found = candidates([0.9, 0.8, 0.7], documents=[4, 2, 6], articles=[True, False, True])
    taken = found.take(np.array([2, 0], dtype=np.int64))
    assert order(taken) == [6, 4]
    assert taken.score.tolist() == pytest.approx([0.7, 0.9])
    assert taken.units.tolist() == [102, 100]
    assert taken.articles.tolist() == [True, True]
    assert len(taken) == 2
    assert len(found.take(np.array([], dtype=np.int64))) == 0


def test_everything_moves_together() -> None:
    found = candidates(
        [0.1, 0.2], dense=[0.3, 0.4], features={ANY_FEATURE: [0.5, 0.6], OTHER_FEATURE: [0.7, 0.8]}
    )
    swapped = found.ranked_by(np.array([1, 2], dtype=np.float32))
    for field in fields(found):
        if field.name != "score":
            before, after = getattr(found, field.name), getattr(swapped, field.name)
            assert after.tolist() == before[::-1].tolist(), field.name
    assert swapped.score.tolist() == [2, 1]
    assert swapped.fused.tolist() == pytest.approx([0.2, 0.1])


def test_equal_scores_keep_the_order_of_the_index() -> None:
    found = candidates([0.5, 0.9, 0.5, 0.5], documents=[7, 3, 1, 5])
    assert order(found.ranked_by(found.score)) == [3, 1, 5, 7]


@given(SCORES, st.randoms(use_true_random=False))
def test_ranking_sorts_and_loses_nothing(scores: list[float], shuffle: Random) -> None:
    documents = list(range(len(scores)))
    shuffle.shuffle(documents)
    found = candidates(scores, documents=documents)
    ranked = found.ranked_by(found.score)
    assert ranked.score.tolist() == sorted(found.score.tolist(), reverse=True)
    pairs = list(zip((-ranked.score).tolist(), order(ranked), strict=True))
    assert pairs == sorted(pairs)
    assert sorted(order(ranked)) == sorted(documents)
    assert order(ranked.ranked_by(ranked.score)) == order(ranked)

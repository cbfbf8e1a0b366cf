import pytest
from pydantic import ValidationError

from contract import Decision, HitScores
from knowledge_base.retrieval import decision


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_a_probability_lies_between_none_and_all(probability: float) -> None:
    scores = HitScores(bm25=1.0, dense=None, fused=0.5, probability=probability)
    assert scores.probability == probability


@pytest.mark.parametrize("probability", [-0.01, 1.01, float("nan")])
def test_anything_else_is_refused(probability: float) -> None:
    with pytest.raises(ValidationError):
        HitScores(bm25=1.0, dense=None, fused=0.5, probability=probability)


def test_the_decisions_are_those_of_the_knowledge_base() -> None:
    assert [each.value for each in Decision] == [each.value for each in decision.Decision]

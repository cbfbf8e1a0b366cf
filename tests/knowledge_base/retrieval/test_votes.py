import numpy as np
import numpy.typing as npt
import pytest

from knowledge_base.retrieval.dense import DenseIndex
from knowledge_base.retrieval.votes import VOTERS, Votes, Voting

Rows = npt.NDArray[np.float32]


def turned(*degrees: float) -> Rows:
    """Rows of length 1 in the plane, at these angles."""
    angles = np.radians(degrees)
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


def votes(question: float, units: Rows, documents: list[int]) -> Votes:
    dense = DenseIndex.build(units)
    vector = turned(question)[0]
    return Voting(dense, np.array(documents)).run(vector, dense.nearest(vector, len(units)))


def of(found: Votes, *documents: int) -> list[float]:
    return [float(share) for share in found.of(np.array(documents))]


def test_a_question_that_is_a_unit_gets_nearly_the_whole_vote_of_its_document() -> None:
    near, far = of(votes(0, turned(0, 120, 240), [3, 5, 8]), 3, 5)
    assert near == pytest.approx(0.9, abs=0.02)
    assert abs(far) < 0.05


def test_what_lies_between_two_documents_votes_for_both() -> None:
    one, other = of(votes(0, turned(-50, 50, 180), [0, 1, 2]), 0, 1)
    assert one == pytest.approx(other, abs=1e-3)
    assert 0 < one < 0.6


def test_units_that_repeat_each_other_have_one_vote() -> None:
    units, documents = [-50.0, 50.0, 180.0], [0, 1, 2]
    repeated = votes(0, turned(*units, *[-50.0] * 9), [*documents, *[0] * 9])
    one, other = of(repeated, 0, 1)
    assert one < 2 * other


def test_who_got_no_vote_has_0() -> None:
    found = votes(0, turned(0, 120, 240), [3, 5, 8])
    assert of(found, 0, 4, 9) == [0, 0, 0]
    assert of(found) == []
    assert of(Votes.none(), 0, 7) == [0, 0]


def test_the_votes_of_some_documents_are_added() -> None:
    found = votes(0, turned(-50, 50, 180), [0, 1, 2])
    chosen = np.array([True, True, False])
    assert found.total(chosen) == pytest.approx(sum(of(found, 0, 1)))
    assert Votes.none().total(np.array([True])) == 0
    assert Votes.none().total(np.array([], dtype=np.bool_)) == 0


def test_only_the_nearest_vote() -> None:
    angles = np.linspace(0, 170, VOTERS + 10)
    found = votes(0, turned(*angles), list(range(len(angles))))
    assert of(found, VOTERS - 1)[0] != 0
    assert of(found, VOTERS) == [0]


def test_fewer_units_than_votes_are_enough() -> None:
    assert of(votes(0, turned(0, 180), [4, 6]), 4)[0] > 0.5

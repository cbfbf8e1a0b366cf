import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.retrieval.dense import DenseIndex
from knowledge_base.retrieval.lexical import GroupedLexicalIndex
from knowledge_base.retrieval.sources import (
    KINDS,
    DenseScores,
    LexicalScores,
    UnitTable,
    nothing_dense,
)
from knowledge_base.units import Unit, UnitKind

IntVector = npt.NDArray[np.int64]
Q, SUMMARY, SECTION = KINDS


def positions(*values: int) -> IntVector:
    return np.array(values, dtype=np.int64)


def scores_of(*scores: float, ceiling: float = 1.0) -> LexicalScores:
    ceilings = np.full(len(scores), ceiling, dtype=np.float32)
    return LexicalScores(np.array(scores, dtype=np.float32), ceilings)


def test_lexical_scores_come_from_an_index_with_its_ceiling() -> None:
    index = GroupedLexicalIndex.build([["年假"], ["工资", "拖欠"]], [True, True])
    found = LexicalScores.of(index, ["工资"])
    assert found.scores.tolist() == index.scores(["工资"]).tolist()
    assert found.coverage(positions(0, 1)).tolist() == pytest.approx([0, 1])


def test_coverage_is_of_the_documents_given_in_their_order() -> None:
    found = scores_of(1.0, 2.0, 0.0, ceiling=4.0)
    assert found.coverage(positions(1, 2, 0)).tolist() == [0.5, 0.0, 0.25]
    assert found.coverage(positions()).shape == (0,)


def test_the_best_documents_are_those_with_the_highest_scores() -> None:
    found = scores_of(0.1, 0.9, 0.5, 0.7)
    assert set(found.best(2).tolist()) == {1, 3}


@pytest.mark.parametrize("count", [2, 3, 4, 100])
def test_a_document_without_a_score_is_never_among_the_best(count: int) -> None:
    assert set(scores_of(0.0, 0.9, 0.0, 0.7).best(count).tolist()) == {1, 3}


def test_nothing_to_look_for_finds_nothing() -> None:
    nothing = LexicalScores.none(3)
    assert nothing.best(2).tolist() == []
    assert nothing.best(10).tolist() == []
    assert nothing.coverage(positions(0, 2)).tolist() == [0, 0]


@given(st.lists(st.floats(0, 9, width=32), min_size=1, max_size=20), st.integers(1, 25))
def test_no_other_document_scores_more_than_the_best(scores: list[float], count: int) -> None:
    best = scores_of(*scores).best(count).tolist()
    assert len(best) == min(count, sum(score > 0 for score in scores))
    others = [score for place, score in enumerate(scores) if place not in best]
    assert max(others, default=0) <= min((scores[each] for each in best), default=9)


def table(*documents: list[UnitKind]) -> UnitTable:
    """Return a table of documents, each with units of these kinds; units are numbered through."""
    kinds = [kind for document in documents for kind in document]
    units = [Unit("a", kind, "", "") for kind in kinds]
    ends = np.cumsum([len(document) for document in documents])
    return UnitTable(units, np.split(np.arange(len(kinds)), ends[:-1]))


def dense_of(*cosines: float) -> tuple[DenseIndex, npt.NDArray[np.float32]]:
    """Return an index and a query vector with these cosines to its units."""
    rows = np.array([[each, (1 - each**2) ** 0.5] for each in cosines], dtype=np.float32)
    return DenseIndex.build(rows), np.array([1, 0], dtype=np.float32)


def scored(
    units: UnitTable, cosines: tuple[float, ...], documents: IntVector | None = None
) -> DenseScores:
    dense, vector = dense_of(*cosines)
    return units.score(dense, vector, positions(0) if documents is None else documents)


def test_the_best_unit_of_each_kind_counts() -> None:
    found = scored(table([Q, Q, SUMMARY, SECTION]), (0.9, 0.5, 0.7, 0.2))
    assert found.best[0].tolist() == pytest.approx([0.9, 0.7, 0.2])


def test_a_kind_that_a_document_lacks_is_not_a_number() -> None:
    found = scored(table([SECTION, SECTION]), (0.4, 0.6))
    assert np.isnan(found.best[0]).tolist() == [True, True, False]
    assert np.isnan(found.questions).tolist() == [True]


def test_the_nearest_unit_is_named_by_its_position_in_the_index() -> None:
    units = table([Q, SECTION], [Q, SECTION])
    found = scored(units, (0.1, 0.2, 0.3, 0.9), positions(1, 0))
    assert found.units.tolist() == [3, 1]


def test_of_equal_units_the_first_is_the_nearest() -> None:
    assert scored(table([Q, Q, SUMMARY]), (0.2, 0.5, 0.5)).units.tolist() == [1]


@pytest.mark.parametrize(
    ("cosines", "mean"),
    [((0.9,), 0.9), ((0.9, 0.7), 0.8), ((0.1, 0.9, 0.6, 0.3, 0.0), 0.6)],
)
def test_the_three_nearest_questions_are_averaged(cosines: tuple[float, ...], mean: float) -> None:
    found = scored(table([Q] * len(cosines)), cosines)
    assert found.questions.tolist() == pytest.approx([mean], abs=1e-6)


def test_negative_cosines_are_kept() -> None:
    found = scored(table([Q, SECTION]), (-0.5, -0.2))
    assert found.best[0, [0, 2]].tolist() == pytest.approx([-0.5, -0.2])


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_many_documents_at_once_are_scored_as_each_alone(data: st.DataObject) -> None:
    kinds = st.lists(st.sampled_from(KINDS), min_size=1, max_size=6)
    documents = data.draw(st.lists(kinds, min_size=1, max_size=6))
    total = sum(map(len, documents))
    cosine = st.floats(-1, 1, width=32)
    cosines = tuple(data.draw(st.lists(cosine, min_size=total, max_size=total)))
    wanted = data.draw(st.permutations(range(len(documents))))
    units = table(*documents)
    together = scored(units, cosines, positions(*wanted))
    assert together.best.shape == (len(documents), len(KINDS))
    for row, document in enumerate(wanted):
        alone = scored(units, cosines, positions(document))
        np.testing.assert_array_equal(together.best[row], alone.best[0])
        np.testing.assert_array_equal(together.questions[row], alone.questions[0])
        assert together.units[row] == alone.units[0]
        start = sum(map(len, documents[:document]))
        asked = sorted(
            (
                cosine
                for cosine, kind in zip(cosines[start:], documents[document], strict=False)
                if kind is Q
            ),
            reverse=True,
        )[:3]
        if asked:
            mean = sum(asked) / len(asked)
            assert float(alone.questions[0]) == pytest.approx(mean, abs=1e-4)


def test_a_dense_stage_that_is_switched_off_knows_nothing() -> None:
    nothing = nothing_dense(2)
    assert np.isnan(nothing.best).all()
    assert np.isnan(nothing.questions).all()
    assert nothing.best.shape == (2, len(KINDS))
    assert nothing.units.tolist() == [-1, -1]
    assert nothing_dense(0).best.shape == (0, len(KINDS))

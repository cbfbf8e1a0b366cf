import pytest

from knowledge_base.evaluation.decisions import (
    DecisionRecord,
    Share,
    calibration_error,
    curve,
    point_at,
    point_decided,
    reliability,
    widest,
)
from knowledge_base.retrieval.decision import Decision


def record(probability: float, right: bool, *, answerable: bool = True) -> DecisionRecord:
    decision = Decision.ANSWER if probability >= 0.5 else Decision.DECLINE
    return DecisionRecord(probability, right, answerable, decision)


RECORDS = [
    record(0.9, True),
    record(0.8, True),
    record(0.7, False, answerable=False),
    record(0.6, False),
    record(0.4, True),
    record(0.2, False, answerable=False),
]


def test_the_shares_are_those_of_the_definitions() -> None:
    point = point_at(RECORDS, 0.6)
    assert point.coverage == Share(3, 4)
    assert point.wrong == Share(2, 4)
    assert point.wrong_of_all == Share(2, 6)
    assert point.unanswerable_answered == Share(1, 2)


def test_what_was_decided_counts_as_decided() -> None:
    point = point_decided(RECORDS, 0.123)
    assert point.threshold == 0.123
    assert (point.coverage, point.wrong) == (Share(3, 4), Share(2, 4))


def test_the_curve_goes_from_the_strictest_to_all() -> None:
    points = curve(RECORDS)
    assert points == [point_at(RECORDS, each) for each in (0.9, 0.8, 0.7, 0.6, 0.4, 0.2)]
    assert points[-1].coverage.value == 1


def test_equal_probabilities_are_answered_together() -> None:
    points = curve([record(0.5, True), record(0.5, False), record(0.1, True)])
    assert [point.coverage.count for point in points] == [2, 3]


def test_the_widest_point_keeps_the_share_of_wrong_answers() -> None:
    points = curve(RECORDS)
    assert widest(points, 0.0) == point_at(RECORDS, 0.8)
    assert widest(points, 0.4) == point_at(RECORDS, 0.4)
    assert widest(curve([record(0.9, False)]), 0.5) is None


def test_no_answer_is_no_wrong_answer() -> None:
    point = point_at(RECORDS, 0.95)
    assert (point.coverage.value, point.wrong.value) == (0.0, 0.0)
    assert point_at([], 0.5).coverage == Share(0, 0)


def test_wilsons_interval() -> None:
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263 and 0 of 20.
    assert Share(81, 263).interval == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert Share(0, 20).interval == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert Share(20, 20).interval == pytest.approx((0.8389, 1.0), abs=5e-5)
    assert Share(0, 0).interval == (0.0, 1.0)


def test_reliability_sets_probability_against_what_was_right() -> None:
    bins = reliability([record(1.0, True), record(0.96, False), record(0.05, False)])
    assert [(each.probability, each.right) for each in bins] == [
        (pytest.approx(0.05), Share(0, 1)),
        (pytest.approx(0.98), Share(1, 2)),
    ]


def test_the_calibration_error_weighs_the_bins() -> None:
    records = [record(1.0, True), record(0.96, False), record(0.05, False)]
    assert calibration_error(records) == pytest.approx((2 * 0.48 + 0.05) / 3)
    assert calibration_error([]) == 0.0


def test_nothing_is_right_for_an_unanswerable_question() -> None:
    with pytest.raises(ValueError, match="unanswerable"):
        record(0.5, True, answerable=False)

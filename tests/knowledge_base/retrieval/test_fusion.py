import pytest

from knowledge_base.retrieval.fusion import Candidate, FusionSettings, best_first, fuse_document
from knowledge_base.units import UnitKind

EVEN = FusionSettings()


def test_the_best_unit_of_each_kind_counts() -> None:
    candidate = fuse_document(
        3,
        {
            10: (UnitKind.QUESTION, 0.9),
            11: (UnitKind.QUESTION, 0.5),
            12: (UnitKind.SUMMARY, 0.7),
            13: (UnitKind.SECTION, 0.2),
        },
        bm25=4.0,
        coverage=0.5,
        settings=EVEN,
    )
    assert candidate.document == 3
    assert candidate.unit == 10
    assert candidate.bm25 == 4.0
    assert candidate.dense == pytest.approx((0.9 + 0.7 + 0.2) / 3)
    assert candidate.fused == pytest.approx(candidate.dense + EVEN.coverage * 0.5)


def test_kinds_that_a_document_lacks_do_not_pull_it_down() -> None:
    cosines = {0: (UnitKind.SUMMARY, 0.8)}
    assert fuse_document(0, cosines, 0.0, 0.0, EVEN).dense == pytest.approx(0.8)


def test_weights_of_the_kinds() -> None:
    settings = FusionSettings(
        kinds={UnitKind.QUESTION: 3.0, UnitKind.SUMMARY: 1.0, UnitKind.SECTION: 1.0}, coverage=0.0
    )
    cosines = {0: (UnitKind.QUESTION, 1.0), 1: (UnitKind.SUMMARY, 0.0)}
    assert fuse_document(0, cosines, 9.0, 1.0, settings).fused == pytest.approx(0.75)


def test_negative_cosines_are_kept() -> None:
    cosines = {0: (UnitKind.SUMMARY, -0.5)}
    assert fuse_document(0, cosines, 0.0, 0.0, EVEN).dense == pytest.approx(-0.5)


def test_best_first_keeps_the_documents_order_among_equals() -> None:
    def candidate(document: int, fused: float) -> Candidate:
        return Candidate(document, 0, 0.0, 0.0, fused, fused)

    ordered = best_first(
        [candidate(2, 0.5), candidate(1, 0.5), candidate(0, 0.4), candidate(3, 0.9)]
    )
    assert [each.document for each in ordered] == [3, 1, 2, 0]

from datetime import date

import pytest

from knowledge_base.document import Document, DocumentKind
from knowledge_base.retrieval.eligibility import Eligibility, EligibilitySettings
from tests.knowledge_base.samples import document

DAY = date(2026, 11, 23)
ELIGIBILITY = Eligibility(EligibilitySettings())
LAPSED = document(effective_to=date(2026, 11, 22))
FUTURE = document(effective_from=date(2026, 11, 24))
ELSEWHERE = document(region="上海市")


@pytest.mark.parametrize(
    "allowed",
    [
        document(),
        document(effective_from=DAY, effective_to=DAY),
        document(effective_from=date(2008, 1, 1)),
        document(region="余杭区"),
        document(region="杭州市"),
        document(region="浙江省"),
        document(region="全国"),
    ],
)
def test_what_holds_here_and_now_may_answer(allowed: Document) -> None:
    assert ELIGIBILITY.allows(allowed, DAY, None)


@pytest.mark.parametrize("left_out", [LAPSED, FUTURE, ELSEWHERE, document(region="临平区")])
def test_what_does_not_is_left_out(left_out: Document) -> None:
    assert not ELIGIBILITY.allows(left_out, DAY, None)


@pytest.mark.parametrize("chosen", [EligibilitySettings(), EligibilitySettings().off()])
@pytest.mark.parametrize("areas", [None, ["training"]])
def test_a_matter_that_nothing_covers_never_answers(
    chosen: EligibilitySettings, areas: list[str] | None
) -> None:
    uncovered = document(kind=DocumentKind.UNCOVERED, area="training", sections={})
    assert not Eligibility(chosen).allows(uncovered, DAY, areas)


def test_the_places_are_a_setting() -> None:
    shanghai = Eligibility(EligibilitySettings(regions=("上海市",)))
    assert shanghai.allows(ELSEWHERE, DAY, None)
    assert not shanghai.allows(document(region="余杭区"), DAY, None)
    assert shanghai.allows(document(), DAY, None)


def test_switched_off_dates_and_places_do_not_count() -> None:
    off = Eligibility(EligibilitySettings().off())
    assert all(off.allows(each, DAY, None) for each in (LAPSED, FUTURE, ELSEWHERE))


@pytest.mark.parametrize("chosen", [EligibilitySettings(), EligibilitySettings().off()])
def test_areas_are_the_callers_wish_and_always_count(chosen: EligibilitySettings) -> None:
    eligibility = Eligibility(chosen)
    leave = document(area="annual-leave")
    assert eligibility.allows(leave, DAY, ["annual-leave", "training"])
    assert not eligibility.allows(leave, DAY, ["training"])
    assert not eligibility.allows(leave, DAY, [])
    assert not eligibility.allows(document(), DAY, ["training"])

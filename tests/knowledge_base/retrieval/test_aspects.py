import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.article import SectionName
from knowledge_base.retrieval.aspects import (
    ASPECTS_FILE,
    AspectFinder,
    AspectSettings,
    asked_sections,
)
from tests.knowledge_base.samples import document

FINDER = AspectFinder(AspectSettings())
ASPECTS: list[dict[str, object]] = yaml.safe_load(ASPECTS_FILE.read_text("utf-8"))


@pytest.mark.parametrize(
    ("query", "section"),
    [
        ("医疗互助要带什么材料", SectionName.MATERIALS),
        ("办法援要准备些啥", SectionName.MATERIALS),
        ("体检去哪里做", SectionName.PLACE),
        ("欠薪找谁", SectionName.PLACE),
        ("互助金多久到账", SectionName.TIME_LIMIT),
        ("仲裁时效过了吗", SectionName.TIME_LIMIT),
        ("高温费多少钱", SectionName.BENEFIT),
        ("产假几天", SectionName.BENEFIT),
        ("疗休养能带家属吗", SectionName.ELIGIBILITY),
        ("入会条件", SectionName.ELIGIBILITY),
        ("怎么入会", SectionName.PROCEDURE),
        ("签空白合同有什么风险", SectionName.CAUTION),
    ],
)
def test_the_section_asked_for_leads(query: str, section: SectionName) -> None:
    assert FINDER.run(query)[0] is section


def test_two_things_asked_give_the_sections_of_both_once_each() -> None:
    asked = FINDER.run("去哪里办要带什么材料")
    assert {SectionName.MATERIALS, SectionName.PLACE} <= set(asked)
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("query", ["", "年假", "余杭总工会", "谢谢"])
def test_nothing_in_particular(query: str) -> None:
    assert FINDER.run(query) == ()


def test_switched_off_nothing_is_asked_for() -> None:
    assert AspectFinder(AspectSettings().off()).run("要带什么材料") == ()


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.characters(codec=None), max_size=60)
    | st.text("去哪里办带什么材料多久钱", max_size=20)
)
def test_any_text_gives_distinct_sections(query: str) -> None:
    asked = FINDER.run(query)
    assert len(set(asked)) == len(asked)


def test_only_sections_that_the_document_has_in_the_order_asked() -> None:
    found = document(sections={"一句话回答": "可以。", "怎么办理": "填单子。", "去哪里": "窗口。"})
    asked = (SectionName.PLACE, SectionName.MATERIALS, SectionName.PROCEDURE)
    assert asked_sections(found, asked) == ("去哪里", "怎么办理")
    assert asked_sections(found, ()) == ()
    assert asked_sections(document(), asked) == ()


@pytest.mark.parametrize("aspect", ASPECTS, ids=lambda aspect: str(aspect["sections"]))
def test_no_pattern_of_the_file_asks_for_something_with_every_text(
    aspect: dict[str, object],
) -> None:
    assert re.search(str(aspect["asks"]), "") is None


def test_no_aspect_leads_to_what_is_never_shown() -> None:
    assert all(SectionName.BASIS not in FINDER.run(str(aspect["asks"])) for aspect in ASPECTS)

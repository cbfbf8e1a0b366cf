import pytest

from knowledge_base.units import Unit, UnitKind, all_units, units_of
from tests.knowledge_base.samples import document


def test_questions_summary_and_sections_are_units() -> None:
    made = units_of(
        document(
            questions=["几天", "怎么算"],
            sections={"一句话回答": "五天。", "怎么办理": "填单子。", "依据": "条例。"},
        )
    )
    assert made == [
        Unit("a", UnitKind.QUESTION, "", "几天"),
        Unit("a", UnitKind.QUESTION, "", "怎么算"),
        Unit("a", UnitKind.SUMMARY, "一句话回答", "年休假\n五天。"),
        Unit("a", UnitKind.SECTION, "怎么办理", "年休假 怎么办理\n填单子。"),
    ]


def test_a_short_answer_alone_makes_a_summary() -> None:
    (only,) = units_of(document(sections={"一句话回答": "五天。"}))
    assert (only.kind, only.text) == (UnitKind.SUMMARY, "年休假\n五天。")


def test_without_a_short_answer_the_sections_speak_for_the_document() -> None:
    made = units_of(document(questions=["几天"], sections={"正文": "满一年", "附则": "施行"}))
    assert [(unit.kind, unit.text) for unit in made] == [
        (UnitKind.QUESTION, "几天"),
        (UnitKind.SECTION, "年休假 正文\n满一年"),
        (UnitKind.SECTION, "年休假 附则\n施行"),
    ]


def test_a_matter_that_nothing_covers_is_known_by_its_questions_alone() -> None:
    made = units_of(document(questions=["能贷多少", "利率几个点"], sections={}))
    assert [(unit.kind, unit.text) for unit in made] == [
        (UnitKind.QUESTION, "能贷多少"),
        (UnitKind.QUESTION, "利率几个点"),
    ]


@pytest.mark.parametrize("sections", [{}, {"依据": "条例。"}])
def test_a_title_alone_is_still_found(sections: dict[str, str]) -> None:
    (only,) = units_of(document(sections=sections))
    assert (only.kind, only.text) == (UnitKind.SUMMARY, "年休假")


def test_all_units_keep_the_documents_order() -> None:
    units = all_units([document(id="b"), document(id="a", questions=["几天"])])
    assert [unit.document_id for unit in units] == ["b", "a", "a"]

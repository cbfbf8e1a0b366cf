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


def test_a_foreign_document_has_title_and_body() -> None:
    assert [(unit.kind, unit.text) for unit in units_of(document())] == [
        (UnitKind.SUMMARY, "年休假"),
        (UnitKind.SECTION, "年休假 正文\n满一年的有五天"),
    ]


def test_all_units_keep_the_documents_order() -> None:
    units = all_units([document(id="b"), document(id="a")])
    assert [unit.document_id for unit in units] == ["b", "b", "a", "a"]

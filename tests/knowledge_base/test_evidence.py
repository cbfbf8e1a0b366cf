from decimal import Decimal

import pytest

from knowledge_base.evidence import Evidence
from knowledge_base.figures import extract_figures


def supported(evidence: Evidence, text: str) -> bool:
    (figure,) = extract_figures(text)
    return evidence.supports(figure)


def fact(text: str) -> Evidence:
    evidence = Evidence()
    evidence.add_fact(text)
    return evidence


@pytest.mark.parametrize(
    ("stated", "figure", "expected"),
    [
        ("提前30日", "三十天", True),
        ("提前30日", "31天", False),
        ("提前30日", "30元", False),
        ("满1不满10年5天", "满1年", True),
        ("2026-01-01起", "2026年1月", True),
        ("2026-01-01起", "2026年", True),
        ("2026-01-01起", "1月1日", True),
        ("2026-01-01起", "1月", True),
        ("2026年起", "2026年1月", False),
        ("2026-01-01起", "2027年", False),
        ("6至9月", "8月", True),
        ("1至10级", "4级", True),
        ("加班费不低于150%", "1.5倍", True),
        ("加班费不低于150%", "1.5", True),
    ],
)
def test_facts_support_their_figures(stated: str, figure: str, expected: bool) -> None:
    assert supported(fact(stated), figure) is expected


def test_brackets_of_a_fact_name_articles_of_laws() -> None:
    evidence = fact("不得扣证件（合同法9、84；解释一48—50）")
    assert supported(evidence, "第八十四条")
    assert supported(evidence, "第四十九条")
    assert not supported(evidence, "84元")
    assert not supported(evidence, "第五十一条")


def test_brackets_of_a_fact_may_hold_figures_too() -> None:
    evidence = fact("国家产假98天（可产前15天）（女工规定7）")
    assert supported(evidence, "15天")
    assert supported(evidence, "第七条")


def test_a_range_of_articles_holds_those_between() -> None:
    evidence = Evidence()
    evidence.add_text("第五十三条至第五十五条")
    assert supported(evidence, "第五十四条")
    assert not supported(evidence, "第五十六条")


def test_a_number_stands_with_any_unit() -> None:
    evidence = Evidence()
    evidence.add_number(Decimal("551.72"))
    assert supported(evidence, "551.72元")
    assert supported(evidence, "×551.72")
    assert not supported(evidence, "551.73元")

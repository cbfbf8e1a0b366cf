from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.figures import Kind, extract_figures


def read(text: str) -> list[tuple[Kind, Fraction]]:
    return [(figure.kind, figure.value) for figure in extract_figures(text)]


SAME = [
    ("三十日", "30天"),
    ("满1年", "满12个月"),
    ("两周", "14天"),
    ("百分之二十", "20%"),
    ("百分之二十", "20％"),
    ("二倍", "200%"),
    ("1.5倍", "150%"),
    ("2万元", "二万元"),
    ("5千元", "5000元"),
    ("3000余万元", "三千万元"),
    ("二十五人", "25名"),
    ("14周岁", "十四岁"),
    ("第四十七条", "第47条"),
    ("2026年1月1日", "2026-01-01"),
    ("2024年12月", "2024-12"),
    ("2024年度", "2024年"),
    ("十个工作日", "10个工作日"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_figure_in_two_spellings(one: str, other: str) -> None:
    assert read(one) == read(other) != []


DIFFERENT = [
    ("5天", "5个工作日"),
    ("3月", "3个月"),
    ("15天", "15元"),
    ("第三条", "3条"),
    ("2026年", "2026元"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_figures_that_look_alike(one: str, other: str) -> None:
    assert read(one) != read(other)


SERIES = [
    ("3至9人", Kind.PEOPLE, [3, 9]),
    ("300、250、200元", Kind.MONEY, [300, 250, 200]),
    ("1万至3万元", Kind.MONEY, [10_000, 30_000]),
    ("1至3万元", Kind.MONEY, [10_000, 30_000]),
    ("5000至2万元", Kind.MONEY, [5000, 20_000]),
    ("40或37℃", Kind.TEMPERATURE, [40, 37]),
    ("第五十三、五十四条", Kind.RULE, [53, 54]),
    ("5月1、2日", Kind.DAY_OF_YEAR, [501, 502]),
    ("10月1日至3日", Kind.DAY_OF_YEAR, [1001, 1003]),
    ("2018—2024年度", Kind.DATE, [20180000, 20240000]),
    ("7至10级", Kind.GRADE, [7, 10]),
]


@pytest.mark.parametrize(("text", "kind", "values"), SERIES)
def test_a_unit_holds_for_its_series(text: str, kind: Kind, values: list[int]) -> None:
    assert read(text) == [(kind, Fraction(value)) for value in values]


@pytest.mark.parametrize(
    "text",
    [
        "我们一起去",
        "分两种",
        "只去一次",
        "一天的工资",
        "十几天",
        "几十元",
        "数百元",
        "上百元",
        "千万别签",
        "分三档",
        "第二天",
        "一线职工",
        "2N和N+x",
        "G20",
        "996",
        "1. 先问单位\n2. 再问工会",
    ],
)
def test_words_are_no_figures(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "value"), [("满一年", 12), ("一年内提", 12), ("超过一个月", 1), ("一个月期限", 1)]
)
def test_one_is_a_figure_where_it_limits(text: str, value: int) -> None:
    assert read(text) == [(Kind.MONTHS, Fraction(value))]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("12351", Kind.TELEPHONE, 12351),
        ("0571-12351", Kind.TELEPHONE, 12351),
        ("120急救", Kind.TELEPHONE, 120),
        ("12333人社", Kind.TELEPHONE, 12333),
        ("120元", Kind.MONEY, 120),
        ("23号", Kind.DOCUMENT, 23),
        ("÷21.75", Kind.NUMBER, Fraction("21.75")),
        ("第一档", Kind.GRADE, 1),
        ("半个月", Kind.MONTHS, Fraction(1, 2)),
        ("总数10%", Kind.RATIO, Fraction(1, 10)),
    ],
)
def test_single_figures(text: str, kind: Kind, value: Fraction | int) -> None:
    assert read(text) == [(kind, Fraction(value))]


def test_a_figure_knows_its_place() -> None:
    text = "1. 每月 300元，共四个月"
    assert [text[each.start :][: len(each.text)] for each in extract_figures(text)] == [
        "300元",
        "四个月",
    ]


@given(st.text(alphabet="0123456789一二三十百万年月日天元%第条至、。.-个半倍 人", max_size=30))
def test_any_text_is_read(text: str) -> None:
    for figure in extract_figures(text):
        assert text[figure.start :].startswith(figure.text)
        assert figure.value >= 0

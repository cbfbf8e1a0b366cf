from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.calculators.calculator import Computation
from actions.calculators.fields import Span, Value, Values
from actions.calculators.maternity import MaternityCalculator
from actions.calculators.maternity_leave import (
    birth_leave,
    earliest_start,
    miscarriage_leave,
    stretch,
    third_birthday,
)

CALCULATOR = MaternityCalculator()
ON = date(2026, 11, 25)
CHILDREN = st.sampled_from(["first", "later"])


def computed(topic: str, **values: Value) -> Computation:
    return CALCULATOR.compute(Values({"topic": topic, **values}), ON)


@pytest.mark.parametrize(
    ("child", "difficult", "babies", "days"),
    [
        ("first", False, 1, 158),
        ("later", False, 1, 188),
        ("first", True, 1, 173),
        ("first", False, 2, 173),
        ("later", True, 3, 233),
    ],
)
def test_length_of_the_leave(child: str, difficult: bool, babies: int, days: int) -> None:
    assert birth_leave(child, difficult=difficult, babies=babies, on=ON).total == days


@given(CHILDREN, st.booleans(), st.integers(1, 7))
def test_every_further_baby_adds_the_same(child: str, difficult: bool, babies: int) -> None:
    one, more = (
        birth_leave(child, difficult=difficult, babies=number, on=ON).total
        for number in (babies, babies + 1)
    )
    assert more - one == 15
    assert one >= 158


def test_the_first_day_counts() -> None:
    assert stretch(date(2026, 3, 1), Decimal(158)).last == date(2026, 8, 5)
    assert stretch(date(2026, 3, 1), Decimal(1)).last == date(2026, 3, 1)


@given(st.dates(date(2022, 1, 1), date(2100, 1, 1)), st.integers(1, 300))
def test_a_leave_holds_as_many_days_as_it_says(first: date, days: int) -> None:
    leave = stretch(first, Decimal(days))
    assert (leave.last - leave.first).days + 1 == days
    assert earliest_start(first) == first - timedelta(days=15)


@pytest.mark.parametrize(
    ("pregnant_for", "days"),
    [
        (Span(months=2), 15),
        (Span(months=3, days=29), 15),
        (Span(months=4), 42),
        (Span(months=5, days=3), 42),
        (Span(days=84), 15),
        (Span(days=140), 42),
    ],
)
def test_miscarriage_before_and_after_four_months(pregnant_for: Span, days: int) -> None:
    assert miscarriage_leave(pregnant_for) == days


@pytest.mark.parametrize(
    ("born", "third"),
    [(date(2024, 5, 6), date(2027, 5, 6)), (date(2024, 2, 29), date(2027, 2, 28))],
)
def test_third_birthday(born: date, third: date) -> None:
    assert third_birthday(born) == third


def test_it_asks_for_one_figure_a_topic_at_most() -> None:
    assert CALCULATOR.missing(Values()) == "topic"
    assert CALCULATOR.missing(Values({"topic": "birth"})) == "child"
    assert CALCULATOR.missing(Values({"topic": "birth", "child": "first"})) is None
    assert CALCULATOR.missing(Values({"topic": "miscarriage"})) == "pregnant_for"
    assert CALCULATOR.missing(Values({"topic": "paternity"})) is None
    assert CALCULATOR.missing(Values({"topic": "childcare"})) is None


@pytest.mark.parametrize(
    "told", [{"child": "first"}, {"delivery": "caesarean"}, {"due_on": date(2027, 3, 16)}]
)
def test_who_tells_of_a_birth_is_not_asked_for_the_topic(told: dict[str, Value]) -> None:
    assert CALCULATOR.missing(Values(told)) == (None if "child" in told else "child")
    computation = CALCULATOR.compute(Values({"child": "first", **told}), ON)
    assert "158 天" in computation.headline


def test_birth_without_a_date() -> None:
    computation = computed("birth", child="later")
    assert "188 天" in computation.headline
    assert any("98 天" in step and "90 天" in step for step in computation.steps)
    assert any("难产" in note for note in computation.notes)
    assert any("从哪天开始休" in note for note in computation.notes)
    assert any("双胞胎" in note for note in computation.notes)


def test_birth_from_the_day_the_leave_starts() -> None:
    computation = computed("birth", child="first", starts_on=date(2027, 3, 1))
    assert "2027年3月1日" in computation.headline
    assert "2027年8月5日" in computation.headline


def test_a_due_date_shows_the_earliest_start_and_the_day_itself() -> None:
    computation = computed("birth", child="first", due_on=date(2027, 3, 16))
    assert "2027年3月1日" in computation.headline
    assert "2027年8月5日" in computation.headline
    assert any("2027年8月20日" in step for step in computation.steps)


def test_days_more_than_fifteen_before_the_birth_are_no_maternity_leave() -> None:
    computation = computed(
        "birth", child="first", due_on=date(2027, 3, 16), starts_on=date(2027, 2, 1)
    )
    assert "从 2027年3月1日 休起" in computation.headline
    assert any("最多算 15 天" in note for note in computation.notes)


def test_a_child_born_early_starts_the_leave_at_birth() -> None:
    computation = computed(
        "birth", child="first", due_on=date(2027, 3, 16), born_on=date(2027, 2, 1)
    )
    assert "从 2027年2月1日 休起" in computation.headline
    assert any("产前已经休了" in note for note in computation.notes)


def test_difficult_birth_and_twins() -> None:
    computation = computed("birth", child="first", delivery="difficult", babies="twins")
    assert "188 天" in computation.headline
    assert len(computation.steps) == 4
    assert not any("重新算" in note for note in computation.notes)


def test_caesarean_is_not_taken_for_a_difficult_birth() -> None:
    computation = computed("birth", child="first", delivery="caesarean")
    assert "158 天" in computation.headline
    assert any("没有核实" in note for note in computation.notes)


def test_a_leave_before_the_rules_is_not_computed() -> None:
    computation = computed("birth", child="first", born_on=date(2019, 3, 1))
    assert "没有核实" in computation.headline
    assert "158" not in computation.headline


def test_miscarriage_with_and_without_a_date() -> None:
    without = computed("miscarriage", pregnant_for=Span(months=2))
    assert "15 天" in without.headline
    assert "最后一天" not in without.headline
    computation = computed("miscarriage", pregnant_for=Span(months=5), starts_on=date(2026, 12, 1))
    assert "42 天" in computation.headline
    assert "最后一天是 2027年1月11日" in computation.headline
    assert "women-miscarriage-leave" in computation.articles


def test_paternity_leave() -> None:
    assert "15 天" in computed("paternity").headline
    computation = computed("paternity", starts_on=date(2026, 12, 1))
    assert "最后一天是 2026年12月15日" in computation.headline
    assert any("自然日还是工作日" in note for note in computation.notes)


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2024, 5, 6), "到孩子 2027年5月6日 满3周岁为止"),
        (date(2023, 11, 25), "到孩子 2026年11月25日 满3周岁为止"),
        (date(2023, 11, 24), "2026年11月24日 已经满3周岁"),
    ],
)
def test_childcare_leave_until_the_third_birthday(born: date, expected: str) -> None:
    assert expected in computed("childcare", born_on=born).headline
    assert "每年各有 10 天" in computed("childcare").headline


@pytest.mark.parametrize(
    ("field", "words", "code"),
    [
        ("topic", "二胎产假到哪天，预产期3月16日", "birth"),
        ("topic", "生孩子能休多久", "birth"),
        ("topic", "浙江产假多少天 二胎呢 老公有几天", "birth"),
        ("topic", "流产假多少天", "miscarriage"),
        ("topic", "怀孕五个月没保住，产假几天", "miscarriage"),
        ("topic", "陪产假几天", "paternity"),
        ("topic", "老婆生二胎我能休几天假", "paternity"),
        ("topic", "老婆生孩子男的能休多少天", "paternity"),
        ("topic", "产假休完还有育儿假吗", "childcare"),
        ("topic", "独生子女护理假几天", None),
        ("topic", "老婆二胎产假几天", "birth"),
        ("topic", "媳妇剖腹产 俺能歇几天", "paternity"),
        ("topic", "生孩子老公能休几天", "paternity"),
        ("topic", "我二婚头胎 男方有一个娃 产假多少天", "birth"),
        ("topic", "cj多少天", "birth"),
        ("topic", "怀孕四个半月掉了 休几天假", "miscarriage"),
        ("topic", "双胞胎哺乳假一天几个钟头", None),
        ("child", "第一胎，预产期3月16日", "first"),
        ("child", "生老三", "later"),
        ("child", "我生双胞胎", None),
        ("child", "三胞胎", None),
        ("delivery", "难产，剖腹产", "difficult"),
        ("delivery", "剖腹产算难产吗", "caesarean"),
        ("delivery", "不是难产，剖的", "caesarean"),
        ("babies", "龙凤胎", "twins"),
        ("babies", "二胎", None),
    ],
)
def test_a_choice_is_read_from_the_words(field: str, words: str, code: str | None) -> None:
    options = CALCULATOR.texts.fields[field].options
    found = [name for name, option in options.items() if option.says.search(words)]
    assert found == ([code] if code else [])


@pytest.mark.parametrize("field", ["topic", "child", "delivery", "babies"])
def test_a_button_chooses_its_own_option(field: str) -> None:
    options = CALCULATOR.texts.fields[field].options
    for code, option in options.items():
        assert [n for n, other in options.items() if other.says.search(option.title)] == [code]

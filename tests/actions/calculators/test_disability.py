from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.calculators.calculator import Computation
from actions.calculators.disability import Disability, DisabilityCalculator, disability
from actions.calculators.fields import Values

CALCULATOR = DisabilityCalculator()
ON = date(2026, 11, 25)


def computed(grade: int, wage: str | None = None) -> Computation:
    values = {"grade": Decimal(grade)} | ({} if wage is None else {"own_wage": Decimal(wage)})
    return CALCULATOR.compute(Values(values), ON)


@pytest.mark.parametrize(
    ("grade", "expected"),
    [
        (1, Disability(27, 90, None)),
        (2, Disability(25, 85, None)),
        (3, Disability(23, 80, None)),
        (4, Disability(21, 75, None)),
        (5, Disability(18, 70, 30)),
        (6, Disability(16, 60, 25)),
        (7, Disability(13, None, 10)),
        (8, Disability(11, None, 7)),
        (9, Disability(9, None, 4)),
        (10, Disability(7, None, 2)),
    ],
)
def test_the_table_of_the_regulations(grade: int, expected: Disability) -> None:
    assert disability(grade) == expected


@pytest.mark.parametrize("grade", [-1, 0, 11])
def test_there_are_ten_grades(grade: int) -> None:
    with pytest.raises(ValueError, match="no disability grade"):
        disability(grade)
    assert not CALCULATOR.fields[0].accepts(Decimal(grade))


@given(st.integers(1, 9))
def test_a_graver_grade_never_has_a_smaller_grant(grade: int) -> None:
    assert disability(grade).grant_months > disability(grade + 1).grant_months


def test_only_the_grade_is_asked_for() -> None:
    assert CALCULATOR.missing(Values()) == "grade"
    assert CALCULATOR.missing(Values({"grade": Decimal(9)})) is None


def test_without_a_wage_the_answer_is_in_months_only() -> None:
    computation = computed(9)
    assert "9 个月" in computation.headline
    assert any("工伤医疗补助金 4 个月" in step for step in computation.steps)
    assert " 元" not in "".join((computation.headline, *computation.steps))


def test_the_wage_gives_the_grant_but_no_sum() -> None:
    computation = computed(10, "5000")
    assert "35000 元" in computation.headline
    assert any("5000 元 × 7 个月 = 35000 元" in step for step in computation.steps)
    leaving = next(step for step in computation.steps if "就业补助金" in step)
    assert " 元" not in leaving
    assert "injury-leaving-grants-zhejiang" in computation.articles


@given(
    st.integers(1, 10),
    st.decimals(min_value=1, max_value=1_000_000, places=2),
)
def test_grants_on_leaving_are_never_in_yuan(grade: int, wage: Decimal) -> None:
    leaving = [step for step in computed(grade, str(wage)).steps if "就业补助金" in step]
    assert len(leaving) == (grade >= 5)
    assert not any(" 元" in step for step in leaving)


def test_the_first_four_grades_leave_the_post_with_an_allowance() -> None:
    computation = computed(2, "6000")
    assert any("85% = 每月 5100 元" in step for step in computation.steps)
    assert any("退出岗位" in step for step in computation.steps)
    assert not any("就业补助金" in step for step in computation.steps)


def test_grades_five_and_six_get_the_allowance_only_without_suitable_work() -> None:
    computation = computed(6, "6000")
    assert any("难安排的" in step and "60%" in step for step in computation.steps)
    assert any("您本人提出" in step for step in computation.steps)


def test_a_zhejiang_figure_may_have_changed() -> None:
    assert any("12333" in note for note in computed(7).notes)
    assert not any("12333" in note for note in computed(3).notes)

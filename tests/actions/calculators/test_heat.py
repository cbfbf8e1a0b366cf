from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.calculators.fields import Span, Value, Values
from actions.calculators.heat import HeatCalculator, Season, heat_allowance
from knowledge_base.parameters import parameters

TODAY = date(2026, 11, 25)
SUMMER = Season(6, 9)
CALCULATOR = HeatCalculator()
RATES = st.decimals(min_value=0, max_value=1000, places=2)


def values(**told: Value) -> Values:
    return Values(told)


@pytest.mark.parametrize(
    ("worked", "months", "amount"), [(0, 0, 0), (1, 1, 300), (4, 4, 1200), (5, 4, 1200)]
)
def test_whole_months_of_the_season(worked: int, months: int, amount: int) -> None:
    allowance = heat_allowance(worked, Decimal(300), SUMMER)
    assert allowance.months == months
    assert allowance.amount == amount


@given(st.integers(-5, 30), RATES)
def test_more_months_never_pay_less_nor_more_than_a_summer(worked: int, rate: Decimal) -> None:
    now, later = (heat_allowance(months, rate, SUMMER) for months in (worked, worked + 1))
    assert 0 <= now.amount <= later.amount <= 4 * rate


@pytest.mark.parametrize(
    ("told", "months"),
    [
        (Season(6, 9), 4),
        (Season(7, 8), 2),
        (Season(5, 7), 2),
        (Season(1, 12), 4),
        (Season(10, 12), 0),
    ],
)
def test_only_months_of_the_season_overlap(told: Season, months: int) -> None:
    assert SUMMER.overlap(told) == months


def test_it_asks_for_place_and_months() -> None:
    assert CALCULATOR.missing(values()) == "place"
    assert CALCULATOR.missing(values(place="outdoor")) == "months"
    assert CALCULATOR.missing(values(place="outdoor", months=Span(months=3))) is None
    assert CALCULATOR.missing(values(place="outdoor", season="6-9")) is None


@pytest.mark.parametrize(
    ("told", "amount"),
    [
        (values(place="outdoor", season="6-9"), "1200 元"),
        (values(place="indoor", season="7-8"), "400 元"),
        (values(place="outdoor", months=Span(months=3, days=15)), "900 元"),
        (values(place="indoor", months=Span(months=8)), "800 元"),
    ],
)
def test_the_result_is_never_confirmed(told: Values, amount: str) -> None:
    computation = CALCULATOR.compute(told, TODAY)
    assert amount in computation.headline
    assert "没有核实" in computation.headline
    assert not computation.confirmed
    assert any("12351" in note for note in computation.notes)


def test_drinks_are_left_open() -> None:
    computation = CALCULATOR.compute(values(place="outdoor", season="6-9"), TODAY)
    assert any("绿豆汤" in note and "没有核实" in note for note in computation.notes)


def test_months_beyond_the_season_are_named() -> None:
    told = values(place="outdoor", months=Span(months=6))
    assert any("没算进去" in note for note in CALCULATOR.compute(told, TODAY).notes)


def test_indoors_is_told_what_counts_as_outdoors() -> None:
    told = values(place="indoor", season="6-9")
    assert any("按室外算" in note for note in CALCULATOR.compute(told, TODAY).notes)


def test_parts_of_a_month_are_not_worked_out() -> None:
    told = values(place="outdoor", months=Span(days=18))
    computation = CALCULATOR.compute(told, TODAY)
    assert "数不出整月" in computation.headline
    assert not any("×" in step for step in computation.steps)


@pytest.mark.parametrize(
    ("paid", "said"),
    [
        ({"paid": Decimal(300)}, "还差 600 元"),
        ({"paid_per_month": Decimal(150)}, "还差 450 元"),
        ({"paid": Decimal(900)}, "没有比这个数少"),
    ],
)
def test_what_was_paid_leaves_the_difference(paid: dict[str, Value], said: str) -> None:
    told = values(place="outdoor", months=Span(months=3), **paid)
    assert said in CALCULATOR.compute(told, TODAY).headline


def test_months_and_season_must_agree() -> None:
    assert CALCULATOR.contradiction(values(months=Span(months=3))) is None
    assert CALCULATOR.contradiction(values(months=Span(months=3), season="7-9")) is None
    assert CALCULATOR.contradiction(values(months=Span(months=2), season="6-9")) is not None
    days_off = values(place="outdoor", months=Span(days=10), season="6-9")
    assert CALCULATOR.contradiction(days_off) is None
    assert "1200 元" in CALCULATOR.compute(days_off, TODAY).headline


def test_the_texts_name_the_season_of_the_register() -> None:
    first, last = (
        parameters().value(f"heat_allowance.zhejiang.{end}_month", on=TODAY)
        for end in ("first", "last")
    )
    months = CALCULATOR.texts.fields["months"]
    assert f"{first}到{last}月" in months.question
    assert f"{first}到{last}月" in (months.implausible or "")
    assert f"{first}-{last}" in CALCULATOR.texts.fields["season"].options


@pytest.mark.parametrize(
    ("message", "places", "seasons"),
    [
        ("我在室外干了6到9月 高温费一共多少", ["outdoor"], ["6-9"]),
        ("在工地上从六月份一直做到九月份", ["outdoor"], ["6-9"]),
        ("车间里 做了七八月", ["indoor"], ["7-8"]),
        ("室内室外都做 6、7、8月", ["outdoor"], ["6-8"]),
        ("7月在外面 8月回车间", ["outdoor", "indoor"], []),
        ("6月20号离职 室外", ["outdoor"], []),
        ("7月5号到8月25号 流水线", [], []),
        ("仓库里搬货 干了三个月", [], []),
    ],
)
def test_places_and_months_are_recognised_in_messages(
    message: str, places: list[str], seasons: list[str]
) -> None:
    fields = CALCULATOR.texts.fields
    for name, codes in (("place", places), ("season", seasons)):
        options = fields[name].options
        assert [code for code, each in options.items() if each.says.search(message)] == codes

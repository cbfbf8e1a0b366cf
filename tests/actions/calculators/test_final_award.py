from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.calculators.calculator import Computation
from actions.calculators.fields import Value, Values
from actions.calculators.final_award import (
    FinalAwardCalculator,
    Standing,
    limits_on,
    standing,
)

TODAY = date(2026, 11, 25)
CALCULATOR = FinalAwardCalculator()
AMOUNTS = st.decimals(min_value=1, max_value=1_000_000, places=2)


def compute(day: date = TODAY, **figures: Value) -> Computation:
    values = Values(figures)
    assert CALCULATOR.missing(values) is None
    assert CALCULATOR.contradiction(values) is None
    return CALCULATOR.compute(values, day)


def text_of(computation: Computation) -> str:
    return "\n".join([computation.headline, *computation.steps, *computation.notes])


def test_the_limit_of_the_day_and_what_was_confirmed_before() -> None:
    assert [(limit.value, limit.confirmed) for limit in limits_on(TODAY)] == [
        (Decimal(31_920), False),
        (Decimal(29_880), True),
    ]
    assert [limit.value for limit in limits_on(date(2025, 12, 31))] == [29_880]


@pytest.mark.parametrize(
    ("amount", "result"),
    [
        ("1", Standing.WITHIN),
        ("29880", Standing.WITHIN),
        ("29880.01", Standing.UNCERTAIN),
        ("31920", Standing.UNCERTAIN),
        ("31920.01", Standing.OVER),
    ],
)
def test_borders(amount: str, result: Standing) -> None:
    assert standing(Decimal(amount), [Decimal(31_920), Decimal(29_880)]) is result


@given(AMOUNTS, AMOUNTS)
def test_one_limit_is_never_uncertain(amount: Decimal, limit: Decimal) -> None:
    expected = Standing.WITHIN if amount <= limit else Standing.OVER
    assert standing(amount, [limit]) is expected
    assert standing(amount, [limit, limit]) is expected


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_more_is_never_nearer_to_a_final_award(low: Decimal, high: Decimal, more: Decimal) -> None:
    order = [Standing.WITHIN, Standing.UNCERTAIN, Standing.OVER]
    less_result, more_result = (standing(each, [low, high]) for each in (more, more + 1))
    assert order.index(less_result) <= order.index(more_result)


def test_only_the_amount_is_asked_for_and_only_where_it_matters() -> None:
    assert CALCULATOR.missing(Values()) == "amount"
    assert CALCULATOR.missing(Values({"claim": "pay"})) == "amount"
    assert CALCULATOR.missing(Values({"claim": "standards"})) is None
    assert CALCULATOR.missing(Values({"amount": Decimal(1)})) is None


def test_an_amount_within_both_limits_is_final() -> None:
    computation = compute(amount=Decimal(20_000))
    assert "20000 元" in computation.headline
    assert "一般算一裁终局" in computation.headline
    assert computation.confirmed
    assert any("2490 元 × 12 = 29880 元" in step for step in computation.steps)
    assert any("2660 元 × 12 = 31920 元" in step for step in computation.steps)
    assert "30日内向中级法院申请撤销" in text_of(computation)
    assert "不是您要的数" not in text_of(computation)


def test_an_amount_over_both_limits_is_not_final() -> None:
    computation = compute(amount=Decimal(50_000), claim="pay")
    assert "一般不算一裁终局" in computation.headline
    assert computation.confirmed
    assert "不是您要的数" in text_of(computation)
    assert "先当成" not in text_of(computation)


def test_between_the_limits_nothing_is_said_for_certain() -> None:
    computation = compute(amount=Decimal(30_000))
    assert "说不准" in computation.headline
    assert not computation.confirmed
    assert "没有核实" in text_of(computation)
    assert "12333" in text_of(computation)
    assert "先当成" in text_of(computation)


def test_a_confirmed_limit_stands_alone() -> None:
    computation = compute(date(2025, 6, 1), amount=Decimal(30_000))
    assert "一般不算一裁终局" in computation.headline
    assert "没有核实" not in text_of(computation)


def test_other_kinds_of_claims_do_not_depend_on_the_amount() -> None:
    standards = compute(claim="standards")
    assert standards.headline == CALCULATOR.texts.line("standards")
    assert "工伤保险待遇" in text_of(standards)
    other = compute(claim="other", amount=Decimal(1))
    assert other.headline == CALCULATOR.texts.line("other")


@pytest.mark.parametrize(
    ("message", "claim"),
    [
        ("我要3万5的加班费 算终局吗", "pay"),
        ("工伤医疗费两万", "pay"),
        ("补缴社保的裁决算不算终局", "standards"),
        ("工伤待遇的裁决", "standards"),
        ("要求确认劳动关系", "other"),
        ("3万块算不算一裁终局 最低工资涨了", None),
    ],
)
def test_a_claim_is_found_in_the_message(message: str, claim: str | None) -> None:
    options = CALCULATOR.texts.fields["claim"].options
    found = [code for code, option in options.items() if option.says.search(message)]
    assert found == ([claim] if claim else [])


def test_every_button_says_its_own_claim_only() -> None:
    options = CALCULATOR.texts.fields["claim"].options
    for button in options.values():
        says = [option for option in options.values() if option.says.search(button.title)]
        assert says == [button]

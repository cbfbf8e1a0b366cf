from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.calculators.double_wage import DoubleWageCalculator, double_wage
from actions.calculators.fields import Span, Values

WAGES = st.decimals(min_value=1, max_value=100_000, places=2)
CALCULATOR = DoubleWageCalculator()


@pytest.mark.parametrize(
    ("worked", "months"),
    [
        (Span(days=20), 0),
        (Span(months=1), 0),
        (Span(months=1, days=29), 0),
        (Span(months=2), 1),
        (Span(months=8), 7),
        (Span(months=12), 11),
        (Span(years=3), 11),
    ],
)
def test_months_from_the_second_to_the_twelfth(worked: Span, months: int) -> None:
    assert double_wage(worked, Decimal(5000)).months == months


@given(st.integers(0, 600), WAGES)
def test_never_more_than_eleven_wages_and_never_less_with_time(months: int, wage: Decimal) -> None:
    now, later = double_wage(Span(months=months), wage), double_wage(Span(months=months + 1), wage)
    assert 0 <= now.extra <= later.extra <= 11 * wage


def test_it_asks_for_both_figures_and_shows_the_way() -> None:
    assert CALCULATOR.missing(Values()) == "without_contract"
    assert CALCULATOR.missing(Values({"without_contract": Span(months=8)})) == "monthly_wage"
    values = Values({"without_contract": Span(months=8), "monthly_wage": Decimal(5000)})
    assert CALCULATOR.missing(values) is None
    computation = CALCULATOR.compute(values, date(2026, 11, 25))
    assert "35000 元" in computation.headline
    assert any("5000 元 × 7 个月" in step for step in computation.steps)

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.calculators.amounts import CENT, plain, to_cents, yuan

FIGURES = st.decimals(
    min_value=-1_000_000, max_value=1_000_000, allow_nan=False, allow_infinity=False
)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("551.724137", "551.72"),
        ("0.005", "0.01"),
        ("0.004999", "0.00"),
        ("2.675", "2.68"),
        ("8000", "8000.00"),
        ("-0.005", "-0.01"),
    ],
)
def test_half_a_cent_is_rounded_up(amount: str, rounded: str) -> None:
    assert str(to_cents(Decimal(amount))) == rounded


@pytest.mark.parametrize(
    ("amount", "printed"),
    [("8000", "8000"), ("551.724", "551.72"), ("0.5", "0.5"), ("0", "0"), ("8E+3", "8000")],
)
def test_yuan_are_printed_without_needless_zeros(amount: str, printed: str) -> None:
    assert yuan(Decimal(amount)) == printed


@pytest.mark.parametrize(
    ("figure", "printed"),
    [
        ("21.75", "21.75"),
        ("3.50", "3.5"),
        ("3.0", "3"),
        ("100", "100"),
        ("1E+2", "100"),
        ("1E-7", "0.0000001"),
    ],
)
def test_figures_are_printed_without_exponent(figure: str, printed: str) -> None:
    assert plain(Decimal(figure)) == printed


@given(FIGURES)
def test_rounding_moves_an_amount_by_half_a_cent_at_most(amount: Decimal) -> None:
    assert abs(to_cents(amount) - amount) <= CENT / 2


@given(FIGURES)
def test_what_is_printed_is_the_figure(figure: Decimal) -> None:
    assert Decimal(plain(figure)) == figure
    assert "E" not in plain(figure)

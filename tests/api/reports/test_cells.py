from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reports.cells import safe

SIGNS = "=+-@＝＋－＠﹢﹣﹦﹫"


@pytest.mark.parametrize(
    "sign", [*SIGNS, "\t", "\r", "\n", " =", "\u3000＝", "\u200b=", "\ufeff+", "|", "%"]
)
def test_what_a_program_could_take_for_a_formula_is_text(sign: str) -> None:
    cell = safe(f"{sign}HYPERLINK(1)")
    assert isinstance(cell, str)
    assert cell.startswith("'")


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    cell = safe(text)
    assert isinstance(cell, str)
    assert not cell.startswith((*SIGNS, "\t", "\r"))
    assert not cell.lstrip().startswith(tuple(SIGNS))


def test_values_stay_what_they_are() -> None:
    for value in (None, 3, -3, 1.5, Decimal("-2.5"), date(2026, 1, 1), "老张五金厂", "3-4 人"):
        assert safe(value) == value


def test_what_no_sheet_can_hold_is_left_out() -> None:
    assert safe("好\x00的\u202e\x1f") == "好的"
    assert len(str(safe("长" * 50_000))) < 32_768
    assert len(str(safe("=" * 50_000))) <= 32_767

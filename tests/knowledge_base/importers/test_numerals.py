import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.importers.numerals import parse_numeral

DIGITS = "零一二三四五六七八九"


def written(number: int) -> str:
    """Write 1 to 9999 as laws do."""
    text, gap = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + unit
            gap = False
        else:
            gap = True
    return text.removeprefix("一") if 10 <= number < 20 else text


@settings(deadline=None)
@given(st.integers(1, 9999))
def test_every_number_is_read_back(number: int) -> None:
    assert parse_numeral(written(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一百零三", 103),
        ("十", 10),
        ("二百一十", 210),
        ("一九九五", 1995),
        ("二〇二四", 2024),
        ("38", 38),
        ("３８", 38),
        ("两百", 200),
    ],
)
def test_ways_of_writing(text: str, number: int) -> None:
    assert parse_numeral(text) == number


@pytest.mark.parametrize("text", ["", "法", "十百", "百百", "一二十", "一百零", "零十"])
def test_what_is_no_numeral(text: str) -> None:
    with pytest.raises(ValueError, match="not a numeral"):
        parse_numeral(text)


@settings(deadline=None)
@given(st.text("零一二三十百千"))
def test_any_row_of_numerals_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse_numeral(text) >= 0

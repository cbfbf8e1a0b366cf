from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.numerals import parse_numeral, parse_whole

DIGITS = "零一二三四五六七八九"


def in_words(number: int) -> str:
    """Write a number below 10^12 the formal way: 10305 is 一万零三百零五."""
    if number == 0:
        return "零"
    text = ""
    for unit, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group, number = divmod(number, unit)
        if group:
            gap = "零" if text and group < 1000 else ""
            text += gap + group_in_words(group) + name
        elif text and number:
            text += "零"
    return text.replace("零零", "零")


def group_in_words(group: int) -> str:
    text = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, group = divmod(group, unit)
        if digit:
            text += DIGITS[digit] + name
        elif text and group:
            text += "零"
    return text.replace("零零", "零")


@given(st.integers(0, 10**12 - 1))
def test_formal_numbers_are_read_back(number: int) -> None:
    assert parse_numeral(in_words(number)) == number


@given(st.integers(0, 10**9))
def test_arabic_digits_with_or_without_commas(number: int) -> None:
    assert parse_numeral(str(number)) == number
    assert parse_numeral(f"{number:,}") == number


@given(st.decimals(0, 10**6, places=2), st.sampled_from([("万", 10**4), ("亿", 10**8)]))
def test_multipliers_scale_decimals(number: object, multiplier: tuple[str, int]) -> None:
    name, factor = multiplier
    assert parse_numeral(f"{number}{name}") == Fraction(str(number)) * factor


@given(st.integers(1, 9999), st.integers(2, 9999))
def test_fractions_name_the_whole_first(part: int, whole: int) -> None:
    assert parse_numeral(f"{in_words(whole)}分之{in_words(part)}") == Fraction(part, whole)


@given(st.text(alphabet="零一二两三九十百千万亿半分之0123.,", max_size=8))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert parse_numeral(text) >= 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("半", Fraction(1, 2)),
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("两", 2),
        ("两千", 2000),
        ("一百五", 150),
        ("一百零五", 105),
        ("一千八", 1800),
        ("两万五", 25_000),
        ("两万零五", 20_005),
        ("二〇二六", 2026),
        ("5千", 5000),
        ("6.5万", 65_000),
        ("百分之二十", Fraction(1, 5)),
        ("百分之0.5", Fraction(1, 200)),
        ("千分之二", Fraction(1, 500)),
        ("万分之五", Fraction(1, 2000)),
        ("三分之二", Fraction(2, 3)),
    ],
)
def test_spellings(text: str, value: Fraction | int) -> None:
    assert parse_numeral(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "百", "上百", "千万", "十十", "三五", "二百三百", "五万六万", "零分之一", "元", "1.2.3"],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_numeral(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一百零三", 103),
        ("十", 10),
        ("二百一十", 210),
        ("一九九五", 1995),
        ("二○○八", 2008),
        ("38", 38),
        ("３８", 38),
        ("两百", 200),
    ],
)
def test_whole_numbers_as_laws_write_them(text: str, number: int) -> None:
    assert parse_whole(text) == number


@pytest.mark.parametrize("text", ["", "法", "十百", "百百", "半", "6.5", "三分之二"])
def test_what_is_no_whole_number(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        parse_whole(text)

import re
from decimal import Decimal

import pytest

from components.quantities.folding import fold
from components.quantities.numerals import NUMBER, decimal_text, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8000", "8000"),
        ("12,000", "12000"),
        ("1,234,567", "1234567"),
        ("2300.50", "2300.5"),
        ("2.3万", "23000"),
        ("6k", "6000"),
        ("1w", "10000"),
        ("2万3", "23000"),
        ("6万5", "65000"),
        ("3万5千", "35000"),
        ("1万2千5", "12500"),
        ("2万3500", "23500"),
        ("两万三", "23000"),
        ("两万零三", "20003"),
        ("三千五", "3500"),
        ("三千零五十", "3050"),
        ("一万二", "12000"),
        ("一百二", "120"),
        ("二十三万五千", "235000"),
        ("十二", "12"),
        ("十", "10"),
        ("二十", "20"),
        ("一百零八", "108"),
        ("廿三", "23"),
        ("廿", "20"),
        ("卅", "30"),
        ("三千万", "30000000"),
        ("１２０００", "12000"),
        ("兩萬", "20000"),
        ("伍仟", "5000"),
        ("叁佰", "300"),
    ],
)
def test_exact_numbers(text: str, value: str) -> None:
    folded = fold(text)
    assert re.fullmatch(NUMBER, folded)
    number = parse_number(folded)
    assert number is not None
    assert decimal_text(number.value) == value
    assert (number.most, number.approximate) == (None, False)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("三四", 3, 4),
        ("三四十", 30, 40),
        ("七八千", 7000, 8000),
        ("十七八", 17, 18),
        ("5-6千", 5000, 6000),
        ("五到六千", 5000, 6000),
        ("5000-6000", 5000, 6000),
        ("3~5万", 30000, 50000),
        ("五到十", 5, 10),
        ("三十几", 30, None),
        ("30多", 30, None),
        ("几十", 20, None),
        ("好几百", 200, None),
        ("上百", 100, None),
    ],
)
def test_vague_numbers_are_the_least_they_may_be(text: str, least: int, most: int | None) -> None:
    assert re.fullmatch(NUMBER, text)
    number = parse_number(text)
    assert number is not None
    assert number.approximate
    assert (number.value, number.most) == (least, None if most is None else Decimal(most))


@pytest.mark.parametrize("text", ["9-5", "6到6"])
def test_a_range_rises(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    "text",
    ["ＡＢＣ１２３", "收拾一下队伍", "陆续", "伍仟陆佰元", "㎡①½", "İstanbul", "醫療互助 12,000"],
)
def test_folding_keeps_the_places(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_characters_that_are_also_numerals_stay_words() -> None:
    assert fold("收拾队伍") == "收拾队伍"


def test_traditional_characters_are_simplified() -> None:
    assert fold("補償金幫我算算，幹了兩萬個鐘頭") == "补偿金帮我算算,干了两万个钟头"
    assert fold("显著 乾坤 著名") == "显著 乾坤 著名"

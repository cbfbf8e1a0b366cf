from decimal import Decimal

import pytest

from knowledge_base.calculations import CalculationError, check_calculation


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("6000 / 21.75 * 2 = 551.72", ["6000", "21.75", "2", "551.72"]),
        ("(3 + 1) * 12 = 48", ["3", "1", "12", "48"]),
        ("0.1 + 0.2 = 0.3", ["0.1", "0.2", "0.3"]),
        ("1 / 8 = 0.13", ["1", "8", "0.13"]),
        ("7 - 2 = 5", ["7", "2", "5"]),
    ],
)
def test_true_calculations_give_their_numbers(text: str, numbers: list[str]) -> None:
    assert check_calculation(text) == [Decimal(number) for number in numbers]


def test_a_false_calculation_says_what_is_true() -> None:
    with pytest.raises(CalculationError, match=r"not true: the left side is 551\.72"):
        check_calculation("6000 / 21.75 * 2 = 551.73")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 + 1",
        "1 + 1 = 2 = 2",
        "= 2",
        "1 / 0 = 0",
        "2 ** 9 = 512",
        "abs(1) = 1",
        "'1' = 1",
        "True = 1",
        "1 + = 2",
        "1 = x",
        "1 = NaN",
        "1 = 1e999999",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(CalculationError):
        check_calculation(text)

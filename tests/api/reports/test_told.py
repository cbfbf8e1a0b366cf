from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reports.told import people_in, yuan_in


@pytest.mark.parametrize(
    ("told", "yuan"),
    [
        ("18000 元", 18000), ("18,000", 18000), ("¥18,000.50", Decimal("18000.50")),
        ("两万三", 23000), ("三千五", 3500), ("一百二", 120), ("一万零三百", 10300), ("8千", 8000),
        ("1.5万", 15000), ("2w", 20000), ("2万3", 23000), ("1万2千", 12000), ("壹万贰仟", 12000),
        ("一百二十万", 1200000), ("大概四五万", 40000), ("4-5万", 40000), ("4万到5万", 40000),
        ("三四千块", 3000), ("十几万", 100000), ("10万多", 100000), ("５万左右", 50000),
        ("三个月工资一共一万八", 18000), ("3个月工资 两万", 20000),
        ("欠三个月，每个月五千，总共1万5", 15000), ("兩萬塊錢", 20000),
        # What a month of it is does not say how much it is.
        ("每月6000 欠了三个月", None), ("工资八千五加班费两千", None), ("几万块", None),
        ("说不清", None), ("三个月", None), ("12个人", None), ("2026年11月", None), ("0", None),
        ("", None), (None, None),
    ],
)  # fmt: skip
def test_money(told: str | None, yuan: Decimal | int | None) -> None:
    assert yuan_in(told) == yuan


@pytest.mark.parametrize(
    ("told", "people"),
    [
        ("就我一个人", 1), ("我自己", 1), ("只有我", 1), ("没有别人", 1), ("1人", 1), ("我", 1),
        ("12个人", 12), ("五个", 5), ("2", 2), ("二十", 20), ("我们班组 15 个人", 15),
        ("我们二十多个工友", 20), ("三四个", 3), ("一百来号人", 100), ("一共28人", 28),
        ("大概100人左右", 100), ("我和两个工友", 3),
        ("不清楚", None), ("全厂", None), ("三个月了", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_people(told: str | None, people: int | None) -> None:
    assert people_in(told) == people


@given(st.text(max_size=40))
def test_nothing_that_is_said_breaks_it(text: str) -> None:
    yuan, people = yuan_in(text), people_in(text)
    assert yuan is None or yuan > 0
    assert people is None or people > 0


@given(st.integers(100, 10**8))
def test_figures_are_read_as_they_are(yuan: int) -> None:
    assert yuan_in(f"{yuan}元") == yuan_in(f"{yuan:,} 块") == yuan

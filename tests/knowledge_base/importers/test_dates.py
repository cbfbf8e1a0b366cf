from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.importers.dates import chinese_dates, parse_date


@settings(deadline=None)
@given(st.dates(date(1000, 1, 1)))
def test_dates_are_read_back(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
    ):
        assert parse_date(f" {text} ") == day


def test_a_date_in_chinese_numerals() -> None:
    assert parse_date("一九九五年一月一日") == date(1995, 1, 1)
    assert parse_date("二〇二四年十二月三十一日") == date(2024, 12, 31)


@pytest.mark.parametrize("text", ["2024-02-30", "2024", "45292", "昨天", "2024年13月1日", ""])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|month|day"):
        parse_date(text)


def test_dates_in_a_text_without_impossible_ones() -> None:
    text = "2023年2月30日通过，2024年5月1日公布"
    assert list(chinese_dates(text)) == [date(2024, 5, 1)]

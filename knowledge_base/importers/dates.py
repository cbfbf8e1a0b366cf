"""Dates as people and laws write them."""

import re
from collections.abc import Iterator
from datetime import date

from knowledge_base.numerals import parse_whole

_NUMERIC = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d{2})(\d{2})")
_ONE = "0-9〇○零一二三四五六七八九十"
CHINESE_DATE = rf"[{_ONE}]{{4}}\s?年\s?[{_ONE}]{{1,3}}\s?月\s?[{_ONE}]{{1,3}}\s?日"
"""Regular expression of 2012年12月28日 and 一九九五年一月一日; it holds no group."""

_CHINESE = re.compile(rf"([{_ONE}]{{4}})\s?年\s?([{_ONE}]{{1,3}})\s?月\s?([{_ONE}]{{1,3}})\s?日")


def parse_date(text: str) -> date:
    """Read 2012-12-28, 2012/12/28, 2012.12.28, 20121228 or a Chinese date.

    Raises:
        ValueError: it is written in another way, or the calendar has no such day.
    """
    stripped = text.strip()
    if match := _NUMERIC.fullmatch(stripped):
        year, month, day = (int(part) for part in match.groups() if part is not None)
    elif match := _CHINESE.fullmatch(stripped):
        year, month, day = (parse_whole(part) for part in match.groups())
    else:
        raise ValueError("not a date")
    return date(year, month, day)


def chinese_dates(text: str) -> Iterator[date]:
    """Yield the Chinese dates in ``text``; those the calendar does not have are passed over."""
    for match in re.finditer(CHINESE_DATE, text):
        try:
            yield parse_date(match.group())
        except ValueError:
            continue

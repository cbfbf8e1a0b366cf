"""Days of the holidays that workers date their stories by."""

import re
from datetime import date, timedelta
from typing import Final

# The first day of the lunar year, the 5th of its fifth month and the 15th of its eighth month.
_LUNAR: Final[dict[int, tuple[tuple[int, int], tuple[int, int], tuple[int, int]]]] = {
    2010: ((2, 14), (6, 16), (9, 22)),
    2011: ((2, 3), (6, 6), (9, 12)),
    2012: ((1, 23), (6, 23), (9, 30)),
    2013: ((2, 10), (6, 12), (9, 19)),
    2014: ((1, 31), (6, 2), (9, 8)),
    2015: ((2, 19), (6, 20), (9, 27)),
    2016: ((2, 8), (6, 9), (9, 15)),
    2017: ((1, 28), (5, 30), (10, 4)),
    2018: ((2, 16), (6, 18), (9, 24)),
    2019: ((2, 5), (6, 7), (9, 13)),
    2020: ((1, 25), (6, 25), (10, 1)),
    2021: ((2, 12), (6, 14), (9, 21)),
    2022: ((2, 1), (6, 3), (9, 10)),
    2023: ((1, 22), (6, 22), (9, 29)),
    2024: ((2, 10), (6, 10), (9, 17)),
    2025: ((1, 29), (5, 31), (10, 6)),
    2026: ((2, 17), (6, 19), (9, 25)),
    2027: ((2, 6), (6, 9), (9, 15)),
    2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)),
    2030: ((2, 3), (6, 5), (9, 12)),
    2031: ((1, 23), (6, 24), (10, 1)),
    2032: ((2, 11), (6, 12), (9, 19)),
    2033: ((1, 31), (6, 1), (9, 8)),
    2034: ((2, 19), (6, 20), (9, 27)),
    2035: ((2, 8), (6, 10), (9, 16)),
    2036: ((1, 28), (5, 30), (10, 4)),
    2037: ((2, 15), (6, 18), (9, 24)),
    2038: ((2, 4), (6, 7), (9, 13)),
    2039: ((1, 24), (5, 27), (10, 2)),
    2040: ((2, 12), (6, 14), (9, 20)),
}
_SPRING_FESTIVAL, _DRAGON_BOAT, _MID_AUTUMN = range(3)
_FIXED: Final = {
    "元旦": (1, 1),
    "三八": (3, 8),
    "妇女节": (3, 8),
    "五一": (5, 1),
    "劳动节": (5, 1),
    "六一": (6, 1),
    "儿童节": (6, 1),
    "国庆": (10, 1),
    "十一": (10, 1),
}
_LUNAR_HOLIDAYS: Final = {
    "春节": (_SPRING_FESTIVAL, 0),
    "过年": (_SPRING_FESTIVAL, 0),
    "除夕": (_SPRING_FESTIVAL, -1),
    "大年三十": (_SPRING_FESTIVAL, -1),
    "年三十": (_SPRING_FESTIVAL, -1),
    "元宵": (_SPRING_FESTIVAL, 14),
    "端午": (_DRAGON_BOAT, 0),
    "中秋": (_MID_AUTUMN, 0),
}
_NEAR: Final = timedelta(days=90)
_NEW_YEARS_DAYS: Final = "一二三四五六七八九十"
_NEW_YEARS_DAY: Final = re.compile(rf"(?:大年|正月|年)?初([{_NEW_YEARS_DAYS}])")

HOLIDAY: Final = (
    rf"(?:元旦|春节|过年(?![假龄终])|除夕|大年三十|(?<![今去明前后])年三十(?![一二三四五六七八九岁])|(?:大年|正月|年)?初[{_NEW_YEARS_DAYS}](?![中级期步审始次])|元宵|清明|端午|中秋|国庆"
    r"|(?<![一二三四五六七八九十百周期拜])(?:五一|六一|三八)(?![个年月天号点级小钟周期工\d一二三四五六七八九十百千万块])"
    r"|(?<![一二三四五六七八九十百初])十一(?![个年月天日号点级小钟周期人块元楼路倍岁名位次件分条\d一二三四五六七八九十百千万])"
    r"|劳动节|妇女节|儿童节)节?"
)
"""Names of holidays as a regular expression without groups."""


def holiday_in(year: int, name: str) -> date | None:
    """Return the day in a year; of a lunar holiday outside the table, ``None``.

    Raises:
        KeyError: ``name`` is not what :data:`HOLIDAY` matches.
    """
    stem = (
        name if name.endswith(("劳动节", "妇女节", "儿童节", "春节")) else name.removesuffix("节")
    )
    if stem in _FIXED:
        return date(year, *_FIXED[stem])
    if stem == "清明":
        return date(year, 4, _clear_and_bright(year))
    if match := _NEW_YEARS_DAY.fullmatch(stem):
        festival, days = _SPRING_FESTIVAL, _NEW_YEARS_DAYS.index(match[1])
    else:
        festival, days = _LUNAR_HOLIDAYS[stem]
    if year not in _LUNAR:
        return None
    return date(year, *_LUNAR[year][festival]) + timedelta(days=days)


def holiday_around(today: date, name: str) -> date | None:
    """Return the next occurrence if it is near, else the last: 五一 in November is over."""
    days = [holiday_in(year, name) for year in range(today.year - 1, today.year + 2)]
    return max((day for day in days if day is not None and day - today <= _NEAR), default=None)


def _clear_and_bright(year: int) -> int:
    """The day of April: the sun's longitude of 15°, by the rule of thumb for 2000 to 2099."""
    return int(year % 100 * 0.2422 + 4.81) - year % 100 // 4

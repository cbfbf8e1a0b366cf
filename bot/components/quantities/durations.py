"""Lengths of time: 3年7个月, 半年, 两个半月, 三四年, 45天, 8个小时."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from components.quantities.mention import Json, Mention
from components.quantities.numerals import NUMBER, Number, decimal_text, parse_number

_PART: Final = re.compile(
    rf"(?P<number>{NUMBER}|俩|仨|[大小]?半)(?:个(?P<half>半)?)?(?P<more>多)?整?"
    r"(?P<unit>年(?![级度代底终初薪会休龄货份纪])(?!假)|(?:星期|礼拜)(?![一二三四五六日末])"
    r"|月(?![份嫂薪底初末亮])|周(?![一二三四五六日末岁年])|天(?![天气])|日(?=内|以内|之内)"
    r"|小时|钟头|(?<=个)钟(?!头)|分钟)(?:(?P<half_after>半)(?![夜路天年个]))?"
)
_MONTHS_WITHOUT_MEASURE: Final = frozenset({"俩", "仨", "两", "半", "大半", "小半"})
_WORDS: Final = {
    "俩": Number(Decimal(2)),
    "仨": Number(Decimal(3)),
    "半": Number(Decimal("0.5")),
    "大半": Number(Decimal("0.5"), approximate=True),
    "小半": Number(Decimal("0.5"), approximate=True),
}
_MOST_YEARS: Final = 999
"""Above, it is the name of a year. Nobody works 300 years, but it is a length that was told."""

# Unit: what it is counted in, and how many of these it is; a fraction of a year is counted in
# months and one of a month in days, as wages and leave are.
_DAYS: Final = {"天": 1, "日": 1, "星期": 7, "礼拜": 7, "周": 7}
_MONTHS_A_YEAR: Final = 12
_DAYS_A_MONTH: Final = 30
_MINUTES_AN_HOUR: Final = 60
_RANKS: Final = {"年": 0, "月": 1, "分钟": 4, "小时": 3, "钟头": 3, "钟": 3} | dict.fromkeys(
    _DAYS, 2
)

_NOT_BEFORE: Final = re.compile(r"第$")
_HALVES_OF_A_YEAR: Final = frozenset({"半年", "半天"})
_NOT_BEFORE_HALF: Final = re.compile(r"(?:[上下后]|(?<!提)前)$")
_MORE_AFTER: Final = re.compile(r"多(?!少)")
_NOT_AFTER: Final = re.compile(r"到晚|到头|两头|一夜|半会")
_LINKS: Final = frozenset({"", "零", "又"})

# One year, month, week, day or hour alone is a rate (2000一个月, 一天12个小时), a length only
# beside words of lasting.
_ONE: Final = re.compile(r"[一1](?:年|个?月|个?星期|个?礼拜|周|天|个?小时|个?钟头|个钟)")
_LASTS_BEFORE: Final = re.compile(
    r"(?:[了满过班加上休停放歇住欠拖押压着够足快近差约签职晚早扣]|提前|放假|合同|试用期?|不到|至少"
    r"|[欠拖押扣][了我们他]{1,3})\s?$"
)
_LASTS_AFTER: Final = re.compile(
    r"了|[以之]?[内后前]|的?合同|的?时效|的?试用|不到|没到|到[哪期几]|是到|未|没(?!休)"
    r"|都没(?!休)|[以之]?来|的?假|多(?!少)|\s?$"
)
_HARD_RATE_BEFORE: Final = re.compile(r"[每头后哪那这某第有/]$|(?<!合)同$")
_MONEY_BEFORE: Final = re.compile(
    r"(?:\d|元|[块钱百千万kw钿一二两三四五六七八九])(?:左右|上下)?\s?$"
)
_MONEY_AFTER: Final = re.compile(
    r"(?:也|就|才|只有?|给|发|我|到手|差不多|大概|是|能|做|拿|挣|赚|最[多少]|扣|交|要){0,4}"
    r"(?:多少|几钿|[¥\d]|[一二两三四五六七八九][一二三四五六七八九十百千万])|[该应有能休]{0,3}几[天个]"
)
_DAILY: Final = re.compile(r"天\s?$")
_CONTEXT: Final = 6


@dataclass
class _Length:
    """Adjacent parts with ever smaller units."""

    start: int
    end: int
    rank: int
    years: Decimal = Decimal(0)
    months: Decimal = Decimal(0)
    days: Decimal = Decimal(0)
    hours: Decimal = Decimal(0)
    approximate: bool = False

    def add(self, unit: str, count: Decimal) -> None:
        whole = count // 1
        if unit == "年":
            self.years += whole
            self.months += ((count - whole) * _MONTHS_A_YEAR).quantize(Decimal(1))
        elif unit == "月":
            self.months += whole
            self.days += (count - whole) * _DAYS_A_MONTH
        elif unit in _DAYS:
            self.days += count * _DAYS[unit]
        else:
            minutes = count if unit == "分钟" else count * _MINUTES_AN_HOUR
            self.hours += (minutes / _MINUTES_AN_HOUR).quantize(Decimal("0.01"))

    def value(self) -> Json:
        return {
            "years": decimal_text(self.years),
            "months": decimal_text(self.months),
            "days": decimal_text(self.days),
            "hours": decimal_text(self.hours),
            "approximate": self.approximate,
        }


def find_durations(text: str) -> list[Mention]:
    """Return the lengths of time in folded ``text``.

    The value is ``{"years", "months", "days", "hours"}`` as decimals and ``"approximate"``; of a
    vague length (三四年) it is the least. A week is 7 days, half a month 15.
    """
    return [
        Mention("duration", length.start, length.end, length.value())
        for length in _lengths(text)
        if not _is_rate(text, length)
    ]


def _lengths(text: str) -> Iterator[_Length]:
    current: _Length | None = None
    for match in _PART.finditer(text):
        number = _number(match)
        if number is None or _is_no_length(text, match):
            continue
        unit = match["unit"]
        rank = _RANKS[unit]
        if current is not None and not (rank > current.rank and _are_joined(text, current, match)):
            yield current
            current = None
        if current is None:
            current = _Length(match.start(), match.end(), rank)
        half = Decimal("0.5") if match["half"] or match["half_after"] else Decimal(0)
        current.add(unit, number.value + half)
        current.end, current.rank = match.end(), rank
        # The label leaves out 多 at the end.
        is_more = match["more"] is not None or _MORE_AFTER.match(text, match.end()) is not None
        current.approximate |= number.approximate or is_more
    if current is not None:
        yield current


def _number(match: re.Match[str]) -> Number | None:
    written, unit = match["number"], match["unit"]
    number = _WORDS.get(written) or parse_number(written)
    if number is None or (unit == "年" and number.value > _MOST_YEARS):
        return None
    if unit == "月" and "个" not in match[0] and written not in _MONTHS_WITHOUT_MEASURE:
        return None  # 3月 is a month of the calendar
    return number


def _are_joined(text: str, length: _Length, match: re.Match[str]) -> bool:
    """Tell whether a part goes on: 3年|7个月, but not 一天|12个小时, 一个月|26天."""
    link = text[length.end : match.start()]
    is_one = _ONE.fullmatch(text, length.start, length.end) and not length.years
    return link in _LINKS and (link != "" or not is_one)


def _is_no_length(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - _CONTEXT) : match.start()]
    if _NOT_BEFORE.search(before) or _NOT_AFTER.match(text, match.end()):
        return True
    return match[0] in _HALVES_OF_A_YEAR and _NOT_BEFORE_HALF.search(before) is not None


def _is_rate(text: str, length: _Length) -> bool:
    if not _ONE.fullmatch(text, length.start, length.end):
        return False
    before = text[max(0, length.start - _CONTEXT) : length.start]
    if _HARD_RATE_BEFORE.search(before) or _MONEY_BEFORE.search(before):
        return True
    if length.hours and _DAILY.search(before):
        return False  # 每天一小时
    if _MONEY_AFTER.match(text, length.end):
        return True
    return not (_LASTS_BEFORE.search(before) or _LASTS_AFTER.match(text, length.end))

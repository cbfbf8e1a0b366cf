"""The figures of a text: numbers with their units, in one form whatever the spelling.

三十日, 30日 and 30天 are one figure; so are 百分之二十 and 20%, 2倍 and 200%, 2万元 and 20000元.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from knowledge_base.numerals import NUMERAL, parse_numeral


class Kind(StrEnum):
    """What a figure counts. Figures of different kinds are never the same."""

    DATE = "date"
    """``value`` is year, month and day as one number; 20260100 is a month, 20260000 a year."""
    DAY_OF_YEAR = "day of the year"
    """``value`` is month and day as one number: 1231."""
    MONTH_OF_YEAR = "month of the year"
    MONEY = "yuan"
    DAYS = "days"
    WORKING_DAYS = "working days"
    MONTHS = "months"
    AGE = "years of age"
    RATIO = "ratio"
    PEOPLE = "people"
    HOURS = "hours"
    MINUTES = "minutes"
    TEMPERATURE = "degrees"
    WEIGHT = "kilograms"
    TIMES = "times"
    GRADE = "grade"
    RULE = "article of a law"
    DOCUMENT = "number of a document"
    TELEPHONE = "telephone"
    NUMBER = "number"
    """A number with a unit that is none of the above, or with none."""


@dataclass(frozen=True)
class Figure:
    """One figure as written at ``start``, and in the common form."""

    text: str
    start: int
    kind: Kind
    value: Fraction
    number: Fraction
    """The number as written, before the unit is reduced to the common one."""


_UNITS: dict[str, tuple[Kind, Fraction]] = {
    unit: (kind, Fraction(scale))
    for kind, scale, units in (
        (Kind.MONEY, "1", "元 块钱"),
        (Kind.WORKING_DAYS, "1", "个工作日 工作日"),
        (Kind.DAYS, "1", "个自然日 自然日 天 日"),
        (Kind.DAYS, "7", "个星期 星期 周"),
        (Kind.MONTH_OF_YEAR, "1", "月份 月"),
        (Kind.MONTHS, "1", "个月"),
        (Kind.MONTHS, "12", "周年 年"),
        (Kind.AGE, "1", "周岁 岁"),
        (Kind.RATIO, "1", "倍"),
        (Kind.RATIO, "1/100", "% ％"),
        (Kind.PEOPLE, "1", "人次 个人 人 名 位"),
        (Kind.HOURS, "1", "个小时 个钟头 小时 钟头"),
        (Kind.MINUTES, "1", "分钟"),
        (Kind.TEMPERATURE, "1", "℃ 摄氏度 度"),
        (Kind.WEIGHT, "1", "公斤 千克"),
        (Kind.TIMES, "1", "次"),
        (Kind.GRADE, "1", "级 档"),
        (Kind.DOCUMENT, "1", "号"),
    )
    for unit in units.split()
}
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))

_JOINT = r"\s*(?:至|到|[—–~～-]+|、|或者?|和|及|与)\s*"
_TOKEN = re.compile(
    rf"""
    (?<![A-Za-z\d.])
    (?: (?P<iso>\d{{4}}-(?:0[1-9]|1[0-2])(?:-\d{{2}})?)(?!\d)
      | (?:0\d{{2,3}}-)?(?P<telephone>123\d{{2}}|1(?:10|19|20))(?![\d.])(?!(?:{_UNIT})(?!社))
      | (?P<year>(?:19|20)\d{{2}})年(?:(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})日)?|度)?
      | (?P<day_month>\d{{1,2}})月(?P<month_day>\d{{1,2}})(?:日|(?=(?:{_JOINT})\d{{1,2}}日))
      | (?P<ordinal>第)?(?<![几数](?=[十百千万亿]))(?P<number>(?>{NUMERAL}))(?![几A-Za-z])
        (?:余|多(?={_UNIT}|[万亿]))?(?P<multiplier>[万亿](?!分之))?
        (?:(?P<rule>条)|(?P<unit>{_UNIT}))?
    )
    """,
    re.VERBOSE,
)
_LIST_MARK = re.compile(r"^[ \t]*\d+\.[ \t]", re.MULTILINE)
_LIMIT_BEFORE = re.compile(r"(?:满|超过?|不到|不足|至少|最[长多少低高]|提前)$")
_LIMIT_AFTER = re.compile(r"以?内|之内|以[上下后]|期限|限制|[后前]")
_YEARS = range(1900, 2100)
_NAMES = {"996"}
"""Numbers that are the name of a matter."""


@dataclass(frozen=True)
class _Token:
    """A number while its unit is still open: ``kind`` is None as long as it has none."""

    match: re.Match[str]
    number: Fraction
    kind: Kind | None
    scale: Fraction = Fraction(1)

    @property
    def written_in_words(self) -> bool:
        return not any(character.isascii() and character.isdigit() for character in self.match[0])


def extract_figures(text: str) -> list[Figure]:
    """Return the figures of a text in reading order.

    Left out are the numbers of list items, and Chinese numbers that count nothing (一起,
    两种, 一次): they are words. A unit holds for a whole series: 3至9人, 300、200元.
    """
    text = _LIST_MARK.sub(lambda match: " " * len(match[0]), text)
    tokens = [token for match in _TOKEN.finditer(text) if (token := _read(match))]
    return [_figure(token) for token in _share_units(text, tokens) if not _is_a_word(text, token)]


def _read(match: re.Match[str]) -> _Token | None:
    if match["iso"]:
        return _Token(match, Fraction(f"{match['iso'].replace('-', ''):0<8}"), Kind.DATE)
    if match["telephone"]:
        return _Token(match, Fraction(match["telephone"]), Kind.TELEPHONE)
    if match["year"]:
        parts = match["year"], match["month"] or 0, match["day"] or 0
        year, month, day = (int(part) for part in parts)
        return _Token(match, Fraction(year * 10_000 + month * 100 + day), Kind.DATE)
    if match["day_month"]:
        value = int(match["day_month"]) * 100 + int(match["month_day"])
        return _Token(match, Fraction(value), Kind.DAY_OF_YEAR)
    try:
        number = parse_numeral(match["number"])
    except ValueError:
        # 上百, 千万别: characters of numbers that are no number.
        return None
    if match["multiplier"]:
        number *= parse_numeral(f"1{match['multiplier']}")
    if match["rule"] and match["ordinal"]:
        return _Token(match, number, Kind.RULE)
    kind, scale = _UNITS.get(match["unit"] or "", (None, Fraction(1)))
    if "分之" in match["number"]:
        kind, scale = Kind.RATIO, Fraction(1)
    return _Token(match, number, kind, scale)


def _share_units(text: str, tokens: list[_Token]) -> list[_Token]:
    """Give the numbers of a series the unit that stands once: 3至9人, 5月1日、2日."""
    shared = list(tokens)
    for i in reversed(range(len(shared) - 1)):
        left, right = shared[i], shared[i + 1]
        if left.kind is not None or not _joined(text, left, right):
            continue
        if right.kind is Kind.DATE or right.kind is Kind.DAY_OF_YEAR:
            continue
        number = left.number
        mantissa, multiplier = _parts(right)
        if _parts(left)[1] == 1 and number < mantissa:
            # 1至3万元 starts at ten thousand; 5000至2万元 does not.
            number *= multiplier
        shared[i] = replace(left, number=number, kind=right.kind, scale=right.scale)
    for i in range(1, len(shared)):
        left, right = shared[i - 1], shared[i]
        if left.kind is Kind.DAY_OF_YEAR and right.match["unit"] == "日":
            if _joined(text, left, right):
                day = left.number // 100 * 100 + right.number
                shared[i] = replace(right, number=Fraction(day), kind=Kind.DAY_OF_YEAR)
        elif left.match["ordinal"] and right.match["rule"] and _joined(text, left, right):
            shared[i - 1] = replace(left, kind=Kind.RULE)
            shared[i] = replace(right, kind=Kind.RULE)
    return shared


def _joined(text: str, left: _Token, right: _Token) -> bool:
    return re.fullmatch(_JOINT, text[left.match.end() : right.match.start()]) is not None


def _parts(token: _Token) -> tuple[Fraction, Fraction]:
    """Return a number without 万 or 亿, and the value of these."""
    written = (token.match["number"] or "") + (token.match["multiplier"] or "")
    multiplier = parse_numeral(f"1{written[-1]}") if written.endswith(("万", "亿")) else Fraction(1)
    return token.number / multiplier, multiplier


def _is_a_word(text: str, token: _Token) -> bool:
    """Tell whether a number is a word of the language and states no figure."""
    if token.match[0] in _NAMES:
        return True
    if not token.written_in_words or token.kind is Kind.RULE or token.kind is Kind.RATIO:
        return False
    if token.kind is None:
        return True
    unit = token.match["unit"]
    if token.match["ordinal"]:
        # 第一档 and 第三级 are figures, 第二天 is a word.
        return unit not in ("档", "级")
    if unit == "档":
        # 分三档 counts like 分三种.
        return True
    if token.number != 1:
        return False
    # 一年 is a figure where something is limited by it: 满一年, 一年内.
    return not (
        _LIMIT_BEFORE.search(text[: token.match.start()])
        or _LIMIT_AFTER.match(text, token.match.end())
    )


def _figure(token: _Token) -> Figure:
    kind, value = token.kind, token.number * token.scale
    if kind is None and value in _YEARS:
        kind, value = Kind.DATE, value * 10_000
    return Figure(token.match[0], token.match.start(), kind or Kind.NUMBER, value, token.number)

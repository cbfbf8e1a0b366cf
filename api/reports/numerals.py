"""Numbers as people write them: 18000, 1.8万, 两万三, 八千, 4-5万, 二十多."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_DIGITS: Final = {
    **{digit: value for value, digit in enumerate("零一二三四五六七八九")},
    **{digit: value for value, digit in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
    "俩": 2,
    "幺": 1,
}
_UNITS: Final = {
    "十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000,
    "万": 10_000, "w": 10_000, "亿": 100_000_000,
}  # fmt: skip
_BIG: Final = 10_000
_CHINESE = "".join(_DIGITS)
_SMALL_UNITS = "十拾百佰千仟"
_BEHIND = "[十拾百佰千仟万亿wk]"
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMBER: Final = re.compile(
    rf"(?P<figure>{_ARABIC})"
    # Of 4-5万 the lower one counts, and the unit belongs to both.
    rf"(?:{_BEHIND}?[-~—–至到](?:{_ARABIC}))?"
    rf"(?:[多几来余])?(?P<units>{_BEHIND}{{0,2}})(?P<rest>\d(?![\d.])[千百]?)?"
    rf"|(?P<words>[{_CHINESE}{_SMALL_UNITS}万亿]*[{_CHINESE}十拾百佰千仟][{_CHINESE}{_SMALL_UNITS}万亿]*)"
    r"(?:[多几来余](?P<more>[万亿]))?"
)


@dataclass(frozen=True)
class Number:
    """A number and where it stands in the text. ``has_unit``: 万 or 千 was written."""

    value: Decimal
    start: int
    end: int
    has_unit: bool


def numbers_in(text: str) -> Iterator[Number]:
    """The numbers of a folded text, in order; of a range the lower end."""
    for found in _NUMBER.finditer(text):
        if found["figure"] is not None:
            value = Decimal(found["figure"].replace(",", ""))
            for unit in found["units"]:
                value *= _UNITS[unit]
            if found["rest"] and found["units"]:
                # 2万3 is 23,000, and so is 2万3千.
                value += int(found["rest"][0]) * Decimal(_UNITS[found["units"][-1]]) / 10
            has_unit = bool(found["units"])
        else:
            value = Decimal(_in_words(found["words"]))
            value *= _UNITS[found["more"]] if found["more"] else 1
            has_unit = any(unit in found["words"] for unit in "百佰千仟万亿") or bool(found["more"])
        yield Number(value, found.start(), found.end(), has_unit)


def _in_words(words: str) -> int:
    """The value of a Chinese number; 两万三 is 23,000 and 四五万 is 40,000."""
    total = section = digit = 0
    unit_before = 0
    is_range = False
    for character in words:
        if character in _DIGITS:
            if digit and not is_range:
                is_range = True
                continue
            digit = _DIGITS[character]
            if digit == 0:
                unit_before = 0
        elif (unit := _UNITS[character]) < _BIG:
            section += (digit or 1) * unit
            digit, unit_before, is_range = 0, unit, False
        else:
            total += (section + digit or 1) * unit
            section = digit = 0
            unit_before, is_range = unit, False
    if digit and unit_before > 10:
        digit *= unit_before // 10
    return total + section + digit

"""Numbers as workers write them: 8000, 12,000, 2.3万, 6k, 两万三, 三四十, 三十几, 5-6千.

All functions expect folded text (:func:`components.quantities.folding.fold`). Every repetition
in the patterns is bounded, so that a search takes time linear in the text.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_DIGIT_VALUES: Final = {"〇": 0, "零": 0, "两": 2} | {
    digit: value for value, digit in enumerate("一二三四五六七八九", start=1)
}
_UNIT_VALUES: Final = {"十": 10, "百": 100, "千": 1000, "k": 1000}
_LARGE_UNIT_VALUES: Final = {"万": 10_000, "w": 10_000, "亿": 100_000_000}
_SCORES: Final = {"廿": 20, "卅": 30}

DIGIT: Final = "[一二两三四五六七八九]"
_UNITS: Final = "(?:[十百千万亿]{1,2}|[kw](?![a-z]))"
# What may follow a figure's last digit only if the digit counts it: 8千|一个月, 三千|两个人.
_COUNTED: Final = "(?![个天年月周日号次趟件单人名位]|小时|钟头|星期|礼拜|分钟)"

ARABIC: Final = (
    r"(?<![\d_@a-z])(?<!\d[.,])(?<![a-z]\+)(?!0\d)"
    r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,10})(?:\.\d{1,4})?(?!\d)"
)
_SECOND: Final = rf"(?:\d{{1,4}}(?:\.\d{{1,2}})?|{DIGIT})"
_WITH_UNITS: Final = (
    rf"(?:(?:{ARABIC}|{DIGIT}){_UNITS}|[廿卅]|十(?![字足分全])[万亿]?)"
    rf"(?:[零〇]?(?:{_SECOND}{_UNITS}|十)){{0,5}}"
    rf"(?:[零〇]{DIGIT}|(?<=[十廿卅]){DIGIT}|(?<=[百千万kw])(?:{DIGIT}|\d{{1,4}}(?!\d)){_COUNTED})?"
)
EXACT: Final = rf"(?:{_WITH_UNITS}|{ARABIC}|{DIGIT})(?![a-z%])"
"""One exact number."""

_PAIR: Final = "(?:一两|一二|两三|二三|三四|三五|四五|五六|六七|七八|八九)"
_VAGUE_END: Final = "[几多来余]"
_VAGUE: Final = (
    rf"(?:十?{_PAIR}(?![十百千万]?{DIGIT}[十百千万])[十百千万]{{0,2}}"
    rf"|好?[几数][十百千万]{{1,2}}|(?<![以马晚早])[上近][百千万]{{1,2}}|[百千](?=[来多把])"
    rf"|(?:{_WITH_UNITS}|{ARABIC}){_VAGUE_END})"
)
_RANGE: Final = rf"(?:{_WITH_UNITS}|{ARABIC}|{DIGIT})(?:-|~|—|到|至)(?:{EXACT})"

NUMBER: Final = rf"(?:{_RANGE}|{_VAGUE}|{EXACT})"
"""Every spelling that :func:`parse_number` reads, as a regular expression without groups."""

NAME_IN_DIGITS: Final = re.compile(r"123(?!00)\d{2}|96\d{3}|996|007|955")
"""Digits that are called by name and count nothing: hotlines, hours of work."""

_PARTS: Final = re.compile(r"\d[\d,]*(?:\.\d+)?|.")
_RANGE_PARTS: Final = re.compile(r"(.+?)(?:-|~|—|到|至)(.+)")
_PAIR_PARTS: Final = re.compile(rf"(十?)({_PAIR})([十百千万]{{0,2}})")
_SPARSE: Final = re.compile(r"好?[几数]([十百千万]{1,2})|[上近]?([百千万]{1,2})[来多把]?")


@dataclass(frozen=True)
class Number:
    """A number, or the least of what a vague one may be; ``most`` where the text names it."""

    value: Decimal
    most: Decimal | None = None
    approximate: bool = False


def parse_number(text: str) -> Number | None:
    """Read what :data:`NUMBER` matched; ``None`` is a range that does not rise (0571-862).

    ``三十几`` and ``30多`` are at least 30, ``几十`` at least 20; ``5-6千`` is 5000 to 6000.
    """
    if parts := _RANGE_PARTS.fullmatch(text):
        least, most = _exact(parts[1]), _exact(parts[2])
        # Both ends share the unit that only the second one names.
        unit = (_UNIT_VALUES | _LARGE_UNIT_VALUES).get(parts[2][-1], 1)
        if parts[1][-1] not in "十百千万亿kw" and least * unit < most:
            least *= unit
        return Number(least, most, approximate=True) if least < most else None
    if parts := _PAIR_PARTS.fullmatch(text):
        ten = 10 if parts[1] else 0
        factor = _exact(f"一{parts[3]}")
        least, most = (factor * (ten + _DIGIT_VALUES[digit]) for digit in parts[2])
        return Number(least, most, approximate=True)
    if parts := _SPARSE.fullmatch(text):
        return Number(_exact(f"二{parts[1]}" if parts[1] else f"一{parts[2]}"), approximate=True)
    if text[-1] in "几多来余":
        return Number(_exact(text[:-1]), approximate=True)
    return Number(_exact(text))


def _exact(text: str) -> Decimal:
    """Read units from the largest to the smallest; 两万三 is 23000, 两万零三 is 20003."""
    total = section = Decimal(0)
    digit: Decimal | None = None
    last_unit = 1
    for part in _PARTS.findall(text):
        if part in _LARGE_UNIT_VALUES:
            last_unit = _LARGE_UNIT_VALUES[part]
            total += (section + (digit or 0) or 1) * last_unit
            section, digit = Decimal(0), None
        elif part in _UNIT_VALUES:
            last_unit = _UNIT_VALUES[part]
            section += (Decimal(1) if digit is None else digit) * last_unit
            digit = None
        elif part in _SCORES:
            section += _SCORES[part]
        elif part in "零〇":
            last_unit = 1
        elif part in _DIGIT_VALUES:
            digit = Decimal(_DIGIT_VALUES[part])
        else:
            digit = Decimal(part.replace(",", ""))
    if digit is not None and last_unit >= 100 and digit < 10:
        digit = digit * last_unit / 10
    return total + section + (digit or 0)


def decimal_text(number: Decimal) -> str:
    """Print a number without exponent and needless zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

"""Numbers as Chinese text writes them: 36, 6.5万, 三十六, 二万, 半, 三分之二, 百分之二十."""

import re
import unicodedata
from fractions import Fraction

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "两": 2}
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE_UNITS = {"万": 10_000, "亿": 100_000_000}
_ALL_UNITS = _SMALL_UNITS | _LARGE_UNITS

WHOLE_NUMBER_CHARACTERS = "".join([*_DIGITS, "○", *_SMALL_UNITS])
"""What a whole number below 10,000 is written with, Arabic digits aside."""

_CHINESE = f"[{''.join(_DIGITS)}{''.join(_ALL_UNITS)}]+"
_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
NUMERAL = rf"半|{_CHINESE}分之(?:{_ARABIC}|{_CHINESE})|{_ARABIC}[百千]?[万亿]?(?!分之)|{_CHINESE}"
"""Every spelling that :func:`parse_numeral` may read, as a regular expression."""

_ARABIC_WITH_UNITS = re.compile(rf"(?P<digits>{_ARABIC})(?P<units>[百千]?[万亿]?)")


def parse_numeral(text: str) -> Fraction:
    """Return the value of one number.

    Raises:
        ValueError: the text is not a number, or not a well-formed one (``三五``, ``十十``).
    """
    if text == "半":
        return Fraction(1, 2)
    whole, slash, part = text.partition("分之")
    if slash:
        # 百分之… and its like name the whole without a digit before it.
        denominator = _ALL_UNITS.get(whole)
        divisor = Fraction(denominator) if denominator else parse_numeral(whole)
        if divisor == 0:
            raise ValueError(f"{text!r} divides by nothing")
        return parse_numeral(part) / divisor
    arabic = _ARABIC_WITH_UNITS.fullmatch(text)
    if arabic:
        value = Fraction(arabic["digits"].replace(",", ""))
        for unit in arabic["units"]:
            value *= _ALL_UNITS[unit]
        return value
    return Fraction(_parse_chinese(text))


def parse_whole(text: str) -> int:
    """Return the value of a whole number as laws write it: 一百零三, 二○二四, ３８.

    Raises:
        ValueError: the text is not a well-formed whole number.
    """
    value = parse_numeral(unicodedata.normalize("NFKC", text).replace("○", "〇"))
    if value.denominator != 1:
        raise ValueError(f"{text!r} is not a whole number")
    return value.numerator


def _parse_chinese(text: str) -> int:
    """Read a whole number: groups of four digits, each closed by 万 or 亿."""
    if not re.fullmatch(_CHINESE, text):
        raise ValueError(f"{text!r} is not a number")
    if len(text) == 4 and all(character in _DIGITS for character in text):
        # A year is read digit by digit: 二〇二六.
        return int("".join(str(_DIGITS[character]) for character in text))
    total = 0
    last_unit = 0
    for group, unit_name in re.findall(r"([^万亿]*)([万亿]?)", text):
        if not group and not unit_name:
            continue
        unit = _LARGE_UNITS.get(unit_name, 1)
        if not group or (last_unit and unit >= last_unit):
            raise ValueError(f"{text!r} is not a well-formed number")
        if last_unit and len(group) == 1 and unit == 1:
            # 两万五 is 25000; twenty thousand and five would be 两万零五.
            unit = last_unit // 10
        total += _parse_group(group, text) * unit
        last_unit = unit
    return total


def _parse_group(group: str, text: str) -> int:
    """Read up to 9999: digits, each followed by a smaller unit than the one before."""
    total = 0
    digit: int | None = None
    zero = False
    last_unit = 10_000
    for position, character in enumerate(group):
        if character in _DIGITS:
            if digit is not None:
                raise ValueError(f"{text!r} is not a well-formed number")
            if _DIGITS[character] == 0 and position < len(group) - 1:
                zero = True
            else:
                digit = _DIGITS[character]
            continue
        unit = _SMALL_UNITS[character]
        if unit >= last_unit or digit == 0 or (digit is None and unit > 10):
            raise ValueError(f"{text!r} is not a well-formed number")
        total += (1 if digit is None else digit) * unit
        digit, last_unit, zero = None, unit, False
    if digit is None:
        return total
    if 100 <= last_unit < 10_000 and not zero:
        # 一百五 is 150; one hundred and five is 一百零五.
        return total + digit * last_unit // 10
    return total + digit

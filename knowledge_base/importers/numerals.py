"""Chinese numerals as laws use them: 第一百零三条, 一九九五年."""

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERAL_CHARACTERS = "".join([*_DIGITS, *_UNITS])


def parse_numeral(text: str) -> int:
    """Return the value of ``一百零三``, ``十二``, ``一九九五`` (digit by digit) or ``103``.

    Raises:
        ValueError: the text is none of these.
    """
    if text.isdecimal():
        return int(text)
    if text and all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    return _parse_positional(text)


def _parse_positional(text: str) -> int:
    total, digit, last_unit = 0, None, 10_000
    for character in text:
        if character in _UNITS:
            unit = _UNITS[character]
            if unit >= last_unit or digit == 0 or (digit is None and total):
                raise ValueError(f"not a numeral: {text!r}")
            total += (1 if digit is None else digit) * unit
            digit, last_unit = None, unit
        elif character in _DIGITS and digit in (None, 0):
            digit = _DIGITS[character]
        else:
            raise ValueError(f"not a numeral: {text!r}")
    if not text or digit == 0:
        raise ValueError(f"not a numeral: {text!r}")
    return total + (digit or 0)

"""One spelling for what workers write in several: full-width, capitals, traditional characters."""

import re
import unicodedata
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).resolve().parent / "traditional.txt"
_RECEIPT_DIGITS: Final = dict(
    zip(map(ord, "壹贰叁肆柒捌玖佰仟"), "一二三四七八九百千", strict=True)
)
# Of the numerals of receipts, these are also ordinary characters (队伍, 陆续, 收拾): they count
# only beside others.
_RECEIPT_NUMERALS: Final = str.maketrans("伍陆陸拾", "五六六十")
_RECEIPT_NUMERAL: Final = re.compile(
    "(?<![队收])[伍陆陸拾](?=[伍陆陸拾百千万元块])|(?<=[一二三四五六七八九百千万伍陆陸])[伍陆陸拾]"
)


def _simplified() -> dict[int, str]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if not line.startswith("#")]
    pairs = zip("".join(rows[::2]), "".join(rows[1::2]), strict=True)
    return {ord(traditional): simplified for traditional, simplified in pairs}


_SIMPLIFIED: Final = _simplified() | _RECEIPT_DIGITS


def fold(text: str) -> str:
    """Return ``text`` in one spelling and of the same length, so that positions stay valid."""
    narrow = "".join(map(_fold_character, text)).translate(_SIMPLIFIED)
    return _RECEIPT_NUMERAL.sub(lambda numeral: numeral[0].translate(_RECEIPT_NUMERALS), narrow)


def _fold_character(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) == 1 else character

"""Personal data covered in free text, for logs and wherever else nobody needs it.

Rather too much than too little: any 11 digits in a row go, whatever they are. Figures, dates and
hotlines (12351, 12345) stay.
"""

import re
from re import Match
from typing import Final

ID_NUMBER: Final = "[身份证号]"
PHONE: Final = "[电话]"
BANK_CARD: Final = "[卡号]"
NAME: Final = "[姓名]"

# Digits of any script and Chinese numerals, as people write them to get past a filter.
_DIGIT = r"[\d〇零一二三四五六七八九幺]"
_GAP = r"[ \t\u3000\u00a0\u200b-\u200d\u2060\ufeff.·_\-‐-―－/]{0,2}"
_LONG_NUMBER: Final = re.compile(rf"[+＋]?{_DIGIT}(?:{_GAP}{_DIGIT}){{10,}}(?:{_GAP}[xXｘＸ×])?")
_LANDLINE: Final = re.compile(rf"(?<!\d)[0０]\d{{2,3}}{_GAP}[2-8２-８]\d{{6,7}}(?!\d)")
_CHINESE: Final = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
_ID_NUMBER: Final = re.compile(r"[1-9]\d{5}(?:\d{9}|(?:18|19|20)\d{9}[\dx])")
_PHONE: Final = re.compile(r"(?:00)?(?:86)?1[3-9]\d{9}|0\d{10,11}")

_COMPOUND_SURNAME: Final = (
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|端木|宇文|长孙|轩辕|百里|南宫"
)
_HAN: Final = r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]"
# With the surname at most three characters, four behind a compound one; with dots as long as it is.
_PERSON: Final = (
    rf"(?:{_HAN}{{1,12}}(?:[·•・]{_HAN}{{1,12}})+|(?:{_COMPOUND_SURNAME}){_HAN}{{1,2}}"
    rf"|{_HAN}{{2,3}}|[A-Za-z]+(?: [A-Z][a-z]+){{0,2}})"
)
_INTRODUCED: Final = re.compile(
    r"((?:我|本人)的?(?:名字|姓名)?(?:就叫|叫做|名叫|叫)|(?:名字|姓名)(?:叫做|叫|是|为|[:：]))(\s*)"
    + _PERSON
)


def mask(text: str) -> str:
    """The text with ID numbers, phones, bank cards and names behind 我叫 or 姓名 covered."""
    text = _LONG_NUMBER.sub(_cover, text)
    text = _LANDLINE.sub(PHONE, text)
    return _INTRODUCED.sub(rf"\1\2{NAME}", text)


def _cover(found: Match[str]) -> str:
    digits = "".join(
        str(int(each)) if each.isdecimal() else "x" if each in "xXｘＸ×" else ""
        for each in found[0].translate(_CHINESE)
    )
    if _ID_NUMBER.fullmatch(digits):
        return ID_NUMBER
    return PHONE if _PHONE.fullmatch(digits) else BANK_CARD

"""Grades of disability: 九级, 十级, 8级."""

import re
from typing import Final

from components.quantities.mention import Json, Mention
from components.quantities.numerals import parse_number

_GRADE: Final = re.compile(
    r"(?<![\d.一二三四五六七八九十第])(?!(?<=[上下同高低])一)(?P<grade>10|[1-9]|[一二三四五六七八九十])级"
    r"(?!医院|医疗机构|建造|台风|风|地震|政府|单位|工会|企业|市场|证|技工|技师|电工|焊工)"
)


def find_grades(text: str) -> list[Mention]:
    """Return the grades 1 to 10 in folded ``text``; the value is ``{"grade"}``."""
    mentions = []
    for match in _GRADE.finditer(text):
        number = parse_number(match["grade"])
        if number is not None:
            value: Json = {"grade": int(number.value)}
            mentions.append(Mention("grade", match.start(), match.end(), value))
    return mentions

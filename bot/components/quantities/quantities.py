"""All figures of a message."""

import re
from datetime import date
from typing import Final

from components.quantities.counts import find_counts
from components.quantities.dates import find_dates
from components.quantities.durations import find_durations
from components.quantities.folding import fold
from components.quantities.grades import find_grades
from components.quantities.mention import Mention, span, without_overlaps
from components.quantities.money import find_money
from components.quantities.numerals import (
    ARABIC,
    NAME_IN_DIGITS,
    NUMBER,
    decimal_text,
    parse_number,
)

# Digits joined to a dash, a colon or letters are the number of a phone, a time or a code.
_BARE: Final = re.compile(
    rf"(?<![a-z+\d米])(?<!\d:)(?<!\d-)(?P<sign>(?<![\d一-鿿])-)?"
    rf"(?P<number>{ARABIC})(?![a-z%:]|-\d|\.\d|[米点级号楼路栋幢倍度])"
)
_WHOLE_MESSAGE: Final = re.compile(
    rf"\s{{0,3}}(?P<number>(?P<sign>负|-)?(?P<figure>{NUMBER}))[\s。.!！]{{0,3}}"
)
_EMERGENCY: Final = re.compile(r"11[029]|12[0-2]")
_PLACE_IN_ROW: Final = re.compile(r"第\s?$")


def find_quantities(text: str, today: date) -> list[Mention]:
    """Return what figures ``text`` holds, in its order and without overlaps.

    A figure that is nothing else is a ``number`` with the value ``{"number"}``; one in Chinese
    numerals only if it is the whole message.
    """
    folded = fold(text)
    typed = [
        *find_dates(folded, today),
        *find_durations(folded),
        *find_money(folded),
        *find_counts(folded),
        *find_grades(folded),
    ]
    kept = without_overlaps(typed, span)
    return without_overlaps([*kept, *_find_numbers(folded, kept)], span)


def _find_numbers(text: str, typed: list[Mention]) -> list[Mention]:
    taken = {place for mention in typed for place in range(mention.start, mention.end)}
    matches = list(_BARE.finditer(text))
    if whole := _WHOLE_MESSAGE.fullmatch(text):
        matches = [whole]
    mentions = []
    for match in matches:
        start = match.start("sign") if match["sign"] else match.start("number")
        written = match["figure"] if whole else match["number"]
        number = parse_number(written)
        if (
            number is None
            or NAME_IN_DIGITS.fullmatch(written)
            or _EMERGENCY.fullmatch(written)
            or _PLACE_IN_ROW.search(text[max(0, start - 2) : start])
            or not taken.isdisjoint(range(start, match.end("number")))
        ):
            continue
        value = -number.value if match["sign"] else number.value
        mentions.append(
            Mention("number", start, match.end("number"), {"number": decimal_text(value)})
        )
    return mentions

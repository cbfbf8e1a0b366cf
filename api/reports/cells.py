"""Values as they may stand in a table that a spreadsheet program opens.

A cell that begins like a formula is run when the file is opened, and a CSV has no way to say that
it is text. OWASP ("CSV injection") therefore puts an apostrophe before it.
"""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Final

Cell = str | int | float | Decimal | date | datetime | None
_TRIGGERS: Final = frozenset("=+-@\t\r\n|%")
_LONGEST: Final = 32_767
"""Characters that Excel takes in one cell."""
# What XML cannot hold, and what turns or hides the text around it.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    "\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)


def safe(value: Cell) -> Cell:
    """The value; a text that a program could take for a formula with an apostrophe before it.

    Full-width signs count as well: some programs fold them. Leading blanks do not hide a sign.
    """
    if not isinstance(value, str):
        return value
    text = _UNWANTED.sub("", value)[: _LONGEST - 1]
    begins = text[:1] + unicodedata.normalize("NFKC", text).lstrip()[:1]
    return f"'{text}" if any(sign in _TRIGGERS for sign in begins) else text

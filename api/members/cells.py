"""What stands in a cell of the roster, checked and in one spelling."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime

from api.members import identity
from api.members.texts import Fault

_NAME_MAX_CHARS = 64
_UNION_MAX_CHARS = 128
_EXACT_BELOW = 10**15  # a number in a sheet holds 15 digits
_FIRST_YEAR = 1925  # the All-China Federation of Trade Unions was founded
_FIRST_MUTUAL_AID_YEAR = 1990
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_DATE = re.compile(
    r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|(\d{2})(\d{2}))(?:[ T]0?0:00(?::00)?)?"
)
_YEAR_MARKS = re.compile("年度|年")
_YEAR_SEPARATORS = re.compile(r"[,，、;；/\s]+")
_YEARS = re.compile(r"(\d{4})(?:[-~—–至到](\d{4}))?")


class CellError(Exception):
    """A cell cannot be used."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def text_of(cell: object) -> str:
    """The text of a cell, without marks that only keep it from being read as a number.

    Raises ``CellError`` for a formula.
    """
    match cell:
        case None:
            return ""
        case bool():
            return str(cell)
        case float() if cell.is_integer():
            return str(int(cell))
        case int() | float():
            return str(cell)
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case str():
            text = unicodedata.normalize("NFKC", cell).strip().removeprefix("'")
            if text.startswith("="):
                raise CellError(Fault.FORMULA)
            return text
        case _:  # array and data table formulas
            raise CellError(Fault.FORMULA)


def name(cell: object) -> str:
    """A name, required."""
    # Not by way of NFKC: it would change some of the dots in a name before they are known as such.
    text_of(cell)
    return _required(identity.canonical_name(str(cell or "")), _NAME_MAX_CHARS)


def union_name(cell: object) -> str:
    """The name of a union, required."""
    return _required(" ".join(text_of(cell).split()), _UNION_MAX_CHARS)


def id_number(cell: object, *, today: date) -> str:
    """A canonical ID number, required. Raises ``CellError``."""
    if isinstance(cell, int | float) and cell >= _EXACT_BELOW:
        raise CellError(Fault.ID_AS_NUMBER)
    text = text_of(cell)
    if _SCIENTIFIC.fullmatch(text):
        raise CellError(Fault.ID_AS_NUMBER)
    number = identity.canonical_id_number(text)
    if not number:
        raise CellError(Fault.MISSING)
    if fault := identity.id_number_fault(number, today=today):
        raise CellError(fault)
    return number


def phone(cell: object) -> str | None:
    """A canonical mobile number, or None. Raises ``CellError``."""
    number = identity.canonical_phone(text_of(cell))
    if number and not identity.is_mobile(number):
        raise CellError(Fault.PHONE)
    return number or None


def joined_on(cell: object, *, today: date) -> date | None:
    """A date, or None; of a month the first day. Raises ``CellError``."""
    text = text_of(cell)
    if not text:
        return None
    found = _DATE.fullmatch(text)
    if not found:
        raise CellError(Fault.DATE)
    year, month, day, short_month, short_day = found.groups()
    try:
        joined = date(int(year), int(month or short_month or 1), int(day or short_day or 1))
    except ValueError:
        raise CellError(Fault.DATE) from None
    if joined.year < _FIRST_YEAR or joined > today:
        raise CellError(Fault.DATE)
    return joined


def mutual_aid_years(cell: object, *, today: date) -> tuple[int, ...]:
    """Years in order, from ``2025、2026`` or ``2024-2026年度``. Raises ``CellError``."""
    years = set(_years(_YEAR_MARKS.sub(" ", text_of(cell)).strip()))
    if years and not _FIRST_MUTUAL_AID_YEAR <= min(years) <= max(years) <= today.year + 1:
        raise CellError(Fault.YEARS)
    return tuple(sorted(years))


def _years(text: str) -> Iterator[int]:
    for part in filter(None, _YEAR_SEPARATORS.split(text)):
        found = _YEARS.fullmatch(part)
        if not found:
            raise CellError(Fault.YEARS)
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first:
            raise CellError(Fault.YEARS)
        yield from range(first, last + 1)


def _required(text: str, max_chars: int) -> str:
    if not text:
        raise CellError(Fault.MISSING)
    if len(text) > max_chars:
        raise CellError(Fault.TOO_LONG)
    if not text.isprintable():
        raise CellError(Fault.UNPRINTABLE)
    return text

"""The roster as the unions hand it in, read and checked line by line.

A bad line is reported with its number and reason, never with what stands in it. If at least its
ID number can be read, the member is held: an import neither changes nor removes them.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from api.members import cells
from api.members.cells import CellError
from api.members.sheets import Line, RosterError, read_sheets
from api.members.texts import Column, Fault, Refusal, members_texts

MAX_ROWS = 500_000
_HEADING_LINES = 10
_REMARKS = re.compile(r"[(（\[【].*?[)）\]】]|[\s*:：]+")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One member. Its representation shows nobody."""

    line: int
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    phone: str | None = field(repr=False)
    union_name: str = field(repr=False)
    joined_on: date | None = field(repr=False)
    mutual_aid_years: tuple[int, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line was not taken. ``duplicate_of``: the line that holds the same ID number."""

    line: int
    column: Column
    fault: Fault
    duplicate_of: int | None = None

    @property
    def reason(self) -> str:
        """The reason in Chinese, to stand behind the name of the column."""
        return members_texts().roster.faults[self.fault].format(first=self.duplicate_of)


@dataclass(frozen=True, slots=True)
class Roster:
    """``held``: ID numbers of bad lines. ``fingerprint``: SHA-256 of the file."""

    rows: list[RosterRow] = field(repr=False)
    problems: list[Problem]
    held: frozenset[str] = field(repr=False)
    fingerprint: str


def _ignore(_: int) -> None:
    pass


def read_roster(
    path: Path, *, today: date, progress: Callable[[int], None] = _ignore, max_rows: int = MAX_ROWS
) -> Roster:
    """Read an XLSX or CSV file; ``progress`` is told the number of lines read since last time.

    Raises ``RosterError`` for a file that is not taken at all, ``OSError``.
    """
    with path.open("rb") as file:
        fingerprint = hashlib.file_digest(file, "sha256").hexdigest()
    reader = _Reader(today, max_rows)
    found = False
    for sheet in read_sheets(path):
        places = _find_headings(sheet)
        if places is None:
            continue
        if found:
            raise RosterError(Refusal.SEVERAL_SHEETS)
        found = True
        for line in sheet:
            reader.read(line, places)
            progress(1)
    if not found:
        raise RosterError(Refusal.NO_HEADINGS, lines=_HEADING_LINES)
    if not reader.rows:
        raise RosterError(Refusal.NO_ROWS)
    held = reader.held - {row.id_number for row in reader.rows.values()}
    return Roster(list(reader.rows.values()), reader.problems, frozenset(held), fingerprint)


class _Reader:
    def __init__(self, today: date, max_rows: int) -> None:
        self._max_rows = max_rows
        self._parsers: dict[Column, Callable[[object], Any]] = {
            Column.NAME: cells.name,
            Column.ID_NUMBER: partial(cells.id_number, today=today),
            Column.PHONE: cells.phone,
            Column.UNION: cells.union_name,
            Column.JOINED: partial(cells.joined_on, today=today),
            Column.MUTUAL_AID: partial(cells.mutual_aid_years, today=today),
        }
        self.rows: dict[str, RosterRow] = {}
        self.problems: list[Problem] = []
        self.held: set[str] = set()

    def read(self, line: Line, places: Mapping[Column, int]) -> None:
        number, row = line
        if _is_blank(row):
            return
        if len(self.rows) + len(self.problems) >= self._max_rows:
            raise RosterError(Refusal.TOO_MANY_ROWS, limit=self._max_rows)
        values: dict[Column, Any] = {}
        faults: list[Problem] = []
        for column, parse in self._parsers.items():
            place = places[column]
            try:
                values[column] = parse(row[place] if place < len(row) else None)
            except CellError as error:
                faults.append(Problem(number, column, error.fault))
        id_number = values.get(Column.ID_NUMBER)
        if id_number is not None and (first := self.rows.get(id_number)):
            faults = [Problem(number, Column.ID_NUMBER, Fault.DUPLICATE, first.line)]
        if not faults:
            self.rows[values[Column.ID_NUMBER]] = RosterRow(number, *values.values())
            return
        self.problems += faults
        if id_number is not None:
            self.held.add(id_number)


def _find_headings(lines: Iterator[Line]) -> dict[Column, int] | None:
    """Where each column stands; None if none of the first lines is the one with the headings."""
    for _, row in islice(lines, _HEADING_LINES):
        found = list(_columns(row))
        if {Column.NAME, Column.ID_NUMBER} <= {column for column, _ in found}:
            return _checked(found)
    return None


def _columns(row: Sequence[object]) -> Iterable[tuple[Column, int]]:
    synonyms = {
        heading: column
        for column, headings in members_texts().roster.headings.items()
        for heading in headings
    }
    for place, cell in enumerate(row):
        heading = _REMARKS.sub("", unicodedata.normalize("NFKC", str(cell or "")))
        if heading in synonyms:
            yield synonyms[heading], place


def _checked(found: list[tuple[Column, int]]) -> dict[Column, int]:
    places: dict[Column, int] = {}
    for column, place in found:
        if column in places:
            raise RosterError(Refusal.REPEATED_COLUMN, column=column.heading)
        places[column] = place
    # A refresh from a file without, say, phones would take away everybody's.
    if missing := [column.heading for column in Column if column not in places]:
        raise RosterError(Refusal.MISSING_COLUMNS, columns="、".join(missing))
    return places


def _is_blank(row: Sequence[object]) -> bool:
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)

"""Reads the lines of an XLSX or CSV file, a few at a time, without trusting it.

Formulas are not computed and their cached results are not read: a cell comes as its formula.
"""

import csv
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from api.members.texts import Refusal, members_texts

MAX_FILE_BYTES = 64 * 2**20
_MAX_UNPACKED_BYTES = 2**30
_MAX_COLUMNS = 64
_MAX_LINES = 2**20  # of an Excel sheet
_ZIP = b"PK\x03\x04"
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCODINGS = ("utf-8-sig", "gb18030")  # GB 18030 contains GBK
# What zipfile, openpyxl and the XML parser raise for damaged files.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ArithmeticError,
    AttributeError,
    LookupError,
    ValueError,
    TypeError,
    SyntaxError,
    EOFError,
    NotImplementedError,
    csv.Error,
)

Line = tuple[int, Sequence[object]]
"""The number of a line in its sheet, from 1, and its cells."""


class RosterError(ValueError):
    """A file is not taken at all; the message is for staff."""

    def __init__(self, refusal: Refusal, **details: object) -> None:
        super().__init__(members_texts().roster.refusals[refusal].format_map(details))
        self.refusal = refusal


def read_sheets(path: Path) -> Iterator[Iterator[Line]]:
    """The sheets of the file; each must be read before the next. Raises ``RosterError``."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise RosterError(Refusal.TOO_LARGE, limit=MAX_FILE_BYTES // 2**20)
    with path.open("rb") as file:
        magic = file.read(len(_OLE2))
    if magic == _OLE2:
        raise RosterError(Refusal.OLD_FORMAT)
    if magic.startswith(_ZIP):
        yield from _read_xlsx(path)
    else:
        yield _read_csv(path)


def _read_xlsx(path: Path) -> Iterator[Iterator[Line]]:
    with _damage_refused():
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > _MAX_UNPACKED_BYTES:
            raise RosterError(Refusal.TOO_LARGE, limit=_MAX_UNPACKED_BYTES // 2**20)
        workbook = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    try:
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible":
                # Some programs write a wrong size into the sheet, and rows would be cut off.
                sheet.reset_dimensions()
                rows = sheet.iter_rows(max_row=_MAX_LINES, max_col=_MAX_COLUMNS, values_only=True)
                yield _guarded(enumerate(rows, start=1))
    finally:
        workbook.close()


def _read_csv(path: Path) -> Iterator[Line]:
    with path.open(encoding=_encoding_of(path), newline="") as file:
        reader = csv.reader(file)
        yield from _guarded((reader.line_num, cells) for cells in reader)


def _encoding_of(path: Path) -> str:
    for encoding in _ENCODINGS:
        try:
            with path.open(encoding=encoding) as file:
                while file.read(2**20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise RosterError(Refusal.ENCODING)


def _guarded(lines: Iterator[Line]) -> Iterator[Line]:
    with _damage_refused():
        yield from lines


@contextmanager
def _damage_refused() -> Iterator[None]:
    try:
        yield
    except RosterError:
        raise
    except _BROKEN:
        raise RosterError(Refusal.UNREADABLE) from None

"""Rows as files: CSV that Excel opens in UTF-8, and XLSX."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from api.reports.cells import Cell, safe

XLSX_ROWS_AT_MOST = 200_000
"""A sheet holds a million, but nobody can work with that, and it takes minutes to write."""
_BOM = "\ufeff"
_WIDEST = 32


async def csv_chunks(
    headings: Sequence[Cell], pages: AsyncIterator[list[list[Cell]]]
) -> AsyncIterator[bytes]:
    """The file in pieces: RFC 4180 with a byte order mark, without which Excel reads it as GBK."""
    yield (_BOM + _csv([headings])).encode()
    async for page in pages:
        yield _csv(page).encode()


async def write_csv(
    path: Path, headings: Sequence[Cell], pages: AsyncIterator[list[list[Cell]]]
) -> None:
    """The same as a file. Raises ``OSError``."""
    with path.open("wb") as file:
        async for chunk in csv_chunks(headings, pages):
            await asyncio.to_thread(file.write, chunk)


async def write_xlsx(
    path: Path, sheet: str, headings: Sequence[Cell], pages: AsyncIterator[list[list[Cell]]]
) -> None:
    """A workbook of one sheet, written as the rows come. Raises ``OSError``."""
    workbook = Workbook(write_only=True)
    table = workbook.create_sheet(sheet)
    table.freeze_panes = "A2"
    for number, heading in enumerate(headings, start=1):
        width = min(2 * len(str(heading)) + 4, _WIDEST)
        table.column_dimensions[get_column_letter(number)].width = width
    titles = []
    for heading in headings:
        title = WriteOnlyCell(table, value=safe(heading))
        title.font = Font(bold=True)
        titles.append(title)
    table.append(titles)

    def append(page: list[list[Cell]]) -> None:
        for row in page:
            table.append([safe(value) for value in row])

    async for page in pages:
        await asyncio.to_thread(append, page)
    await asyncio.to_thread(workbook.save, path)


def _csv(rows: Sequence[Sequence[Cell]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([safe(value) for value in row] for row in rows)
    return buffer.getvalue()

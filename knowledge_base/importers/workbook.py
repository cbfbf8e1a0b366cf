"""Workbooks of questions and answers: one row, one draft.

Reading the cells (:func:`read_workbook`) runs in the :mod:`sandbox`; what they mean is decided
outside (:func:`make_row_drafts`).
"""

import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from knowledge_base.article import SectionName
from knowledge_base.document import Document
from knowledge_base.importers.drafts import make_draft
from knowledge_base.importers.fields import DraftFields
from knowledge_base.importers.identifiers import slug
from knowledge_base.importers.outline import Block
from knowledge_base.importers.refusal import UnreadableError

MAX_ROWS = 20_000
MAX_COLUMNS = 60
COLUMNS = {
    "title": ("标题", "title"),
    "questions": ("问题", "questions", "question"),
    "text": ("答案", "正文", "text", "answer"),
    "source": ("来源", "source"),
    "effective_from": ("生效日期", "effective_from"),
    "effective_to": ("失效日期", "effective_to"),
    "region": ("区域", "region"),
    "area": ("领域", "area"),
}
"""Names of the columns by field; a section's name (需要材料) is a column too."""

_NAMES = {name: field for field, names in COLUMNS.items() for name in names}
_NAMES |= {str(section): str(section) for section in SectionName}
_HEADER_WITHIN = 10
_MAX_PROBLEMS = 20
_UNCOMPUTED = "a formula whose value is not stored; open the file in Excel and save it"
_ERROR_VALUE = "the cell shows an error"

CellValue = str | int | float | bool | date | datetime | None


@dataclass(frozen=True)
class CellProblem:
    """Stands for the value of a cell that has none."""

    reason: str


@dataclass(frozen=True)
class Sheet:
    """The filled rows of one visible sheet by their number in the sheet."""

    name: str
    rows: dict[int, list[CellValue | CellProblem]]


@dataclass(frozen=True)
class Sheets:
    """The visible sheets, and the names of the hidden ones, which are not read."""

    visible: list[Sheet]
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowDrafts:
    """The drafts of a workbook and what the operator should know."""

    documents: list[Document]
    notes: tuple[str, ...]


def read_workbook(content: bytes) -> Sheets:
    """Read the sheets of an XLSX file whose archive has been checked.

    Raises:
        UnreadableError: the file is damaged or has too many rows.
    """
    from openpyxl import load_workbook

    try:
        values = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        formulas = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        visible = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
        hidden = [sheet.title for sheet in values.worksheets if sheet not in visible]
        read = [_read_sheet(sheet, formulas[sheet.title]) for sheet in visible]
        return Sheets(read, tuple(hidden))
    except (UnreadableError, MemoryError):
        raise
    except Exception as error:
        # openpyxl raises whatever it stumbles over in a broken file; the text of such an
        # error may quote a cell, so it is not passed on.
        raise UnreadableError(f"the file is damaged ({type(error).__name__})") from None


def _read_sheet(values: Any, formulas: Any) -> Sheet:
    rows: dict[int, list[CellValue | CellProblem]] = {}
    # The size that a sheet declares may be wrong in either direction.
    values.reset_dimensions()
    formulas.reset_dimensions()
    pairs = zip(
        values.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS),
        formulas.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True),
        strict=True,
    )
    for number, (cells, written) in enumerate(pairs, start=1):
        row = [_cell(cell, formula) for cell, formula in zip(cells, written, strict=True)]
        if all(value is None for value in row):
            continue
        if number > MAX_ROWS:
            raise UnreadableError(f"sheet {values.title!r} has more than {MAX_ROWS} rows; split it")
        rows[number] = row
    return Sheet(values.title, rows)


def _cell(cell: Any, formula: Any) -> CellValue | CellProblem:
    value = cell.value
    if value is None:
        is_formula = isinstance(formula, str) and formula.startswith("=")
        return CellProblem(_UNCOMPUTED) if is_formula else None
    if cell.data_type == "e":
        return CellProblem(_ERROR_VALUE)
    if isinstance(value, str):
        return value.strip() or None
    return value if isinstance(value, int | float | bool | date | datetime) else str(value)


def make_row_drafts(sheets: Sheets, file: Path) -> RowDrafts:
    """Return one draft for each row below a header row.

    Raises:
        UnreadableError: nothing to import, or the list of all wrong cells, each with its
            sheet, row and column.
    """
    filled = [sheet for sheet in sheets.visible if sheet.rows]
    if not filled:
        raise UnreadableError("the workbook is empty")
    reader = _RowReader(file)
    for sheet in filled:
        reader.read(sheet)
    if reader.problems:
        shown = reader.problems[:_MAX_PROBLEMS]
        more = len(reader.problems) - len(shown)
        raise UnreadableError("\n  ".join([*shown, *([f"and {more} more"] if more else [])]))
    if not reader.documents:
        raise UnreadableError("the workbook has a header but no rows below it")
    notes = [f"sheet {name!r} is hidden: not imported" for name in sheets.hidden]
    return RowDrafts(reader.documents, (*reader.notes, *notes))


class _RowReader:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._places: dict[str, str] = {}
        self.documents: list[Document] = []
        self.problems: list[str] = []
        self.notes: list[str] = []

    def read(self, sheet: Sheet) -> None:
        header = _find_header(sheet)
        if header is None:
            self.problems.append(
                f"sheet {sheet.name!r}: no header row with 标题 or 问题 and 答案 "
                f"in the first {_HEADER_WITHIN} rows"
            )
            return
        header_row, columns = header
        names = [value for value in sheet.rows[header_row] if isinstance(value, str)]
        ignored = [name for name in names if _NAMES.get(_normal(name)) is None]
        if ignored:
            self.notes.append(f"sheet {sheet.name!r}: columns not imported: {'、'.join(ignored)}")
        for number, row in sheet.rows.items():
            if number > header_row:
                self._read_row(sheet.name, number, row, columns)

    def _read_row(
        self,
        sheet: str,
        number: int,
        row: list[CellValue | CellProblem],
        columns: dict[str, tuple[int, str]],
    ) -> None:
        place = f"sheet {sheet!r}, row {number}"
        cells = {
            field: row[position]
            for field, (position, _) in columns.items()
            if position < len(row) and row[position] is not None
        }
        if not cells:
            return
        problems = [
            f"{place}, column {columns[field][1]}: {value.reason}"
            for field, value in cells.items()
            if isinstance(value, CellProblem)
        ]
        try:
            fields = DraftFields.model_validate(
                {key: value for key, value in cells.items() if not isinstance(value, CellProblem)}
            )
        except ValidationError as error:
            for detail in error.errors():
                column = columns[str(detail["loc"][0])][1] if detail["loc"] else None
                where = f"{place}, column {column}" if column else place
                problems.append(f"{where}: {detail['msg'].removeprefix('Value error, ')}")
            fields = DraftFields()
        text_column = columns["text"][1]
        if "text" not in cells:
            problems.append(f"{place}, column {text_column}: the answer is empty")
        title = fields.title or next(iter(fields.questions), None)
        if problems:
            self.problems += problems
        elif title is None:
            self.problems.append(f"{place}: neither a title nor a question")
        else:
            self._add(place, title, fields, cells)

    def _add(self, place: str, title: str, fields: DraftFields, cells: dict[str, Any]) -> None:
        identifier = f"{slug(self._file.stem)}-{slug(title)}"
        if identifier in self._places:
            self.problems.append(f"{place}: the same title as {self._places[identifier]}")
            return
        self._places[identifier] = place
        blocks = [Block(0, "", str(cells["text"]))]
        blocks += [
            Block(1, str(name), str(cells[name])) for name in SectionName if str(name) in cells
        ]
        self.documents.append(make_draft(identifier, title, blocks, fields, self._file))


def _find_header(sheet: Sheet) -> tuple[int, dict[str, tuple[int, str]]] | None:
    """Return the header's row and, by field, each column's position and written name."""
    for number, row in list(sheet.rows.items())[:_HEADER_WITHIN]:
        columns: dict[str, tuple[int, str]] = {}
        for position, value in enumerate(row):
            field = _NAMES.get(_normal(value)) if isinstance(value, str) else None
            if field is not None:
                columns.setdefault(field, (position, str(value)))
        if "text" in columns and ("title" in columns or "questions" in columns):
            return number, columns
    return None


def _normal(name: str) -> str:
    return name.strip(" 　*：:").lower().replace(" ", "_")

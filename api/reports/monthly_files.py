"""The monthly report as a workbook: a sheet of sums, and one of cases."""

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from api.reports.cells import Cell, safe
from api.reports.exports import FileKind
from api.reports.monthly_models import ArrearsCase, MonthlyReport
from api.reports.periods import Month
from api.reports.texts import report_texts

_LIST_WIDTHS = (6, 17, 29, 12, 34, 12, 8, 13, 8, 10, 12, 15, 7)
_SUMMARY_WIDTHS = (36, 18)
CASE_COLUMN = 2
"""Of the list: the id of the case."""
_ID_SHOWN = 8
_HEAD = PatternFill("solid", fgColor="F1E4E1")


def name_of(month: Month, kind: FileKind) -> str:
    """What a file of the report is called."""
    return f"{report_texts().monthly.file.format(month=month)}.{kind}"


def title_of(report: MonthlyReport) -> str:
    """The heading: what it is, and of which month."""
    texts = report_texts().monthly
    month = Month.parse(report.month)
    return f"{texts.month.format(year=month.year, month=month.month)}{texts.title}"


def made_on(report: MonthlyReport, zone: ZoneInfo) -> str:
    """When it was made."""
    return f"{report_texts().monthly.made}：{report.made_at.astimezone(zone):%Y-%m-%d %H:%M}"


def summary(report: MonthlyReport) -> list[tuple[str, Cell]]:
    """The sums, line by line."""
    items = report_texts().monthly.items
    return [
        (items.cases, len(report.cases)),
        (items.people, report.people),
        (items.people_unknown, report.people_unknown),
        (items.amount, plain(report.amount)),
        (items.amount_unknown, report.amount_unknown),
        (items.employers, len(report.employers)),
        (items.employers_unknown, report.employers_unknown),
        (items.resolved, report.resolved),
        (items.open, report.open),
        (items.on_time, report.on_time),
        (items.late, report.late),
        (items.median_worked, report.median_min),
        (items.median_clock, report.median_clock_min),
    ]


def breakdowns(report: MonthlyReport) -> list[tuple[str, list[tuple[str, int]]]]:
    """The same cases by what they are told apart by, each under its heading."""
    texts = report_texts()
    words = texts.monthly
    return [
        (words.states_heading, [(texts.states[key], n) for key, n in report.states.items()]),
        (words.outcomes_heading, [(texts.outcomes[key], n) for key, n in report.outcomes.items()]),
        (
            words.priorities_heading,
            [(texts.priorities[key], n) for key, n in report.priorities.items()],
        ),
        (words.streets_heading, [(each.name, each.cases) for each in report.streets]),
        (words.employers_heading, [(each.name, each.cases) for each in report.employers]),
    ]


def headings() -> list[str]:
    """The columns of the list."""
    return list(report_texts().monthly.columns.model_dump().values())


def rows(report: MonthlyReport, zone: ZoneInfo) -> Iterator[list[Cell]]:
    """The list, one row for each case."""
    for number, case in enumerate(report.cases, start=1):
        yield _row(number, case, zone)


def short_id(conversation_id: str) -> str:
    """The last characters of an id, which are enough to tell cases apart on paper."""
    return f"…{conversation_id[-_ID_SHOWN:]}"


def workbook(report: MonthlyReport, zone: ZoneInfo) -> bytes:
    """The XLSX file."""
    book = Workbook()
    sums: Worksheet = book.active
    _write_summary(sums, report, zone)
    _write_list(book.create_sheet(report_texts().monthly.list_sheet), report, zone)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def plain(amount: Decimal) -> int | Decimal:
    """Yuan without needless zeros."""
    return int(amount) if amount == int(amount) else amount


def _row(number: int, case: ArrearsCase, zone: ZoneInfo) -> list[Cell]:
    texts = report_texts()
    late = None if case.is_late is None else texts.no if case.is_late else texts.yes
    return [
        number,
        f"{case.received_at.astimezone(zone):%Y-%m-%d %H:%M}",
        case.conversation_id,
        texts.channels[case.channel],
        case.employer or texts.unknown,
        case.street or texts.unknown,
        texts.unknown if case.people is None else case.people,
        texts.unknown if case.amount is None else plain(case.amount),
        texts.priorities[case.priority],
        texts.states[case.state],
        texts.outcomes[case.outcome] if case.outcome else None,
        case.first_answer_min,
        late,
    ]


def _write_summary(sheet: Worksheet, report: MonthlyReport, zone: ZoneInfo) -> None:
    texts = report_texts().monthly
    sheet.title = texts.summary_sheet
    for number, width in enumerate(_SUMMARY_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([title_of(report)])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([texts.organisation])
    sheet.append([made_on(report, zone)])
    sheet.append([texts.notice])
    sheet["A4"].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.merge_cells("A4:B4")
    sheet.row_dimensions[4].height = 45
    _append_table(sheet, texts.item, texts.value, summary(report))
    for heading, lines in breakdowns(report):
        if lines:
            _append_table(sheet, heading, texts.employer_cases, lines)


def _append_table(
    sheet: Worksheet, left: str, right: str, lines: list[tuple[str, Cell]] | list[tuple[str, int]]
) -> None:
    sheet.append([])
    sheet.append([left, right])
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    for name, value in lines:
        sheet.append([safe(name), safe(value)])
        sheet.cell(sheet.max_row, 2).number_format = (
            "#,##0.##" if isinstance(value, float) else "#,##0"
        )


def _write_list(sheet: Worksheet, report: MonthlyReport, zone: ZoneInfo) -> None:
    for number, width in enumerate(_LIST_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.append(headings())
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for row in rows(report, zone):
        sheet.append([safe(value) for value in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_LIST_WIDTHS))}{sheet.max_row}"

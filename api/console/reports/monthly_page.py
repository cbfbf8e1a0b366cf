"""``/staff/monthly``: the monthly report on wage arrears, to look at and to take along."""

from typing import Any

from nicegui import ui

from api.console.page import Console, staff_page
from api.console.reports.parts import ask, card, services, table
from api.console.reports.ranges import months_back
from api.console.reports.texts import page_texts
from api.reports import monthly_files
from api.reports.cells import Cell
from api.reports.exports import FileKind
from api.reports.monthly_models import MonthlyReport
from api.reports.periods import Month
from api.reports.texts import report_texts
from api.staff.permissions import Permission

_MONTHS = 24
_ROWS_AT_MOST = 50
_LINES_AT_MOST = 15
_texts = page_texts().monthly


class MonthlyPage:
    """The month to choose, the sums and the list."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._reports = services(console).monthly
        current = self._reports.current
        words = report_texts().monthly
        with ui.element("div").classes("reports-bar"):
            self._month = ui.select(
                {
                    str(month): words.month.format(year=month.year, month=month.month)
                    for month in months_back(current, _MONTHS)
                },
                value=str(current.before),
                label=_texts.month,
                on_change=self.show,
            ).props("outlined dense options-dense")
            ui.space()
            for kind, label, icon in (
                (FileKind.XLSX, _texts.xlsx, "table_view"),
                (FileKind.PDF, _texts.pdf, "picture_as_pdf"),
            ):
                ui.button(
                    label,
                    icon=icon,
                    color=None,
                    on_click=lambda chosen=kind: self._download(chosen),
                ).props("outline no-caps")
        self._body = ui.column().classes("w-full gap-3")

    async def show(self) -> None:
        """Make the report of the month chosen."""
        month = Month.parse(self._month.value)
        report = await ask(self._console, Permission.SEE_ALL, lambda _: self._reports.read(month))
        if report is None:
            return
        self._body.clear()
        with self._body:
            ui.label(monthly_files.title_of(report)).classes("text-h6").props(
                'role="heading" aria-level="2"'
            )
            if month == self._reports.current:
                ui.label(_texts.so_far).classes("reports-note")
            ui.label(report_texts().monthly.notice).classes("reports-note")
            _sums(report)
            if report.cases:
                self._list(report)
            else:
                ui.label(report_texts().monthly.none).classes("console-empty")

    async def _download(self, kind: FileKind) -> None:
        month = Month.parse(self._month.value)
        ui.notify(_texts.preparing, position="top")
        content = await ask(
            self._console,
            Permission.SEE_ALL,
            lambda staff: self._reports.file(staff, month, kind),
        )
        if content is not None:
            ui.download.content(content, monthly_files.name_of(month, kind), kind.media_type)

    def _list(self, report: MonthlyReport) -> None:
        headings = monthly_files.headings()
        rows = list(monthly_files.rows(report, self._console.zone))[:_ROWS_AT_MOST]
        with card(_texts.list):
            table(
                _texts.list,
                [(str(column), heading, "left") for column, heading in enumerate(headings)],
                [_row(row) for row in rows],
            )
        if len(report.cases) > _ROWS_AT_MOST:
            ui.label(_texts.more.format(number=_ROWS_AT_MOST)).classes("reports-note")


def _row(row: list[Cell]) -> dict[str, str]:
    row[monthly_files.CASE_COLUMN] = monthly_files.short_id(str(row[monthly_files.CASE_COLUMN]))
    return {str(column): _shown(value) for column, value in enumerate(row)}


def _sums(report: MonthlyReport) -> None:
    words = report_texts().monthly
    with ui.element("div").classes("reports-sums"):
        _lines(words.summary_sheet, monthly_files.summary(report))
        for heading, lines in monthly_files.breakdowns(report):
            if lines:
                _lines(heading, lines[:_LINES_AT_MOST])


def _lines(heading: str, lines: Any) -> None:
    with card(heading), ui.element("table").classes("w-full"):
        for name, value in lines:
            with ui.element("tr"):
                with ui.element("td"):
                    ui.label(name).classes("worker-text")
                with ui.element("td").classes("text-right"):
                    ui.label(_shown(value))


def _shown(value: Cell) -> str:
    if value is None:
        return page_texts().figures.none_yet
    return value if isinstance(value, str) else f"{value:,}"


@staff_page(
    "/monthly",
    title=_texts.title,
    permission=Permission.SEE_ALL,
    nav=page_texts().nav.monthly,
    icon="request_quote",
    order=54,
)
async def monthly_page(console: Console) -> None:
    """The monthly report on wage arrears."""
    await MonthlyPage(console).show()

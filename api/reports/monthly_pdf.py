"""The monthly report as a PDF on landscape A4.

The letters are those of the CID font STSong-Light, which every PDF reader with Chinese support
has: the file carries no font, and none has to be installed where it is made.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    LongTable,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from api.reports import monthly_files
from api.reports.cells import Cell
from api.reports.monthly_models import MonthlyReport
from api.reports.pdf_pages import FONT, MARGIN, RED, NumberedCanvas, register_font
from api.reports.texts import report_texts

_LINE: Final = colors.HexColor("#d9d6cf")
_SHADE: Final = colors.HexColor("#f6f0ee")
_SHADE_ROW: Final = colors.HexColor("#fafaf8")
_NUMBER_COLUMNS: Final = (6, 7, 11)
"""People, yuan and minutes stand to the right."""
_WIDTHS_MM: Final = (9, 28, 26, 19, 46, 22, 13, 20, 14, 17, 20, 21, 12)
_LINES_AT_MOST: Final = 15
"""Under each heading of the sums; the list has them all."""


def pdf(report: MonthlyReport, zone: ZoneInfo) -> bytes:
    """The PDF file."""
    register_font()
    buffer = BytesIO()
    texts = report_texts().monthly
    document = BaseDocTemplate(
        buffer,
        pagesize=landscape(A4),
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=22 * mm,
        bottomMargin=15 * mm,
        title=monthly_files.title_of(report),
        author=texts.organisation,
        lang="zh-CN",
    )
    frame = Frame(
        document.leftMargin, document.bottomMargin, document.width, document.height, id="body",
        leftPadding=0, rightPadding=0,
    )  # fmt: skip
    document.addPageTemplates(PageTemplate(id="page", frames=[frame]))
    head, made = monthly_files.title_of(report), monthly_files.made_on(report, zone)

    class Numbered(NumberedCanvas):
        heading = f"{texts.organisation}　{head}"
        made_on = made

    document.build(_story(report, zone), canvasmaker=Numbered)
    return buffer.getvalue()


def _style(size: float, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(
        f"s{size}", fontName=FONT, fontSize=size, leading=size * 1.35, wordWrap="CJK", **more
    )


def _story(report: MonthlyReport, zone: ZoneInfo) -> list[Flowable]:
    texts = report_texts().monthly
    title = _style(18, alignment=1, textColor=RED, spaceAfter=4 * mm)
    heading = _style(12, spaceBefore=5 * mm, spaceAfter=2 * mm)
    story: list[Flowable] = [Paragraph(escape(monthly_files.title_of(report)), title)]
    story.append(_sums(report))
    if not report.cases:
        return [*story, Paragraph(escape(texts.none), heading)]
    story.append(Spacer(0, 5 * mm))
    story.append(KeepTogether(_breakdowns(report)))
    story += [PageBreak(), Paragraph(escape(texts.list_heading), heading)]
    story.append(_list(report, zone))
    return story


def _sums(report: MonthlyReport) -> Table:
    """The sums, two lines of figures beside each other."""
    lines = monthly_files.summary(report)
    half = (len(lines) + 1) // 2
    cells = [
        [*_sum(left), "", *(_sum(lines[number + half]) if number + half < len(lines) else ("", ""))]
        for number, left in enumerate(lines[:half])
    ]
    table = Table(cells, colWidths=[84 * mm, 46 * mm, 9 * mm, 84 * mm, 46 * mm])
    table.setStyle(
        TableStyle(
            [
                *_BASE,
                ("LINEBELOW", (0, 0), (1, -1), 0.4, _LINE),
                ("LINEBELOW", (3, 0), (4, -1), 0.4, _LINE),
                ("ALIGN", (1, 0), (1, -1), "RIGHT"),
                ("ALIGN", (4, 0), (4, -1), "RIGHT"),
            ]
        )
    )
    return table


def _sum(line: tuple[str, Cell]) -> tuple[str, str]:
    return line[0], _number(line[1])


def _breakdowns(report: MonthlyReport) -> list[Flowable]:
    """States, outcomes, streets and employers beside each other."""
    blocks = [(head, lines) for head, lines in monthly_files.breakdowns(report) if lines]
    widths = [
        85 * mm if head == report_texts().monthly.employers_heading else 46 * mm
        for head, _ in blocks
    ]
    inner = [
        _block(head, lines, width - 6 * mm)
        for (head, lines), width in zip(blocks, widths, strict=True)
    ]
    outer = Table([inner], colWidths=widths, hAlign="LEFT")
    outer.setStyle(
        TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    )
    return [outer]


def _block(heading: str, lines: Sequence[tuple[str, int]], width: float) -> Table:
    small = _style(8.5)
    if len(lines) > _LINES_AT_MOST:
        first = report_texts().monthly.first
        heading = first.format(heading=heading, number=_LINES_AT_MOST)
    cells: list[list[Any]] = [[heading, ""]]
    cells += [
        [Paragraph(escape(name), small), str(cases)] for name, cases in lines[:_LINES_AT_MOST]
    ]
    table = Table(cells, colWidths=[width - 12 * mm, 12 * mm])
    table.setStyle(
        TableStyle(
            [
                *_BASE,
                ("SPAN", (0, 0), (1, 0)),
                ("BACKGROUND", (0, 0), (-1, 0), _SHADE),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
                ("ALIGN", (1, 0), (1, -1), "RIGHT"),
            ]
        )
    )
    return table


def _list(report: MonthlyReport, zone: ZoneInfo) -> LongTable:
    small = _style(8)
    cells: list[list[Any]] = [[Paragraph(escape(each), small) for each in monthly_files.headings()]]
    for row in monthly_files.rows(report, zone):
        row[monthly_files.CASE_COLUMN] = monthly_files.short_id(str(row[monthly_files.CASE_COLUMN]))
        cells.append(
            [
                _number(value)
                if column in _NUMBER_COLUMNS
                else Paragraph(escape("" if value is None else str(value)), small)
                for column, value in enumerate(row)
            ]
        )
    table = LongTable(cells, colWidths=[width * mm for width in _WIDTHS_MM], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                *_BASE,
                ("FONTSIZE", (0, 0), (-1, -1), 8),
                ("BACKGROUND", (0, 0), (-1, 0), _SHADE),
                ("ROWBACKGROUNDS", (0, 1), (-1, -1), [colors.white, _SHADE_ROW]),
                ("GRID", (0, 0), (-1, -1), 0.4, _LINE),
                *(("ALIGN", (column, 1), (column, -1), "RIGHT") for column in _NUMBER_COLUMNS),
            ]
        )
    )
    return table


def _number(value: Cell) -> str:
    if value is None:
        return "—"
    return value if isinstance(value, str) else f"{value:,}"


_BASE: Final[tuple[tuple[Any, ...], ...]] = (
    ("FONTNAME", (0, 0), (-1, -1), FONT),
    ("FONTSIZE", (0, 0), (-1, -1), 9),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ("LEFTPADDING", (0, 0), (-1, -1), 3),
    ("RIGHTPADDING", (0, 0), (-1, -1), 3),
)

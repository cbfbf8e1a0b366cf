"""Head, foot and letters of the pages of a report."""

from functools import cache
from typing import Any, Final

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from api.reports.texts import report_texts

FONT: Final = "STSong-Light"
MARGIN: Final = 14 * mm
RED: Final = colors.HexColor("#a5281f")
SOFT: Final = colors.HexColor("#57606a")


class NumberedCanvas(Canvas):  # type: ignore[misc]
    """Draws head and foot once the number of pages is known."""

    heading = ""
    made_on = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        """Keep the page; it is written at the end."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write every page with its number."""
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self._frame(number, len(self._pages))
            super().showPage()
        super().save()

    def _frame(self, number: int, pages: int) -> None:
        width, height = landscape(A4)
        texts = report_texts().monthly
        self.setFont(FONT, 9)
        self.setFillColor(SOFT)
        self.drawString(MARGIN, height - 13 * mm, self.heading)
        self.drawRightString(width - MARGIN, height - 13 * mm, self.made_on)
        self.setStrokeColor(RED)
        self.setLineWidth(0.8)
        self.line(MARGIN, height - 16 * mm, width - MARGIN, height - 16 * mm)
        self.drawRightString(width - MARGIN, 8 * mm, texts.page.format(page=number, pages=pages))
        self.setFont(FONT, 7.5)
        self.drawString(MARGIN, 8 * mm, texts.notice)


@cache
def register_font() -> None:
    """Make the font known, once."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))

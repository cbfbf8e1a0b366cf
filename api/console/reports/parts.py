"""What these pages are made of."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from nicegui import ui

from api.console import scrolling
from api.console.page import Console
from api.console.reports.charts import Options
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.reports.service import ReportServices
from api.staff.permissions import Permission, may
from api.storage.models import Staff

T = TypeVar("T")
_CSS = Path(__file__).with_name("reports.css")
_ROW_PX = 30


def services(console: Console) -> ReportServices:
    """The gateway's reports; the page's own rules of looks come with them."""
    ui.add_css(_CSS)
    found: ReportServices = console.state.reports
    return found


async def ask(
    console: Console, permission: Permission, work: Callable[[Staff], Awaitable[T]]
) -> T | None:
    """Do something for who still may: a page stays open longer than a role may last."""

    async def checked(staff: Staff) -> T:
        if not may(staff.role, permission):
            raise ApiError(ErrorCode.FORBIDDEN)
        return await work(staff)

    return await console.act(checked)


def tile(name: str, value: str, hint: str) -> None:
    """One figure."""
    with ui.element("div").classes("reports-tile"):
        ui.label(name).classes("name")
        ui.label(value).classes("value")
        ui.label(hint).classes("hint")


@contextmanager
def card(heading: str, place: int = 0, *, wide: bool = False) -> Any:
    """A card with a heading; the body of the ``with`` fills it. ``place``: among the others of a
    grid, whenever it comes."""
    with (
        ui.element("section")
        .style(f"order: {place}")
        .classes(f"console-card reports-chart{' wide' if wide else ''}") as it
    ):
        ui.label(heading).classes("reports-h2").props('role="heading" aria-level="2"')
        yield it


def chart(
    heading: str,
    options: Options,
    said: str,
    place: int,
    *,
    rows: int | None = None,
    wide: bool = False,
) -> None:
    """A chart in a card at its ``place``.

    ``said``: the same in words, for who cannot see it; ``rows``: how many lying bars it has.
    """
    with card(heading, place, wide=wide):
        drawn = ui.echart(options, renderer="svg").props(f'role="img" aria-label="{_quoted(said)}"')
        if rows is not None:
            drawn.style(f"height: {max(rows, 3) * _ROW_PX + 24}px")


def table(
    name: str, columns: Sequence[tuple[str, str, str]], rows: Sequence[dict[str, Any]]
) -> None:
    """A plain table; a column is its field, heading and alignment."""
    shown = scrolling.table(
        name,
        columns=[
            {"name": field, "field": field, "label": label, "align": align}
            for field, label, align in columns
        ],
        rows=list(rows),
        row_key=columns[0][0],
    )
    shown.classes("reports-table")
    shown.props("flat dense wrap-cells hide-pagination :rows-per-page-options='[0]'")


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;")

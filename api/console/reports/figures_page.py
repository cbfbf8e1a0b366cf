"""``/staff/figures``: the dashboard."""

from collections.abc import Awaitable, Callable
from datetime import date

from nicegui import ui

from api.console.page import Console, staff_page
from api.console.reports import figures_view as view
from api.console.reports.files import Downloads
from api.console.reports.parts import ask, services
from api.console.reports.ranges import Preset, days_of
from api.console.reports.texts import page_texts
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.reports.exports import FileKind, name_of
from api.reports.periods import DayRange
from api.staff.permissions import Permission
from api.storage.models import Staff

_texts = page_texts().figures


class FiguresPage:
    """The controls, and the figures below them, which come in one by one."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._reports = services(console)
        self._downloads = Downloads()
        self._asked = 0
        today = self._reports.figures.today.date()
        first, last = days_of(Preset.DAYS_30, today) or (today, today)
        with ui.element("div").classes("reports-bar"):
            self._preset = ui.select(
                {preset.value: getattr(_texts.presets, preset) for preset in Preset},
                value=Preset.DAYS_30.value,
                label=_texts.range,
                on_change=self._choose,
            ).props("outlined dense options-dense")
            self._first = self._day(_texts.first, first)
            self._last = self._day(_texts.last, last)
            ui.button(_texts.apply, on_click=self._show_own).props(
                "unelevated dense padding='6px 16px'"
            )
            ui.space()
            with (
                ui.button(_texts.export, icon="download", color=None).props("outline no-caps"),
                ui.menu(),
            ):
                ui.menu_item(_texts.csv, lambda: self._export(FileKind.CSV))
                ui.menu_item(_texts.xlsx, lambda: self._export(FileKind.XLSX))
        self._tiles = ui.element("div").classes("reports-tiles")
        self._begin()
        self._charts = ui.element("div").classes("reports-grid")
        ui.label(_texts.note).classes("reports-note")
        ui.timer(0.01, self._show, once=True)

    def _day(self, label: str, value: date) -> ui.input:
        field = ui.input(label, value=value.isoformat()).props(
            "type=date outlined dense stack-label"
        )
        field.on("keydown.enter", self._show_own)
        return field

    async def _choose(self) -> None:
        chosen = days_of(Preset(self._preset.value), self._reports.figures.today.date())
        if chosen is not None:
            self._first.value, self._last.value = (day.isoformat() for day in chosen)
            await self._show()

    async def _show_own(self) -> None:
        first, last = self._first.value, self._last.value
        chosen = days_of(Preset(self._preset.value), self._reports.figures.today.date())
        if chosen is not None and [first, last] != [day.isoformat() for day in chosen]:
            self._preset.value = Preset.OWN.value
        await self._show()

    def _days(self) -> DayRange | None:
        try:
            first = date.fromisoformat(self._first.value or "")
            last = date.fromisoformat(self._last.value or "")
            return DayRange.of(first, last, self._console.zone)
        except (ValueError, ApiError):
            ui.notify(_texts.bad_range, type="warning", position="top")
            return None

    def _begin(self) -> ui.element:
        """Say that the figures are on their way."""
        self._tiles.clear()
        with self._tiles, ui.row().classes("items-center gap-2") as waiting:
            ui.spinner()
            ui.label(_texts.loading).classes("reports-note")
        return waiting

    async def _show(self) -> None:
        """Each figure as soon as it is counted. A range chosen meanwhile takes over."""
        days = self._days()
        if days is None:
            return
        self._asked += 1
        asked = self._asked
        self._charts.clear()
        waiting = self._begin()
        figures = self._reports.figures
        parts: list[Callable[[Staff], Awaitable[view.Drawn]]] = [
            lambda _: view.volumes(figures, days),
            lambda _: view.desk(figures, days),
            lambda _: view.answers(figures, days),
            lambda _: view.opinions(figures, days),
            lambda _: view.streets(figures, days),
        ]
        if self._console.may(Permission.SEE_ALL):
            parts.append(lambda _: view.agents(figures, days))
        for part in parts:
            draw = await ask(self._console, Permission.SEE_REPORTS, part)
            if draw is None or asked != self._asked:
                return
            view.draw_into(draw, self._tiles, self._charts)
            if not waiting.is_deleted:
                waiting.delete()

    async def _export(self, kind: FileKind) -> None:
        days = self._days()
        if days is None:
            return
        ui.notify(_texts.exporting, position="top")
        path = self._downloads.place(kind)

        async def write(staff: Staff) -> bool:
            try:
                await self._reports.exports.write(staff, days, kind, path)
            except ApiError as error:
                if error.code is not ErrorCode.INVALID_REQUEST:
                    raise
                ui.notify(_texts.too_long, type="warning", position="top")
                return False
            return True

        if await ask(self._console, Permission.SEE_REPORTS, write):
            self._downloads.send(path, name_of(days, kind), kind)


@staff_page(
    "/figures",
    title=_texts.title,
    permission=Permission.SEE_REPORTS,
    nav=page_texts().nav.figures,
    icon="insights",
    order=50,
    shortcut="f",
)
async def figures_page(console: Console) -> None:
    """Figures of the service over a range of days."""
    FiguresPage(console)

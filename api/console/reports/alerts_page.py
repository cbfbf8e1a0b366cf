"""``/staff/alerts``: employers of whom several workers complain."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from nicegui import ui

from api.console import dialogs, scrolling
from api.console.page import Console, staff_page
from api.console.reports.parts import ask, services
from api.console.reports.texts import page_texts
from api.reports.alert_desk import AlertCase, AlertSummary
from api.reports.texts import report_texts
from api.staff.permissions import Permission
from api.storage.models import AlertState, Staff

_texts = page_texts().alerts


class AlertsPage:
    """The list, and in each alert its cases on demand."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._desk = services(console).alerts
        ui.label(_texts.intro).classes("reports-note")
        self._which = ui.toggle(
            {False: _texts.open, True: _texts.closed}, value=False, on_change=self.show
        ).props("no-caps unelevated toggle-color=primary padding='4px 16px'")
        self._list = ui.column().classes("w-full gap-3")

    async def show(self) -> None:
        """Read the list anew."""
        closed = bool(self._which.value)
        alerts = await ask(
            self._console, Permission.SEE_ALL, lambda _: self._desk.list(closed=closed)
        )
        if alerts is None:
            return
        self._list.clear()
        with self._list:
            if not alerts:
                ui.label(_texts.none_closed if closed else _texts.none).classes("console-empty")
            for alert in alerts:
                self._alert(alert)

    def _alert(self, alert: AlertSummary) -> None:
        is_open = alert.state is AlertState.OPEN
        with ui.element("section").classes(
            f"console-card reports-alert{' open' if is_open else ''}"
        ) as place:
            place.mark(f"alert-{alert.id}")
            with ui.element("div").classes("head"):
                ui.label(report_texts().kinds[alert.kind]).classes("kind")
                ui.label(alert.employer).classes("employer worker-text").props(
                    'role="heading" aria-level="2"'
                )
                if is_open:
                    ui.label(_texts.badge).classes("reports-new")
                ui.label(_texts.people.format(people=alert.people, cases=alert.cases))
            with ui.element("div").classes("head reports-soft"):
                span = _texts.span.format(
                    first=self._local(alert.first_case_at), last=self._local(alert.last_case_at)
                )
                ui.label(span)
                if alert.seen_by and alert.seen_at:
                    at = self._local(alert.seen_at)
                    ui.label(_texts.seen_by.format(name=alert.seen_by, at=at))
            cases = ui.element("div")
            with ui.row().classes("gap-2"):
                show = ui.button(_texts.show, color=None).props("flat dense no-caps")
                show.on_click(lambda: self._toggle(alert.id, cases, show))
                if is_open:
                    ui.button(
                        _texts.mark_seen,
                        on_click=lambda: self._do(
                            lambda staff: self._desk.mark_seen(staff, alert.id), _texts.marked
                        ),
                    ).props("outline dense no-caps padding='2px 12px'")
                if alert.state is not AlertState.CLOSED:
                    ui.button(
                        _texts.close, color=None, on_click=lambda: self._ask_to_close(alert.id)
                    ).props("flat dense no-caps")

    async def _toggle(self, alert_id: str, place: ui.element, button: ui.button) -> None:
        if button.text == _texts.hide:
            place.clear()
            button.set_text(_texts.show)
            return
        alert = await ask(self._console, Permission.SEE_ALL, lambda _: self._desk.read(alert_id))
        if alert is None:
            return
        button.set_text(_texts.hide)
        with place, scrolling.sideways(alert.employer):
            self._cases(alert.conversations)

    def _cases(self, cases: list[AlertCase]) -> None:
        words, names = _texts.columns, report_texts()
        headings = (words.began, words.category, words.priority, words.state)
        with ui.element("table").classes("w-full text-left"):
            with ui.element("tr"):
                for heading in headings:
                    with ui.element("th").classes(
                        "reports-soft font-normal whitespace-nowrap pr-4"
                    ):
                        ui.label(heading)
            for case in cases:
                cells = (
                    case.category,
                    names.priorities[case.priority],
                    names.states[case.state],
                )
                with ui.element("tr"):
                    with ui.element("td").classes("pr-4 whitespace-nowrap"):
                        ui.link(self._local(case.began_at), f"/cases/{case.conversation_id}")
                    for cell in cells:
                        with ui.element("td").classes("pr-4 whitespace-nowrap"):
                            ui.label(cell)

    def _ask_to_close(self, alert_id: str) -> None:
        async def close() -> None:
            dialog.close()
            await self._do(lambda staff: self._desk.close(staff, alert_id), _texts.was_closed)

        with ui.dialog(value=True) as dialog, ui.card():
            dialogs.title(dialog, _texts.close)
            ui.label(_texts.close_question)
            with ui.row().classes("w-full justify-end"):
                ui.button(_texts.cancel, color=None, on_click=dialog.close).props("flat no-caps")
                ui.button(_texts.close, on_click=close).props("unelevated no-caps")

    async def _do(self, work: Callable[[Staff], Awaitable[None]], done: str) -> None:
        async def noted(staff: Staff) -> bool:
            await work(staff)
            return True

        if await ask(self._console, Permission.SEE_ALL, noted):
            ui.notify(done, position="top")
            await self.show()

    def _local(self, at: datetime) -> str:
        return f"{at.astimezone(self._console.zone):%m-%d %H:%M}"


@staff_page(
    "/alerts",
    title=_texts.title,
    permission=Permission.SEE_ALL,
    nav=page_texts().nav.alerts,
    icon="campaign",
    order=52,
)
async def alerts_page(console: Console) -> None:
    """Early warnings."""
    await AlertsPage(console).show()

"""The column with the list: tabs, search, filters."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nicegui import ui

from api.console.inbox.components import CaseList
from api.console.inbox.dialogs import dialog_card
from api.console.inbox.list_view import row_data
from api.console.inbox.texts import page_texts
from api.inbox import colleagues, labels
from api.inbox.counting import Counts
from api.inbox.listing import Page
from api.inbox.views import Filters, View
from api.storage.models import Channel, now
from contract import HandoffReason

if TYPE_CHECKING:
    from api.console.inbox.desk_page import DeskPage

_SEARCH_AFTER_MS = 350
_VIEWS = (View.WAITING, View.MINE, View.OPEN, View.ARCHIVED)


class ListPanel:
    """The left column."""

    def __init__(self, desk: "DeskPage") -> None:
        self._desk = desk
        self._texts = page_texts()
        self._tabs: dict[View, ui.button] = {}

    def build(self) -> None:
        """Put it on the page."""
        texts = self._texts.list
        with ui.element("section").classes("inbox-list").props(f'aria-label="{texts.label}"'):
            with ui.element("div").classes("inbox-tabs").props('role="group"'):
                for view in _VIEWS:
                    self._tabs[view] = (
                        ui.button(
                            self._texts.views[view],
                            on_click=lambda view=view: self._desk.choose_view(view),
                            color=None,
                        )
                        .props("flat dense no-caps")
                        .mark(f"view-{view}")
                    )
            with ui.element("div").classes("inbox-find"):
                self._search = (
                    ui.input(placeholder=texts.search, on_change=self._look_for)
                    .props(
                        f"dense outlined clearable debounce={_SEARCH_AFTER_MS} maxlength=100"
                        f' aria-label="{texts.search}"'
                    )
                    .classes("inbox-search")
                )
                self._filter_button = ui.button(
                    icon="tune", on_click=self._choose_filters, color=None
                ).props(f'flat dense aria-label="{texts.filters}" title="{texts.filters}"')
            self._cases = CaseList(
                texts.model_dump(exclude={"empty"}),
                on_open=self._desk.open,
                on_more=self._desk.show_more,
                on_claim=self._desk.claim,
                on_resolve=self._desk.resolve,
            ).classes("inbox-cases")

    def show(self, page: Page, counts: Counts) -> None:
        """Show rows and numbers."""
        at, zone = now(), self._desk.console.zone
        state = self._desk.state
        numbers = {View.WAITING: counts.waiting, View.MINE: counts.mine, View.OPEN: counts.open}
        for view, tab in self._tabs.items():
            number = numbers.get(view)
            name = self._texts.views[view]
            tab.set_text(name if number is None else f"{name} {number}")
            chosen = view is state.view and not state.filters.query
            tab.classes(add="chosen" if chosen else "", remove="" if chosen else "chosen")
            tab.props(f'aria-pressed="{str(chosen).lower()}"')
        narrowed = replace(state.filters, query="") != Filters()
        self._filter_button.classes(
            add="chosen" if narrowed else "", remove="" if narrowed else "chosen"
        )
        empty = "search" if state.filters.query or narrowed else state.view
        self._cases.show(
            rows=[row_data(row, zone, at) for row in page.rows],
            empty=self._texts.list.empty[empty],
            more=page.cursor is not None,
            waiting=counts.waiting,
            late=counts.warned + counts.overdue,
        )

    def select(self, conversation_id: str) -> None:
        """Mark the conversation that is open."""
        self._cases.show(selected=conversation_id)

    async def _look_for(self, event: Any) -> None:
        await self._desk.filter(replace(self._desk.state.filters, query=event.value or ""))

    async def _choose_filters(self) -> None:
        texts, filters = self._texts.list, self._desk.state.filters
        known = await self._desk.read(labels.usable)
        people = await self._desk.read(colleagues.answering)
        choices: dict[str, dict[Any, str]] = {
            "channel": {channel: self._texts.channels[channel] for channel in Channel},
            "priority": dict(self._texts.priorities),
            "reason": {reason: self._texts.reasons[reason] for reason in HandoffReason},
            "label_id": {label.id: label.name for label in known},
            "assigned": {each.staff.id: each.staff.name for each in people},
        }
        names = {
            "channel": texts.channel,
            "priority": texts.priority,
            "reason": texts.reason,
            "label_id": texts.label_filter,
            "assigned": texts.assigned,
        }
        with self._desk.root, dialog_card(texts.filters) as dialog:
            fields = {
                key: ui.select(
                    options, value=getattr(filters, key), label=names[key], clearable=True
                ).props("dense outlined")
                for key, options in choices.items()
            }
            about = ui.input(texts.about, value=filters.about).props("dense outlined clearable")
            with ui.row():
                ui.button(texts.clear, on_click=lambda: dialog.submit(Filters())).props("flat")
                ui.button(
                    self._texts.dialogs.confirm,
                    on_click=lambda: dialog.submit(
                        Filters(
                            **{key: each.value for key, each in fields.items()},
                            about=about.value or "",
                        )
                    ),
                )
        dialog.open()
        chosen = await dialog
        dialog.delete()
        if isinstance(chosen, Filters):
            await self._desk.filter(replace(chosen, query=self._desk.state.filters.query))

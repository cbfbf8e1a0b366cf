"""The column with the hand-off package, the worker's card, notes and the knowledge search."""

from typing import TYPE_CHECKING

from nicegui import ui

from api.console.inbox.card_view import show_card
from api.console.inbox.package_view import show_package
from api.console.inbox.texts import page_texts
from api.inbox import knowledge
from api.inbox.opening import OpenCase

if TYPE_CHECKING:
    from api.console.inbox.desk_page import DeskPage

_TABS = ("package", "card", "notes", "knowledge")


class SidePanel:
    """The right column."""

    def __init__(self, desk: "DeskPage") -> None:
        self._desk = desk
        self._texts = page_texts()
        self._shown: object = None
        self._notes_shown: list[str] | None = None

    def build(self) -> None:
        """Put it on the page."""
        texts = self._texts
        with (
            ui.element("section")
            .classes("inbox-side")
            .props(f'aria-label="{texts.case.side}"') as self._column
        ):
            with ui.row().classes("side-head"):
                ui.button(
                    icon="arrow_back", on_click=lambda: self._desk.show_pane("talk"), color=None
                ).props(f'flat dense aria-label="{texts.case.back}"').classes("narrow-only")
                with ui.tabs().props("dense no-caps") as tabs:
                    for name in _TABS:
                        ui.tab(name, label=texts.side.tabs[name])
            with ui.tab_panels(tabs, value=_TABS[0], animated=False).classes("side-panels"):
                with ui.tab_panel("package"):
                    self._package = ui.element("div").classes("side-body")
                with ui.tab_panel("card"):
                    self._card = ui.element("div").classes("side-body")
                with ui.tab_panel("notes"):
                    self._build_notes()
                with ui.tab_panel("knowledge"):
                    self._build_knowledge()
        self.show(None)

    def show(self, case: OpenCase | None) -> None:
        """Show another case, or none."""
        self._column.set_visibility(case is not None)
        self._shown = self._notes_shown = None
        self._note.set_value("")
        self._found.clear()
        if case is not None:
            self._card.clear()
            with self._card:
                show_card(self._desk, case)
            self.update(case)

    def update(self, case: OpenCase) -> None:
        """Show what has changed in the case."""
        handoff = case.row.handoff
        standing = handoff and (
            handoff.state,
            handoff.claimed_by,
            handoff.priority,
            handoff.summary,
            handoff.case_facts,
            handoff.package,
        )
        if standing != self._shown or not self._package.default_slot.children:
            self._shown = standing
            self._package.clear()
            with self._package:
                show_package(case, self._desk.titles, self._desk.console.zone)
        self._show_notes(case)

    def _build_notes(self) -> None:
        texts = self._texts.side
        with ui.element("div").classes("side-body"):
            self._notes = ui.element("div").classes("side-notes")
            self._note = (
                ui.textarea(texts.note_label).props("outlined dense autogrow").classes("w-full")
            )
            ui.button(texts.note_add, on_click=self._add_note).props("dense no-caps unelevated")

    def _show_notes(self, case: OpenCase) -> None:
        ids = [note.id for note, _ in case.notes]
        if ids == self._notes_shown:
            return
        self._notes_shown = ids
        self._notes.clear()
        zone = self._desk.console.zone
        with self._notes:
            if not case.notes:
                ui.label(self._texts.side.notes_none).classes("inbox-hint")
            for note, author in case.notes:
                with ui.element("div").classes("side-note"):
                    at = note.created_at.astimezone(zone)
                    ui.label(f"{author} {at:%m-%d %H:%M}").classes("inbox-hint")
                    ui.label(note.text).classes("worker-text")

    async def _add_note(self) -> None:
        case, text = self._desk.case, self._note.value or ""
        if case is None or not text.strip():
            return
        conversation_id = case.row.conversation.id
        if await self._desk.act(lambda staff: self._desk.desk.note(conversation_id, staff, text)):
            self._note.set_value("")

    def _build_knowledge(self) -> None:
        texts = self._texts.side
        with ui.element("div").classes("side-body"):
            self._query = (
                ui.input(texts.knowledge_label)
                .props(f"outlined dense clearable maxlength={knowledge.QUERY_MAX_CHARS}")
                .on("keydown.enter", self._look_up)
            )
            self._look_up_button = ui.button(texts.knowledge_do, on_click=self._look_up).props(
                "dense no-caps unelevated"
            )
            self._found = ui.element("div").classes("side-found")

    async def _look_up(self) -> None:
        query = (self._query.value or "").strip()
        if not query:
            return
        texts = self._texts.side
        self._look_up_button.props("loading")
        answer = await self._desk.console.state.knowledge_search(query)
        self._look_up_button.props(remove="loading")
        self._found.clear()
        with self._found:
            if not answer.text:
                ui.label(texts.knowledge_none).classes("inbox-hint")
                return
            text = knowledge.as_reply(answer)
            ui.label(text).classes("worker-text side-answer")
            ui.button(texts.insert, on_click=lambda: self._desk.insert(text)).props(
                "dense no-caps outline"
            )

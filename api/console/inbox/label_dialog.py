"""Labels of the open case: each is put on or taken off at once; supervisors make new ones."""

from typing import TYPE_CHECKING

from nicegui import ui

from api.console.inbox.texts import page_texts
from api.inbox import labels
from api.inbox.labels import Colour
from api.inbox.opening import OpenCase
from api.staff.permissions import Permission

if TYPE_CHECKING:
    from api.console.inbox.desk_page import DeskPage


class LabelForm:
    """What fills the dialog."""

    def __init__(self, desk: "DeskPage", case: OpenCase) -> None:
        self._desk = desk
        self._case = case
        self._database = desk.console.state.database

    async def build(self, dialog: ui.dialog) -> None:
        """Put it into the current element; a new label closes the dialog."""
        texts = page_texts().dialogs
        on_it = {label.id for label in self._case.row.labels}
        known = await self._desk.read(labels.usable)
        if not known:
            ui.label(texts.labels_none).classes("inbox-hint")
        for label in known:
            ui.checkbox(
                label.name,
                value=label.id in on_it,
                on_change=lambda event, key=label.id: self._toggle(key, put=event.value),
            )
        if self._desk.console.may(Permission.MANAGE_DESK):
            self._build_new(dialog)

    def _build_new(self, dialog: ui.dialog) -> None:
        texts = page_texts().dialogs

        async def create() -> None:
            made = await self._desk.console.act(
                lambda staff: labels.create(
                    self._database, staff, name.value or "", Colour(colour.value)
                )
            )
            if made is not None:
                dialog.close()
                await self._toggle(made.id, put=True)

        with ui.row().classes("items-center no-wrap"):
            name = ui.input(texts.labels_new).props(
                f"dense outlined maxlength={labels.NAME_MAX_CHARS}"
            )
            colour = ui.select(page_texts().colours, value=Colour.GREY).props("dense outlined")
            ui.button(texts.labels_add, on_click=create).props("dense no-caps flat")

    async def _toggle(self, label_id: str, put: bool) -> None:
        change = labels.put if put else labels.remove
        conversation_id = self._case.row.conversation.id
        await self._desk.act(lambda staff: change(self._database, staff, conversation_id, label_id))

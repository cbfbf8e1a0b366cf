"""The dialog that begins a new article."""

import re

from nicegui import ui

from api.console import dialogs
from api.console.knowledge.parts import ask
from api.console.knowledge.texts import page_texts
from api.console.page import Console
from api.knowledge.service import Knowledge
from api.staff.permissions import Permission
from knowledge_base.areas import area_names

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ID_MAX_CHARS = 128
_TITLE_MAX_CHARS = 40


def open_create(console: Console, knowledge: Knowledge) -> None:
    """Ask for what an article needs, and go on in the editor."""
    texts = page_texts().create
    with ui.dialog(value=True) as dialog, ui.card().classes("w-96"):
        dialogs.title(dialog, texts.title)
        name = ui.input(texts.name).props(f"maxlength={_TITLE_MAX_CHARS} autofocus")
        folder = ui.select(area_names(), label=texts.area)
        identifier = ui.input(
            texts.id,
            validation=lambda value: (
                None if _SLUG.fullmatch(value) and len(value) <= _ID_MAX_CHARS else texts.bad_id
            ),
        )
        for field in (name, folder, identifier):
            field.classes("w-full")

        async def create() -> None:
            if not name.value.strip() or not folder.value:
                ui.notify(texts.missing, type="warning", position="top")
                return
            if not identifier.validate():
                return
            revision = await ask(
                console,
                Permission.EDIT_KNOWLEDGE,
                lambda staff: knowledge.desk.create(
                    staff, identifier.value, folder.value, name.value.strip()
                ),
            )
            if revision is not None:
                ui.navigate.to(f"/knowledge/articles/{revision.article_id}")

        with ui.row().classes("w-full justify-end"):
            ui.button(texts.cancel, on_click=dialog.close).props("flat")
            ui.button(texts.create, on_click=create)

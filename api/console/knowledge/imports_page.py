"""Foreign files: looked at, and put aside for the next publication."""

from nicegui import events, ui

from api.console import dialogs
from api.console.knowledge import parts
from api.console.knowledge.texts import page_texts
from api.console.page import Console, staff_page
from api.knowledge.imports import ImportPreview
from api.knowledge.service import Knowledge
from api.staff.permissions import Permission
from knowledge_base.areas import area_names
from knowledge_base.importers.files import MAX_FILE_MIB, SUFFIXES

_SHOWN = 50
"""Documents of one file that are shown; a law has hundreds of articles."""


@staff_page(
    parts.IMPORTS, title=page_texts().sections.imports, permission=Permission.EDIT_KNOWLEDGE
)
async def imports_page(console: Console) -> None:
    """Choose a file, look at what it becomes, and keep it."""
    knowledge = parts.begin(console, parts.IMPORTS)
    await ImportsPage(console, knowledge).build()


class ImportsPage:
    """The page, for one file at a time."""

    def __init__(self, console: Console, knowledge: Knowledge) -> None:
        self._console = console
        self._knowledge = knowledge

    async def build(self) -> None:
        """Show the page."""
        texts = page_texts().imports
        ui.label(texts.intro).classes("knowledge-soft")
        self._upload = ui.upload(
            auto_upload=True,
            max_file_size=MAX_FILE_MIB * 1024 * 1024,
            on_upload=self._look,
            on_rejected=lambda: ui.notify(texts.too_large, type="negative", position="top"),
        )
        # Quasar's own box has buttons without names; one button says it all.
        self._upload.props(f'accept="{",".join(SUFFIXES)}"').classes("hidden")
        button = ui.button(texts.choose, icon="upload_file").props("no-caps").classes("self-start")
        # In the browser: it opens a file dialog only while a click is being handled.
        button.on("click", js_handler=f"() => getElement({self._upload.id}).$refs.qRef.pickFiles()")
        self._preview = ui.column().classes("w-full")
        parts.heading(texts.waiting)
        self._waiting = ui.column().classes("w-full")
        await self._show_waiting()

    async def _look(self, event: events.UploadEventArguments) -> None:
        name, content = event.file.name, await event.file.read()
        self._upload.reset()
        shown = await parts.ask(
            self._console,
            Permission.EDIT_KNOWLEDGE,
            lambda _: self._knowledge.imports.preview(name, content),
        )
        self._preview.clear()
        if shown is None:
            return
        with self._preview:
            self._show(shown, content)

    def _show(self, shown: ImportPreview, content: bytes) -> None:
        texts = page_texts().imports

        async def keep() -> None:
            kept = await parts.ask(
                self._console,
                Permission.EDIT_KNOWLEDGE,
                lambda staff: self._knowledge.imports.keep(staff, shown.name, content),
            )
            if kept is not None:
                ui.notify(texts.kept, type="positive", position="top")
                self._preview.clear()
                await self._show_waiting()

        with ui.element("section").classes("console-card w-full"):
            with ui.element("div").classes("knowledge-bar"):
                parts.heading(texts.result.format(name=shown.name, count=len(shown.documents)))
                ui.space()
                ui.button(texts.keep, icon="playlist_add", on_click=keep)
            if shown.notes:
                ui.label(texts.notes).classes("knowledge-soft")
            for note in shown.notes:
                ui.label(note).classes("knowledge-text knowledge-soft")
            for document in shown.documents[:_SHOWN]:
                is_only = len(shown.documents) == 1
                with ui.expansion(document.title, value=is_only).classes("w-full"):
                    if document.questions:
                        questions = "；".join(document.questions)
                        ui.label(texts.questions.format(questions=questions))
                    for name, text in document.sections.items():
                        parts.heading(name)
                        ui.label(text).classes("knowledge-text")

    async def _show_waiting(self) -> None:
        texts = page_texts().imports
        waiting = await self._knowledge.imports.pending()
        self._waiting.clear()
        with self._waiting:
            if not waiting:
                ui.label(texts.nothing).classes("knowledge-soft")
            for each in waiting:
                with ui.element("section").classes("console-card w-full knowledge-bar"):
                    parts.heading(each.name)
                    words = texts.by.format(
                        name=each.uploaded_by_name or texts.by_hand,
                        at=parts.at(self._console, each.uploaded_at),
                        count=each.documents,
                    )
                    ui.label(words).classes("knowledge-soft")
                    ui.space()
                    ui.button(
                        texts.article,
                        on_click=lambda name=each.name: self._choose_document(name),
                    ).props("flat dense")
                    ui.button(texts.drop, on_click=lambda name=each.name: self._drop(name)).props(
                        "flat dense"
                    )

    async def _drop(self, name: str) -> None:
        await parts.ask(
            self._console,
            Permission.EDIT_KNOWLEDGE,
            lambda staff: self._knowledge.imports.drop(staff, name),
        )
        await self._show_waiting()

    async def _choose_document(self, name: str) -> None:
        """Begin an article from one of a file's documents."""
        texts = page_texts()
        documents = await self._knowledge.imports.documents(name)
        titles = {document.id: document.title for document in documents}
        with ui.dialog(value=True) as dialog, ui.card().classes("w-96"):
            dialogs.title(dialog, texts.imports.article)
            chosen = ui.select(titles, value=next(iter(titles)), with_input=True)
            folder = ui.select(area_names(), label=texts.imports.area)
            for field in (chosen, folder):
                field.classes("w-full")

            async def write() -> None:
                if not folder.value:
                    ui.notify(texts.create.missing, type="warning", position="top")
                    return
                document = next(each for each in documents if each.id == chosen.value)
                revision = await parts.ask(
                    self._console,
                    Permission.EDIT_KNOWLEDGE,
                    lambda staff: self._knowledge.desk.create_from(staff, document, folder.value),
                )
                if revision is not None:
                    ui.navigate.to(f"/knowledge/articles/{revision.article_id}")

            with ui.row().classes("w-full justify-end"):
                ui.button(texts.create.cancel, on_click=dialog.close).props("flat")
                ui.button(texts.create.create, on_click=write)

"""Publications: what waits, how far one is, what came of it, and the way back."""

from collections.abc import Mapping, Sequence

from nicegui import ui

from api.console import dialogs
from api.console.knowledge import parts
from api.console.knowledge.publication_view import show_publication
from api.console.knowledge.texts import page_texts
from api.console.page import Console, staff_page
from api.knowledge import publications, revisions
from api.knowledge.service import Knowledge
from api.staff.permissions import Permission
from api.storage.models import Publication, PublicationState, RevisionState

_LOOK_EVERY_S = 1.0


@staff_page(
    parts.PUBLISH, title=page_texts().sections.publish, permission=Permission.EDIT_KNOWLEDGE
)
async def publish_page(console: Console) -> None:
    """Put what was approved into service."""
    knowledge = parts.begin(console, parts.PUBLISH)
    await PublishPage(console, knowledge).build()


class PublishPage:
    """The page of one browser."""

    def __init__(self, console: Console, knowledge: Knowledge) -> None:
        self._console = console
        self._knowledge = knowledge
        self._shown: object = None

    async def build(self) -> None:
        """Show the page, and follow a publication that runs."""
        texts = page_texts().publish
        ui.label(texts.intro).classes("knowledge-soft")
        self._waiting = ui.element("section").classes("console-card w-full")
        parts.heading(texts.history)
        self._history = ui.column().classes("w-full")
        await self._look()
        ui.timer(_LOOK_EVERY_S, self._look)

    async def _look(self) -> None:
        async with self._console.state.database.read() as session:
            recent = await publications.recent(session)
            names = await revisions.names_of(session, {each.started_by for each in recent})
        publishing = self._knowledge.publishing
        state = [
            (each.id, each.state, publishing.progress(each.id) if _is_running(each) else None)
            for each in recent
        ]
        if state == self._shown:
            return
        self._shown = state
        titles = {row.id: row.title for row in await self._knowledge.desk.articles()}
        await self._show_waiting(recent, titles)
        self._history.clear()
        with self._history:
            if not recent:
                ui.label(page_texts().publish.no_history).classes("console-empty")
            for number, each in enumerate(recent):
                show_publication(
                    self._console,
                    each,
                    names.get(each.started_by, ""),
                    publishing.progress(each.id),
                    titles,
                    is_open=number == 0,
                )

    async def _show_waiting(self, recent: Sequence[Publication], titles: Mapping[str, str]) -> None:
        texts = page_texts().publish
        async with self._console.state.database.read() as session:
            approved = await revisions.in_state(session, RevisionState.APPROVED)
            names = await revisions.names_of(session, {each.author_id for each in approved})
        imports = await self._knowledge.imports.pending()
        own = [each for each in imports if each.uploaded_by == self._console.staff.id]
        running = any(map(_is_running, recent))
        has_live = any(each.state is PublicationState.LIVE for each in recent)
        self._waiting.clear()
        with self._waiting:
            with ui.element("div").classes("knowledge-bar"):
                parts.heading(texts.waiting)
                ui.space()
                if self._console.may(Permission.PUBLISH_KNOWLEDGE):
                    ui.button(texts.roll_back, icon="history", on_click=self._confirm).props(
                        "outline dense no-caps"
                    ).set_enabled(not running and has_live)
                    start = ui.button(texts.start, icon="publish", on_click=self._start)
                    start.props("dense no-caps")
                    start.set_enabled(not running and len(approved) + len(imports) > len(own))
            for revision in approved:
                words = texts.revision.format(
                    title=titles.get(revision.article_id, revision.article_id),
                    number=revision.number,
                    author=names.get(revision.author_id, ""),
                )
                with ui.element("div").classes("knowledge-bar"):
                    ui.link(words, f"/knowledge/articles/{revision.article_id}")
                    if revision.retires:
                        parts.chip(texts.retires, "warn")
            for each in imports:
                by = each.uploaded_by_name or page_texts().imports.by_hand
                ui.label(texts.import_.format(name=each.name, count=each.documents, by=by))
            if own:
                ui.label(texts.own_import).classes("knowledge-soft")
            if not approved and not imports:
                ui.label(texts.nothing).classes("knowledge-soft")

    async def _start(self) -> None:
        begun = await parts.ask(
            self._console, Permission.PUBLISH_KNOWLEDGE, self._knowledge.publishing.start
        )
        if begun is not None:
            ui.notify(page_texts().publish.started, type="positive", position="top")
            await self._look()

    def _confirm(self) -> None:
        texts = page_texts().publish
        with ui.dialog(value=True) as dialog, ui.card().classes("w-96"):
            dialogs.title(dialog, texts.roll_back_title)
            ui.label(texts.roll_back_words).classes("knowledge-text")

            async def roll_back() -> None:
                confirm.props("loading")
                done = await parts.ask(
                    self._console,
                    Permission.PUBLISH_KNOWLEDGE,
                    self._knowledge.publishing.roll_back,
                )
                dialog.close()
                if done is not None:
                    ui.notify(texts.rolled_back, type="positive", position="top")
                    await self._look()

            with ui.row().classes("w-full justify-end"):
                ui.button(texts.cancel, on_click=dialog.close).props("flat")
                confirm = ui.button(texts.confirm, on_click=roll_back)


def _is_running(publication: Publication) -> bool:
    return publication.state is PublicationState.RUNNING

"""The editor: an article, its problems, how it will look, and its way to the workers."""

import json

from nicegui import ui

from api.console import dialogs
from api.console.knowledge import parts
from api.console.knowledge.conflict_dialog import open_conflict
from api.console.knowledge.editor_acts import EditorActs
from api.console.knowledge.history_view import show_history
from api.console.knowledge.preview_view import PreviewView
from api.console.knowledge.proposals_view import show_proposals
from api.console.knowledge.texts import page_texts
from api.console.page import Console, staff_page
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.knowledge.desk import SOURCE_MAX_CHARS, OpenArticle
from api.knowledge.questions import with_question
from api.knowledge.service import Knowledge
from api.staff.permissions import Permission
from api.storage.models import ArticleRevision, Staff

_CHECK_EVERY_S = 0.8
_KEEP = "localStorage.setItem({key}, {value})"
_FORGET = "localStorage.removeItem({key})"
_READ = "return localStorage.getItem({key})"
# The browser asks whether to leave only while something is not saved.
_GUARD = """
window.knowledgeUnsaved = false;
window.addEventListener('beforeunload', (event) => {
  if (window.knowledgeUnsaved) event.preventDefault();
});
document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === 's') {
    event.preventDefault();
    emitEvent('knowledge-save');
  }
});
"""
_NAME = """
const naming = setInterval(() => {
  const content = document.querySelector('.knowledge-source .cm-content');
  if (!content) return;
  clearInterval(naming);
  content.setAttribute('aria-label', %s);
  document.querySelector('.knowledge-source .cm-scroller').setAttribute('tabindex', '0');
}, 200);
"""


@staff_page(
    "/knowledge/articles/{article_id}",
    title=page_texts().title,
    permission=Permission.EDIT_KNOWLEDGE,
)
async def editor_page(console: Console, article_id: str) -> None:
    """One article."""
    knowledge = parts.begin(console, parts.ARTICLES)
    try:
        opened = await knowledge.desk.open(article_id)
    except ApiError as error:
        console.notify_error(error)
        return
    await Editor(console, knowledge, opened).build()


class Editor:
    """The page of one article in one browser."""

    def __init__(self, console: Console, knowledge: Knowledge, opened: OpenArticle) -> None:
        self._console = console
        self._knowledge = knowledge
        self._opened = opened
        self._checked: str | None = None

    async def build(self) -> None:
        """Show the page."""
        texts = page_texts().editor
        self.page = ui.column().classes("w-full")
        with self.page:
            self._build(texts.source)
        ui.run_javascript(_GUARD)
        ui.run_javascript(_name_script(texts.source))
        ui.on("knowledge-save", self.save)
        self._refresh()
        ui.timer(_CHECK_EVERY_S, self._look)
        ui.timer(0.5, self._recover, once=True)

    def _build(self, heading: str) -> None:
        self._head = ui.element("div").classes("knowledge-bar")
        with ui.element("div").classes("knowledge-editor"):
            with ui.column().classes("writing gap-2"):
                parts.heading(heading)
                self._source = ui.codemirror(
                    self._opened.source, language="Markdown", line_wrapping=True
                ).classes("knowledge-source w-full")
                self._variants = ui.column().classes("w-full gap-1")
            self._preview = PreviewView()
        self._history = ui.column().classes("w-full")

    async def save(self) -> ArticleRevision | None:
        """Keep what was written; a conflict is shown with both texts."""
        source = self._source.value[:SOURCE_MAX_CHARS]
        # The button that was pressed goes with its line when the page is shown anew.
        with self.page:
            saved = await parts.ask(
                self._console, Permission.EDIT_KNOWLEDGE, lambda staff: self._save(staff, source)
            )
            if saved is None:
                return None
            words = page_texts().editor.saved.format(number=saved.number)
            ui.notify(words, type="positive", position="top")
            await self.reload()
        return saved

    async def reload(self, *, take_source: bool = False) -> None:
        """Look at the article anew; the text stays unless ``take_source``."""
        self._opened = await self._knowledge.desk.open(self._opened.id)
        if take_source:
            self._source.set_value(self._opened.source)
        if not self.is_unsaved:
            ui.run_javascript(_FORGET.format(key=self._key))
            ui.run_javascript("window.knowledgeUnsaved = false")
        self._refresh()

    @property
    def opened(self) -> OpenArticle:
        """The article as it was looked at last."""
        return self._opened

    @property
    def is_unsaved(self) -> bool:
        """Whether the text is another one than what is stored."""
        return bool(self._source.value != self._opened.source)

    @property
    def _key(self) -> str:
        return json.dumps(f"knowledge:{self._console.staff.id}:{self._opened.id}")

    async def _save(self, staff: Staff, source: str) -> ArticleRevision | None:
        desk = self._knowledge.desk
        try:
            return await desk.save(staff, self._opened.id, source, base=self._opened.base)
        except ApiError as error:
            if error.code is not ErrorCode.EDITED_BY_OTHER:
                raise
            theirs = await desk.open(self._opened.id)
            lines = await desk.compare(theirs.source, source)
            name = str(error.details["name"])
            open_conflict(name, lines, on_mine=self._save_mine, on_theirs=self._take_theirs)
            return None

    async def _save_mine(self) -> None:
        """On top of what the other one saved, which stays in the history."""
        self._opened = await self._knowledge.desk.open(self._opened.id)
        await self.save()

    async def _take_theirs(self) -> None:
        await self.reload(take_source=True)

    async def _look(self) -> None:
        """Check and show what was typed since the last look."""
        source = self._source.value
        if source == self._checked:
            return
        self._checked = source
        if self.is_unsaved:
            value = json.dumps(source)
            ui.run_javascript(_KEEP.format(key=self._key, value=value))
            ui.run_javascript("window.knowledgeUnsaved = true")
        self._acts.note_unsaved()
        self._preview.show(await self._knowledge.desk.check(self._opened.id, source))

    async def _recover(self) -> None:
        """Offer what this browser still has from a login that ended."""
        texts = page_texts().editor
        kept = await ui.run_javascript(_READ.format(key=self._key))
        if not isinstance(kept, str) or kept in (self._opened.source, self._source.value):
            return
        with ui.dialog(value=True) as dialog, ui.card():
            dialogs.title(dialog, texts.recover_title)
            ui.label(texts.recover)

            def go_on() -> None:
                self._source.set_value(kept)
                dialog.close()

            def forget() -> None:
                ui.run_javascript(_FORGET.format(key=self._key))
                dialog.close()

            with ui.row().classes("w-full justify-end"):
                ui.button(texts.recover_no, on_click=forget).props("flat")
                ui.button(texts.recover_yes, on_click=go_on)

    def _refresh(self) -> None:
        self._head.clear()
        with self._head:
            self._acts = EditorActs(self._console, self._knowledge, self)
        self._variants.clear()
        with self._variants:
            self._show_variants()
            show_proposals(self._opened)
        self._history.clear()
        with self._history:
            show_history(self._console, self._knowledge, self._opened)

    def _show_variants(self) -> None:
        texts = page_texts().editor
        if self._opened.variants:
            parts.heading(texts.variants)
        for variant in self._opened.variants:
            with ui.element("div").classes("knowledge-bar") as line:
                ui.label(variant).classes("worker-text")

                def add(variant: str = variant, line: ui.element = line) -> None:
                    self._source.set_value(with_question(self._source.value, variant))
                    line.delete()

                ui.button(texts.add, on_click=add).props("flat dense")


def _name_script(name: str) -> str:
    """Gives the editor, which is there a little later, a name for screen readers."""
    return _NAME % json.dumps(name)

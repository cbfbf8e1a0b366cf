"""What can be done with the article that is open, and how far it is."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from nicegui import ui

from api.console import dialogs
from api.console.knowledge import parts
from api.console.knowledge.texts import page_texts
from api.console.page import Console
from api.knowledge.listing import RevisionSummary, Standing
from api.knowledge.service import Knowledge
from api.staff.permissions import Permission
from api.storage.models import RevisionState

if TYPE_CHECKING:
    from api.console.knowledge.editor_page import Editor

_COMMENT_MAX_CHARS = 1000


class EditorActs:
    """The line above the editor."""

    def __init__(self, console: Console, knowledge: Knowledge, editor: "Editor") -> None:
        """Build it in the element that is open."""
        self._console = console
        self._desk = knowledge.desk
        self._publishing = knowledge.publishing
        self._editor = editor
        texts = page_texts().editor
        row, newest = editor.opened.row, self._newest
        parts.heading(row.title)
        ui.label(row.id).classes("knowledge-soft")
        parts.chip(page_texts().standings[row.standing], parts.tone(row.standing))
        if newest is not None:
            parts.chip(parts.latest(newest), parts.tone(newest.state))
        ui.space()
        self._unsaved = ui.label().classes("knowledge-soft").props('role="status"')
        self._button(texts.save, "save", editor.save).tooltip(texts.help)
        self._submitting = self._button(texts.submit, "send", self._submit, main=True)
        state = newest.state if newest else None
        if console.may(Permission.PUBLISH_KNOWLEDGE):
            if state is RevisionState.SUBMITTED:
                self._button(texts.approve, "check", self._approve, main=True)
                self._button(texts.reject, "undo", self._reject)
            elif state is RevisionState.APPROVED:
                self._button(texts.publish, "publish", self._publish, main=True)
        if row.standing in (Standing.LIVE, Standing.LAPSED, Standing.NOT_YET, Standing.BROKEN):
            self._button(texts.retire, "block", self._retire)
        if newest is not None and newest.comment:
            ui.label(newest.comment).classes("knowledge-text w-full")
        if newest is not None and newest.retires and newest.state in _WAITING:
            ui.label(texts.retiring).classes("knowledge-text w-full")
        self.note_unsaved()

    def note_unsaved(self) -> None:
        """Say whether something is not saved."""
        texts, newest, is_unsaved = page_texts().editor, self._newest, self._editor.is_unsaved
        self._unsaved.set_text(texts.unsaved if is_unsaved else texts.unchanged)
        is_draft = newest is not None and newest.state is RevisionState.DRAFT
        self._submitting.set_enabled(is_unsaved or is_draft)

    @property
    def _newest(self) -> RevisionSummary | None:
        history = self._editor.opened.history
        return history[0] if history else None

    def _button(
        self, text: str, icon: str, act: Callable[[], Awaitable[object]], *, main: bool = False
    ) -> ui.button:
        button = ui.button(text, icon=icon, on_click=act)
        return button.props("dense no-caps" if main else "dense no-caps outline")

    async def _submit(self) -> None:
        revision_id = self._newest.id if self._newest else None
        if self._editor.is_unsaved or self._newest is None:
            saved = await self._editor.save()
            if saved is None:
                return
            revision_id = saved.id
        await self._act(
            Permission.EDIT_KNOWLEDGE,
            lambda staff: self._desk.submit(staff, revision_id or ""),
            page_texts().editor.submitted,
        )

    async def _approve(self) -> None:
        newest = self._newest
        if newest is not None:
            await self._act(
                Permission.PUBLISH_KNOWLEDGE,
                lambda staff: self._desk.decide(staff, newest.id, approve=True),
                page_texts().editor.approved,
            )

    async def _reject(self) -> None:
        texts, newest = page_texts().editor, self._newest
        if newest is None:
            return
        comment = await _ask_for_words(texts.reject_title, texts.reject_words)
        if comment is not None:
            await self._act(
                Permission.PUBLISH_KNOWLEDGE,
                lambda staff: self._desk.decide(staff, newest.id, approve=False, comment=comment),
                texts.rejected.format(author=newest.author),
            )

    async def _retire(self) -> None:
        texts = page_texts().editor
        comment = await _ask_for_words(texts.retire_title, texts.retire_words)
        if comment is not None:
            await self._act(
                Permission.EDIT_KNOWLEDGE,
                lambda staff: self._desk.retire(staff, self._editor.opened.id, comment),
                texts.retired,
            )

    async def _publish(self) -> None:
        begun = await parts.ask(
            self._console,
            Permission.PUBLISH_KNOWLEDGE,
            lambda staff: self._publishing.start(staff, only=self._editor.opened.id),
        )
        if begun is not None:
            ui.navigate.to(parts.PUBLISH)

    async def _act(
        self, permission: Permission, work: Callable[..., Awaitable[object]], done: str
    ) -> None:
        with self._editor.page:
            if await parts.ask(self._console, permission, work) is not None:
                ui.notify(done, type="positive", position="top")
                await self._editor.reload()


_WAITING = (RevisionState.SUBMITTED, RevisionState.APPROVED)


async def _ask_for_words(title: str, words: str) -> str | None:
    """What somebody types into a dialog, or None if it is closed."""
    texts = page_texts().editor
    with ui.dialog() as dialog, ui.card().classes("w-96"):
        dialogs.title(dialog, title)
        ui.label(words).classes("knowledge-text")
        comment = ui.textarea(texts.comment).props(
            f"autofocus outlined maxlength={_COMMENT_MAX_CHARS}"
        )
        comment.classes("w-full")
        with ui.row().classes("w-full justify-end"):
            ui.button(texts.cancel, on_click=lambda: dialog.submit(None)).props("flat")
            ui.button(texts.confirm, on_click=lambda: dialog.submit(comment.value or ""))
    typed: str | None = await dialog
    dialog.delete()
    return typed

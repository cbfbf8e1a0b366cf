"""How the article will look, and what is wrong with it."""

import re

from nicegui import ui

from api.console.knowledge import parts
from api.console.knowledge.texts import page_texts
from api.knowledge.desk import Checked
from api.knowledge.previewing import Preview

_LINK = re.compile(r'<a href="[^"]*">([^<]*)</a>')


class PreviewView:
    """The columns beside the editor: problems and the web, and WeChat."""

    def __init__(self) -> None:
        """Build it beside the editor."""
        texts = page_texts().editor
        with ui.column().classes("gap-2"):
            parts.heading(texts.problems)
            self._problems = ui.column().classes("w-full gap-0").props('role="status"')
            parts.heading(texts.web)
            self._web_note = ui.label().classes("knowledge-soft")
            self._web = ui.column().classes("w-full gap-2")
        with ui.column().classes("gap-2"):
            parts.heading(texts.wechat)
            self._wechat_note = ui.label().classes("knowledge-soft")
            self._wechat = ui.element("div").classes("knowledge-phone w-full")
        self._is_empty = True

    def show(self, checked: Checked) -> None:
        """Show a text that was checked; one that cannot be read leaves the last good view."""
        texts = page_texts().editor
        if checked.preview is not None:
            self._show_preview(checked.preview)
            self._is_empty = False
        stale = checked.preview is None
        note = (texts.nothing if self._is_empty else texts.stale) if stale else ""
        for column, label in ((self._web, self._web_note), (self._wechat, self._wechat_note)):
            label.set_text(note)
            label.set_visibility(stale)
            column.classes(
                add="knowledge-stale" if stale else "", remove="" if stale else "knowledge-stale"
            )
        self._problems.clear()
        with self._problems:
            if not checked.problems:
                parts.chip(texts.sound, "good")
            for problem in checked.problems:
                with ui.element("div").classes("knowledge-problem"):
                    ui.label(texts.line.format(line=problem.line)).classes("where")
                    ui.label(problem.field).classes("where")
                    ui.label(problem.text).classes("what")

    def _show_preview(self, preview: Preview) -> None:
        texts = page_texts().editor
        citation = preview.citation
        as_of = texts.as_of.format(day=citation.as_of) if citation.as_of else ""
        unverified = "" if citation.verified else texts.unverified
        self._web.clear()
        with self._web:
            # An editor's own words, made safe like every reply.
            ui.html(preview.html, sanitize=False).classes("knowledge-web w-full")
            source = texts.citation.format(source=citation.source)
            ui.label(f"{source}{as_of}{unverified}").classes("knowledge-soft")
            if preview.related:
                titles = "、".join(preview.related)
                ui.label(texts.related.format(titles=titles)).classes("knowledge-soft")
        self._wechat.clear()
        with self._wechat:
            for number, text in enumerate(preview.wechat, start=1):
                if len(preview.wechat) > 1:
                    ui.label(texts.part.format(number=number)).classes("knowledge-soft")
                _bubble(text)


def _bubble(text: str) -> None:
    """A message as WeChat shows it: of a link only its words."""
    with ui.element("div").classes("bubble"):
        words, *links = _LINK.split(text)
        ui.label(words)
        for shown, following in zip(links[::2], links[1::2], strict=True):
            ui.label(shown).classes("link")
            ui.label(following)

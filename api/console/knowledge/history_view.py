"""The revisions of an article, and what changed between them."""

from nicegui import ui

from api.console.knowledge import diff_view, parts
from api.console.knowledge.texts import page_texts
from api.console.page import Console
from api.knowledge.desk import PROGRAM, OpenArticle
from api.knowledge.service import Knowledge
from api.staff.permissions import Permission

_TO_IT = "getHtmlElement(%d).scrollIntoView({block: 'nearest'})"


def show_history(console: Console, knowledge: Knowledge, opened: OpenArticle) -> None:
    """Every revision, newest first, each compared with what it is based on."""
    texts = page_texts().editor
    parts.heading(texts.history)
    if not opened.history:
        ui.label(texts.no_history).classes("knowledge-soft")
        return
    names = {each.number: texts.revision.format(number=each.number) for each in opened.history}
    names[PROGRAM] = texts.program

    async def compare(old: int, new: int) -> None:
        lines = await parts.ask(
            console,
            Permission.EDIT_KNOWLEDGE,
            lambda _: knowledge.desk.difference(opened.id, old, new),
        )
        shown.clear()
        if lines is None:
            return
        with shown:
            words = texts.compare_with.format(old=names[old], new=names[new])
            ui.label(words).classes("knowledge-soft")
            diff_view.show(lines)
        ui.run_javascript(_TO_IT % shown.id)

    for each in opened.history:
        with ui.element("div").classes("knowledge-bar"):
            ui.label(names[each.number])
            parts.chip(page_texts().states[each.state], parts.tone(each.state))
            if each.retires:
                parts.chip(page_texts().publish.retires)
            ui.label(f"{each.author} · {parts.at(console, each.updated_at)}").classes(
                "knowledge-soft"
            )
            if each.decided_by:
                words = texts.decided.format(name=each.decided_by)
                ui.label(words).classes("knowledge-soft")
            ui.label(each.comment).classes("knowledge-text")
            ui.space()
            ui.button(
                texts.compare,
                on_click=lambda each=each: compare(each.based_on, each.number),
            ).props("flat dense no-caps")
    shown = ui.column().classes("w-full")

"""Two people wrote at once: both texts, and the choice between them."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from api.console import dialogs
from api.console.knowledge import diff_view
from api.console.knowledge.texts import page_texts
from api.knowledge.differences import Line


def open_conflict(
    name: str,
    lines: Sequence[Line],
    *,
    on_mine: Callable[[], Awaitable[None]],
    on_theirs: Callable[[], Awaitable[None]],
) -> None:
    """Show what ``name`` saved against what was to be saved; nothing is lost by closing it."""
    texts = page_texts().editor
    with (
        ui.dialog(value=True).props("persistent") as dialog,
        ui.card().style("width: min(900px, 96vw); max-width: 96vw"),
    ):
        dialogs.title(dialog, texts.conflict_title)
        ui.label(texts.conflict_words.format(name=name)).classes("knowledge-text")
        diff_view.show(lines)

        async def mine() -> None:
            dialog.close()
            await on_mine()

        async def theirs() -> None:
            dialog.close()
            await on_theirs()

        with ui.row().classes("w-full justify-end"):
            ui.button(texts.conflict_back, on_click=dialog.close).props("flat no-caps")
            words = texts.conflict_theirs.format(name=name)
            ui.button(words, on_click=theirs).props("outline no-caps")
            ui.button(texts.conflict_mine, on_click=mine).props("no-caps")

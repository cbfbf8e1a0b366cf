"""A comparison of two texts."""

from collections.abc import Sequence

from nicegui import ui

from api.console.knowledge.texts import page_texts
from api.knowledge.differences import Line, LineKind

_SIGNS = {LineKind.SAME: " ", LineKind.REMOVED: "−", LineKind.ADDED: "+"}


def show(lines: Sequence[Line]) -> None:
    """Show what changed; the texts are shown as text."""
    texts = page_texts()
    if not lines:
        ui.label(texts.editor.no_difference).classes("knowledge-soft")
        return
    with ui.element("div").classes("knowledge-diff").props('tabindex="0" role="region"'):
        for line in lines:
            if line.kind is LineKind.GAP:
                ui.label(texts.diff.gap).classes("gap")
                continue
            with ui.element("div").classes(f"row {line.kind}"):
                for number in (line.old, line.new):
                    ui.label(str(number or "")).classes("number")
                sign = ui.label(_SIGNS[line.kind])
                if line.kind is not LineKind.SAME:
                    removed = line.kind is LineKind.REMOVED
                    sign.props(
                        f'aria-label="{texts.diff.removed if removed else texts.diff.added}"'
                        ' role="img"'
                    )
                with ui.element("div"):
                    for piece in line.pieces:
                        _piece(piece.text, marked=piece.changed and line.kind is not LineKind.SAME)


def _piece(text: str, *, marked: bool) -> None:
    tag = "b" if marked else "span"
    element = ui.element(tag)
    with element:
        ui.label(text).style("display: inline")

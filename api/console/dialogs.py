"""What every dialog of the console has."""

from nicegui import ui


def title(dialog: ui.dialog, words: str) -> None:
    """Begin a dialog with its title, which is its name for screen readers, too."""
    dialog.props["aria-label"] = words
    ui.label(words).classes("console-dialog-title").props('role="heading" aria-level="2"')

"""What is too wide for a page scrolls by itself, with the keyboard, too."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nicegui import ui


@contextmanager
def sideways(name: str) -> Iterator[None]:
    """A part that scrolls; ``name``: for screen readers."""
    with ui.element("div").classes("console-scroll").props('tabindex="0" role="region"') as part:
        part.props["aria-label"] = name
        yield


def table(name: str, **options: Any) -> ui.table:
    """A table that scrolls; ``options`` are those of ``ui.table``."""
    with sideways(name):
        return ui.table(**options)

"""Building blocks of the pages on people."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from nicegui import ui

from api.console import dialogs
from api.console.people.texts import people_texts
from api.staff.logins import OpenLogin

_DAY, _MINUTE = "%Y-%m-%d", "%Y-%m-%d %H:%M"


def local(time: datetime, zone: ZoneInfo) -> str:
    """A time to the minute."""
    return f"{time.astimezone(zone):{_MINUTE}}"


def local_day(time: datetime, zone: ZoneInfo) -> str:
    """The day of a time."""
    return f"{time.astimezone(zone):{_DAY}}"


def done(words: str) -> None:
    """Say that something worked."""
    ui.notify(words, type="positive", position="top")


@contextmanager
def card(title: str) -> Iterator[None]:
    """A part of a page under its heading."""
    with ui.column().classes("console-card w-full items-stretch gap-2"):
        ui.label(title).classes("text-base font-semibold").props('role="heading" aria-level="2"')
        yield


def hint(words: str) -> ui.label:
    """What one should know, smaller."""
    return ui.label(words).classes("text-sm").style("color: var(--console-soft)")


def secret(label: str, *, autocomplete: str) -> ui.input:
    """A field for a password; ``autocomplete``: which one, for the browser's store."""
    field = ui.input(label, password=True, password_toggle_button=True)
    return field.props(f'outlined dense autocomplete="{autocomplete}"').classes("w-full")


def code_field(label: str) -> ui.input:
    """A field for a code of the app, or a backup code."""
    return (
        ui.input(label)
        .props('outlined dense autocomplete="one-time-code" maxlength=16')
        .classes("w-full")
    )


@contextmanager
def dialog(title: str, *, persistent: bool = False) -> Iterator[ui.dialog]:
    """A dialog that is gone once it is closed; it outlives the button that opened it."""
    content = ui.context.client.content
    with content, ui.dialog() as window, ui.card().classes("w-96 max-w-full items-stretch gap-3"):
        if persistent:
            window.props("persistent")
        window.on("hide", window.delete)
        dialogs.title(window, title)
        yield window
    window.open()


def confirm(title: str, about: str, work: Callable[[], Awaitable[bool]]) -> None:
    """Ask before something that cannot be taken back; ``work`` returns whether it worked."""
    texts = people_texts()
    with dialog(title) as window:
        hint(about)
        buttons(window, title, work, colour="negative", cancel=texts.cancel)


def buttons(
    window: ui.dialog,
    label: str,
    work: Callable[[], Awaitable[bool]],
    *,
    cancel: str,
    colour: str = "primary",
    enter: Sequence[ui.input] = (),
) -> None:
    """Go ahead or leave; the dialog closes once ``work`` has worked. ``enter``: fields in which
    the key does the same as the button."""

    async def go() -> None:
        go_ahead.disable()
        try:
            if await work():
                window.close()
        finally:
            go_ahead.enable()

    with ui.row().classes("justify-end gap-2"):
        ui.button(cancel, on_click=window.close, color=None).props("flat")
        go_ahead = ui.button(label, on_click=go, color=colour).props("unelevated")
    for field in enter:
        field.on("keydown.enter", go)


def login_list(
    logins: Sequence[OpenLogin],
    zone: ZoneInfo,
    end: Callable[[OpenLogin], Awaitable[None]] | None = None,
) -> None:
    """Logins, one a line; ``end``: what the button beside each does."""
    texts = people_texts().logins
    if not logins:
        hint(texts.nobody)
        return
    with ui.list().props("dense separator").classes("w-full"):
        for login in logins:
            with ui.item().classes("px-0"):
                with ui.item_section():
                    ui.item_label(texts.used.format(at=local(login.last_used_at, zone)))
                    ui.item_label(texts.began.format(at=local(login.created_at, zone))).props(
                        "caption"
                    )
                with ui.item_section().props("side"):
                    if login.is_this:
                        ui.badge(texts.this, color="positive")
                    elif end is not None:
                        label = f"{texts.end} {local(login.last_used_at, zone)}"
                        ui.button(
                            texts.end, on_click=lambda login=login: end(login), color=None
                        ).props(f'flat dense aria-label="{label}"')

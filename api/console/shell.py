"""What stands around every page: header, navigation, keyboard help, the way back to the login."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nicegui import ui
from nicegui.events import KeyEventArguments

from api.console.texts import console_texts
from api.staff.presence import set_presence
from api.storage.models import Presence

if TYPE_CHECKING:
    from api.console.page import Console, NavEntry

_NARROW_PX = 1023


@contextmanager
def frame(
    console: "Console", title: str, path: str, navigation: Sequence["NavEntry"]
) -> Iterator[None]:
    """The page's surroundings; the body of the ``with`` fills the content column."""
    texts = console_texts()
    ui.colors(primary="#a5281f", secondary="#4a5560", accent="#b7791f", positive="#2f7d4f")
    ui.add_head_html('<link rel="stylesheet" href="/static/console.css">')
    ui.html(f'<a class="console-skip" href="#content">{texts.skip}</a>', sanitize=False).classes(
        "absolute"
    )
    entries = sorted(
        (
            entry
            for entry in navigation
            if entry.permission is None or console.may(entry.permission)
        ),
        key=lambda entry: entry.order,
    )
    help_dialog = _keyboard_help()
    with ui.header().classes("console-header"):
        menu = ui.button(icon="menu", color=None).props(f'flat dense aria-label="{texts.menu}"')
        ui.label(title).classes("console-title").props('role="heading" aria-level="1"')
        ui.space()
        _presence(console)
        with (
            ui.button(console.staff.name, icon="account_circle", color=None).props("flat no-caps"),
            ui.menu(),
        ):
            ui.item_label(texts.roles[console.staff.role]).props("header")
            ui.menu_item(texts.own_account, lambda: ui.navigate.to("/account"))
            ui.menu_item(texts.keyboard_help, help_dialog.open)
            ui.menu_item(texts.log_out, lambda: ui.run_javascript(_LOG_OUT))
    drawer = ui.left_drawer(value=None).props(f"bordered breakpoint={_NARROW_PX} width=200")
    menu.on_click(drawer.toggle)
    with drawer.classes("console-drawer"), ui.element("nav"), ui.list().props("dense"):
        for entry in entries:
            with ui.item(on_click=lambda target=entry.path: ui.navigate.to(target)) as item:
                item.props("active" if entry.path == path else "")
                item.mark(f"nav{entry.path}")
                with ui.item_section().props("avatar"):
                    ui.icon(entry.icon)
                with ui.item_section():
                    ui.item_label(entry.label)
    _shortcuts(entries, help_dialog)
    with ui.column().classes("console-content").props('id="content" tabindex="-1"'):
        yield


def ask_to_log_in_again() -> None:
    """Tell somebody whose login has ended; what was typed is kept as a draft."""
    texts = console_texts()
    with ui.dialog(value=True).props("persistent"), ui.card():
        ui.label(texts.session_over)
        ui.button(texts.log_in_again, on_click=lambda: ui.run_javascript(_TO_LOGIN))


_TO_LOGIN = 'window.open("/staff/login?expired=1", "_blank")'
_LOG_OUT = (
    "const form = Object.assign(document.createElement('form'),"
    " {method: 'post', action: '/staff/logout'}); document.body.append(form); form.submit()"
)


def _presence(console: "Console") -> None:
    texts = console_texts()

    async def change() -> None:
        presence = Presence.ONLINE if switch.value else Presence.AWAY
        await console.act(lambda staff: set_presence(console.state.database, staff, presence))
        switch.set_text(texts.presence[presence])

    is_online = console.staff.presence is Presence.ONLINE
    switch = ui.switch(
        texts.presence[console.staff.presence], value=is_online, on_change=change
    ).props("color=positive")


def _keyboard_help() -> ui.dialog:
    texts = console_texts()
    with ui.dialog() as dialog, ui.card().classes("console-help"):
        ui.label(texts.keyboard_help).classes("text-h6")
        with ui.element("dl"):
            for shortcut in texts.shortcuts:
                with ui.element("dt"):
                    ui.label(shortcut.keys)
                with ui.element("dd"):
                    ui.label(shortcut.does)
        ui.button(texts.close, on_click=dialog.close).props("flat")
    return dialog


def _shortcuts(entries: Sequence["NavEntry"], help_dialog: ui.dialog) -> None:
    """``?`` opens the help; g and a letter go to a page. Nothing happens while one types."""
    went = {"g": False}

    def on_key(event: KeyEventArguments) -> None:
        if not event.action.keydown or event.action.repeat:
            return
        key = event.key.name
        if went["g"]:
            went["g"] = False
            for entry in entries:
                if entry.shortcut and entry.shortcut == key:
                    ui.navigate.to(entry.path)
        elif key == "g":
            went["g"] = True
        elif key == "?":
            help_dialog.open()

    ui.keyboard(on_key=on_key)

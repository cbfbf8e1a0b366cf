"""What stands around every page: header, navigation, keyboard help, the way back to the login."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nicegui import ElementFilter, ui
from nicegui.events import KeyEventArguments

from api.console.navigation import NavEntry, entries_for
from api.console.texts import console_texts
from api.staff.permissions import Permission
from api.staff.presence import set_presence
from api.storage.models import Presence

if TYPE_CHECKING:
    from api.console.page import Console

_NARROW_PX = 1023


@contextmanager
def frame(console: "Console", title: str, path: str) -> Iterator[None]:
    """The page's surroundings; the body of the ``with`` fills the content column."""
    texts = console_texts()
    ui.colors(primary="#a5281f", secondary="#4a5560", accent="#b7791f", positive="#2f7d4f")
    ui.add_head_html('<link rel="stylesheet" href="/static/console.css">')
    ui.html(f'<a class="console-skip" href="#content">{texts.skip}</a>', sanitize=False).classes(
        "absolute"
    )
    entries = entries_for(console.staff.role)
    help_dialog = _keyboard_help()
    with ui.header().classes("console-header"):
        menu = ui.button(icon="menu", color=None).props(f'flat dense aria-label="{texts.menu}"')
        ui.label(title).classes("console-title").props('role="heading" aria-level="1"')
        ui.space()
        if console.may(Permission.CLAIM):
            _presence(console)
        with (
            ui.button(console.staff.name, icon="account_circle", color=None).props("flat no-caps"),
            ui.menu(),
        ):
            ui.item_label(texts.roles[console.staff.role]).props("header")
            for name, act in {
                texts.own_account: lambda: ui.navigate.to("/account"),
                texts.keyboard_help: help_dialog.open,
                texts.log_out: lambda: ui.run_javascript(_LOG_OUT),
            }.items():
                ui.menu_item(name, act).props("role=menuitem")
    drawer = ui.left_drawer(value=None).props(f"bordered breakpoint={_NARROW_PX} width=200")
    menu.on_click(drawer.toggle)
    with drawer.classes("console-drawer"):
        _navigation(entries, path)
    _shortcuts(entries, help_dialog)
    with ui.column().classes("console-content").props('id="content" tabindex="-1"'):
        yield


def _navigation(entries: Sequence[NavEntry], here: str) -> None:
    """Links, so that a page can be opened in a tab of its own."""
    with ui.element("nav").props(f'aria-label="{console_texts().menu}"'):
        for entry in entries:
            with ui.link(target=entry.path).mark(f"nav{entry.path}") as link:
                ui.icon(entry.icon)
                ui.label(entry.label)
            if entry.path == here:
                link.props("aria-current=page")


def ask_to_log_in_again() -> None:
    """Tell somebody whose login has ended, once; what was typed is kept as a draft."""
    if any(ElementFilter(marker=_SESSION_OVER)):
        return
    texts = console_texts()
    with (
        ui.dialog(value=True)
        .props(f'persistent aria-label="{texts.log_in_again}"')
        .mark(_SESSION_OVER),
        ui.card(),
    ):
        ui.label(texts.session_over)
        ui.button(texts.log_in_again, on_click=lambda: ui.run_javascript(_TO_LOGIN))


_SESSION_OVER = "session-over"
_TO_LOGIN = 'location.assign("/staff/login?expired=1&to=" + encodeURIComponent(location.pathname))'
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
    with (
        ui.dialog().props(f'aria-label="{texts.keyboard_help}"') as dialog,
        ui.card().classes("console-help"),
    ):
        ui.label(texts.keyboard_help).classes("text-h6")
        with ui.element("dl"):
            for shortcut in texts.shortcuts:
                with ui.element("dt"):
                    ui.label(shortcut.keys)
                with ui.element("dd"):
                    ui.label(shortcut.does)
        ui.button(texts.close, on_click=dialog.close).props("flat")
    return dialog


def _shortcuts(entries: Sequence[NavEntry], help_dialog: ui.dialog) -> None:
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

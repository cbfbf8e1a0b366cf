"""The pages of the inbox."""

from pathlib import Path

from nicegui import ui

from api.console.inbox import files  # noqa: F401 - has the route of the files
from api.console.inbox.desk_page import DeskPage
from api.console.inbox.settings_page import SettingsPage
from api.console.inbox.texts import page_texts
from api.console.page import Console, staff_page
from api.staff.permissions import Permission

_STYLE = Path(__file__).with_name("inbox.css")
_TITLE = page_texts().title


@staff_page(
    "/",
    title=_TITLE,
    permission=Permission.SEE_QUEUE,
    nav=page_texts().nav,
    icon="inbox",
    order=10,
    shortcut="i",
)
async def inbox_page(console: Console) -> None:
    """The desk with no case open."""
    await _build(console, None)


@staff_page("/cases/{conversation_id}", title=_TITLE, permission=Permission.SEE_QUEUE)
async def case_page(console: Console, conversation_id: str) -> None:
    """The desk with a case open."""
    await _build(console, conversation_id)


@staff_page(
    "/desk-settings",
    title=page_texts().settings.title,
    permission=Permission.MANAGE_DESK,
    nav=page_texts().settings.nav,
    icon="tune",
    order=80,
)
async def settings_page(console: Console) -> None:
    """Canned replies, labels and capacities."""
    ui.add_css(_STYLE)
    await SettingsPage(console).build()


async def _build(console: Console, conversation_id: str | None) -> None:
    ui.add_css(_STYLE)
    await DeskPage(console).build(conversation_id)

"""The accounts, for administrators."""

from collections.abc import Sequence

from nicegui import ui

from api.console.page import Console, staff_page
from api.console.people.account_dialog import AccountDialog, ask_for_new
from api.console.people.parts import hint, local
from api.console.people.texts import people_texts
from api.console.texts import console_texts
from api.staff import managing, second_factor
from api.staff.managing import Account
from api.staff.permissions import Permission
from api.storage.database import Database

_COLUMNS = "md:grid-cols-[minmax(10rem,2fr)_1fr_1fr_1fr_1fr_minmax(9rem,1fr)_2rem]"


@staff_page(
    "/people",
    title=people_texts().people.title,
    permission=Permission.MANAGE_STAFF,
    nav=people_texts().people.nav,
    icon="group",
    order=80,
    shortcut="p",
)
async def people_page(console: Console) -> None:
    """Who works here, and what they may do."""
    await _PeoplePage(console).build()


class _PeoplePage:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._texts = people_texts().people
        self._accounts: Sequence[Account] = []

    async def build(self) -> None:
        """The page."""
        console, texts = self._console, self._texts
        with ui.row().classes("w-full items-center gap-3"):
            self._query = (
                ui.input(on_change=self._show)
                .props(
                    f'outlined dense clearable debounce=150 placeholder="{texts.search}"'
                    f' aria-label="{texts.search}" bg-color=white'
                )
                .classes("w-64 max-w-full")
            )
            self._with_disabled = ui.checkbox(texts.show_disabled, on_change=self._show)
            ui.space()
            ui.button(
                texts.create, icon="person_add", on_click=lambda: ask_for_new(console, self._load)
            ).props("unelevated")
        self._place = ui.column().classes("console-card w-full items-stretch gap-0")
        self._place.style("padding: 0; overflow: hidden")
        await self._load()

    async def _load(self) -> None:
        database: Database = self._console.state.database
        async with database.read() as session:
            self._accounts = await managing.list_accounts(session)
        self._show()

    def _show(self) -> None:
        query = (self._query.value or "").strip().casefold()
        shown = [
            account
            for account in self._accounts
            if (self._with_disabled.value or account.staff.disabled_at is None)
            and (query in account.staff.username or query in account.staff.name.casefold())
        ]
        self._place.clear()
        with self._place:
            if not shown:
                ui.label(self._texts.nobody_found).classes("console-empty")
                return
            self._heads()
            for account in shown:
                self._row(account)

    def _heads(self) -> None:
        columns = self._texts.columns
        with (
            ui.element("div")
            .classes(f"max-md:hidden grid {_COLUMNS} gap-2 px-4 py-2 text-sm border-b")
            .style("color: var(--console-soft); border-color: var(--console-line)")
        ):
            for head in columns.model_dump().values():
                ui.label(head)

    def _row(self, account: Account) -> None:
        texts, staff, zone = self._texts, account.staff, self._console.zone
        is_disabled = staff.disabled_at is not None
        row = ui.element("button").classes(
            f"grid grid-cols-[1fr_auto] {_COLUMNS} gap-x-2 gap-y-0 px-4 py-2 text-left"
            " items-center border-b hover:bg-gray-100 cursor-pointer w-full"
        )
        row.style("border-color: var(--console-line)" + ("; opacity: .65" if is_disabled else ""))
        row.props("type=button")
        row.props["aria-label"] = texts.open.format(name=staff.name)
        row.on("click", lambda: AccountDialog(self._console, account, self._load).open())
        row.mark(f"account-{staff.username}")
        with row:
            with ui.element("div"):
                ui.label(staff.name).classes("worker-text font-semibold")
                hint(staff.username)
            ui.label(console_texts().roles[staff.role])
            _state(texts.disabled if is_disabled else texts.active, is_good=not is_disabled)
            is_on = second_factor.is_on(staff)
            _state(texts.second_factor_on if is_on else texts.second_factor_off, is_good=is_on)
            capacity = texts.unlimited if staff.capacity is None else str(staff.capacity)
            ui.label(capacity).classes("max-md:hidden")
            last = account.last_used_at
            hint(local(last, zone) if last else texts.never)
            ui.icon("chevron_right").classes("max-md:hidden").style("color: var(--console-soft)")


def _state(words: str, *, is_good: bool) -> None:
    colour = "var(--console-green)" if is_good else "var(--console-soft)"
    ui.label(words).classes("text-sm").style(f"color: {colour}")

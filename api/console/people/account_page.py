"""One's own account: password, second factor, logins."""

from nicegui import ui

from api.console.page import Console, staff_page
from api.console.people.factor_card import FactorCard
from api.console.people.parts import (
    buttons,
    card,
    dialog,
    done,
    hint,
    local_day,
    login_list,
    secret,
)
from api.console.people.texts import people_texts
from api.console.texts import console_texts
from api.staff.logins import OpenLogin
from api.staff.people import People
from api.storage.models import Staff


@staff_page("/account", title=people_texts().account.title)
async def account_page(console: Console) -> None:
    """Everything that somebody can change without an administrator."""
    logins = _Logins(console)
    with ui.element("div").classes("grid w-full gap-3 md:grid-cols-2 items-start"):
        with ui.column().classes("gap-3 w-full items-stretch"):
            _about(console, logins)
            await FactorCard(console).build()
        await logins.build()


def _about(console: Console, logins: "_Logins") -> None:
    texts, staff = people_texts().account, console.staff
    with card(staff.name):
        with ui.element("dl").classes("grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 m-0"):
            for label, value in (
                (texts.username, staff.username),
                (texts.role, console_texts().roles[staff.role]),
                (texts.since, local_day(staff.created_at, console.zone)),
            ):
                with ui.element("dt").style("color: var(--console-soft)"):
                    ui.label(label)
                with ui.element("dd").classes("m-0"):
                    ui.label(value)
        with ui.row():
            ui.button(
                texts.password, icon="key", on_click=lambda: _change_password(console, logins)
            ).props("outline")


def _change_password(console: Console, logins: "_Logins") -> None:
    texts = people_texts()
    with dialog(texts.account.password) as window:
        old = secret(texts.account.old_password, autocomplete="current-password")
        new = secret(texts.account.new_password, autocomplete="new-password")
        again = secret(texts.account.repeat_password, autocomplete="new-password")
        hint(texts.account.password_rule)

        async def change() -> bool:
            if new.value != again.value:
                again.error = texts.account.password_differs
                return False
            again.error = None

            async def work(staff: Staff) -> bool:
                people: People = console.state.people
                await people.own.change_password(staff, console.token, old.value, new.value)
                return True

            if not await console.act(work):
                return False
            done(texts.account.password_changed)
            await logins.show()
            return True

        buttons(window, texts.save, change, cancel=texts.cancel, enter=[old, new, again])


class _Logins:
    """Where one is logged in."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._people: People = console.state.people

    async def build(self) -> None:
        """The card."""
        texts = people_texts().logins
        with card(texts.title):
            hint(texts.about)
            self._place = ui.column().classes("w-full gap-2")
            await self.show()

    async def show(self) -> None:
        """Show them as they are now."""
        console, texts = self._console, people_texts().logins
        logins = await self._people.sessions.list_open(console.staff, console.token)
        self._place.clear()
        with self._place:
            login_list(logins, console.zone, self._end)
            if len(logins) > 1:
                ui.button(texts.end_others, on_click=self._end_others).props("outline")

    async def _end(self, login: OpenLogin) -> None:
        await self._console.act(lambda staff: self._people.sessions.end(staff, login.id))
        await self.show()

    async def _end_others(self) -> None:
        token = self._console.token
        await self._console.act(lambda staff: self._people.sessions.end_others(staff, token))
        await self.show()

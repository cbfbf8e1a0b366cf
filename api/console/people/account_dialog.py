"""One account, as an administrator changes it."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from api.console.page import Console
from api.console.people.parts import (
    buttons,
    confirm,
    dialog,
    done,
    hint,
    login_list,
    secret,
)
from api.console.people.texts import people_texts
from api.console.texts import console_texts
from api.staff import second_factor
from api.staff.accounts import CAPACITY_AT_MOST, USERNAME_MAX_CHARS
from api.staff.managing import Account, Management
from api.storage.models import Role, Staff

Reload = Callable[[], Awaitable[None]]
Act = Callable[[Staff], Awaitable[object]]


def ask_for_new(console: Console, reload: Reload) -> None:
    """The form for a new account."""
    texts, management = people_texts().people, _management(console)
    with dialog(texts.create) as window:
        username = ui.input(texts.username).props(
            f'outlined dense autofocus maxlength={USERNAME_MAX_CHARS} hint="{texts.username_rule}"'
            ' autocomplete="off"'
        )
        name = ui.input(texts.name).props(
            f'outlined dense maxlength=64 hint="{texts.name_rule}" autocomplete="off"'
        )
        role = _role_select(Role.AGENT)
        password = secret(texts.password, autocomplete="new-password")
        hint(texts.password_rule)

        async def create() -> bool:
            created = await console.act(
                lambda staff: management.create(
                    staff,
                    username=username.value,
                    name=name.value,
                    role=role.value,
                    password=password.value,
                )
            )
            if created is None:
                return False
            done(texts.created)
            await reload()
            return True

        buttons(
            window,
            texts.create,
            create,
            cancel=people_texts().cancel,
            enter=[username, name, password],
        )


class AccountDialog:
    """Role, capacity, logins and the rest of one account."""

    def __init__(self, console: Console, account: Account, reload: Reload) -> None:
        self._console = console
        self._staff = account.staff
        self._reload = reload
        self._texts = people_texts().people
        self._management = _management(console)

    async def open(self) -> None:
        """Show it."""
        staff = self._staff
        logins = await self._management.list_logins(staff.username)
        with dialog(f"{staff.name}（{staff.username}）") as self._window:
            self._work()
            self._heading(self._texts.sections.access)
            login_list(logins, self._console.zone)
            if staff.id == self._console.staff.id:
                hint(self._texts.own)
                ui.button(
                    self._texts.to_own, on_click=lambda: ui.navigate.to("/account"), color=None
                ).props("flat")
            else:
                self._access(has_logins=bool(logins))
            self._heading(self._texts.sections.danger)
            self._disabling()
            with ui.row().classes("justify-end"):
                ui.button(people_texts().close, on_click=self._window.close, color=None).props(
                    "flat"
                )

    def _heading(self, words: str) -> None:
        ui.separator()
        ui.label(words).classes("font-semibold").props('role="heading" aria-level="3"')

    def _work(self) -> None:
        staff, management = self._staff, self._management
        role = _role_select(staff.role)
        capacity = (
            ui.number(
                self._texts.capacity, value=staff.capacity, min=0, max=CAPACITY_AT_MOST, format="%d"
            )
            .props("outlined dense clearable")
            .classes("w-full")
        )

        async def save(by: Staff) -> None:
            cases = None if capacity.value in (None, "") else int(capacity.value)
            await management.change_role(by, staff.username, role.value)
            await management.set_capacity(by, staff.username, cases)

        with ui.row().classes("justify-end"):
            ui.button(people_texts().save, on_click=partial(self._do, save)).props("unelevated")

    def _access(self, *, has_logins: bool) -> None:
        texts, staff, management = self._texts, self._staff, self._management
        with ui.row().classes("gap-2"):
            ui.button(texts.reset_password, on_click=self._ask_password).props("outline")
            if second_factor.is_on(staff):
                self._asking(
                    texts.reset_second_factor,
                    texts.reset_second_factor_about,
                    lambda by: management.reset_second_factor(by, staff.username),
                )
            if has_logins:
                ui.button(
                    texts.end_logins,
                    on_click=partial(
                        self._do, lambda by: management.end_logins(by, staff.username)
                    ),
                ).props("outline")

    def _disabling(self) -> None:
        texts, staff, management = self._texts, self._staff, self._management
        if staff.disabled_at is None:
            hint(texts.disable_about)
            with ui.row():
                self._asking(
                    texts.disable,
                    texts.disable_about,
                    lambda by: management.disable(by, staff.username),
                    colour="negative",
                )
        else:
            with ui.row():
                ui.button(
                    texts.enable,
                    on_click=partial(self._do, lambda by: management.enable(by, staff.username)),
                ).props("outline")

    def _asking(self, label: str, about: str, act: Act, *, colour: str = "primary") -> None:
        """A button that asks before it acts."""
        ask = partial(confirm, label, about, partial(self._do, act))
        ui.button(label, on_click=ask, color=colour).props("outline")

    def _ask_password(self) -> None:
        texts, staff = self._texts, self._staff
        with dialog(texts.reset_password) as window:
            password = secret(texts.new_password, autocomplete="new-password")
            hint(texts.password_rule)
            hint(texts.reset_password_about)

            async def reset() -> bool:
                return await self._do(
                    lambda by: self._management.reset_password(by, staff.username, password.value)
                )

            buttons(
                window,
                texts.reset_password,
                reset,
                cancel=people_texts().cancel,
                enter=[password],
            )

    async def _do(self, act: Act) -> bool:
        """Whether it worked; then the list is fresh, and the account is closed."""

        async def work(by: Staff) -> bool:
            await act(by)
            return True

        if not await self._console.act(work):
            return False
        done(people_texts().done)
        self._window.close()
        await self._reload()
        return True


def _management(console: Console) -> Management:
    management: Management = console.state.people.management
    return management


def _role_select(value: Role) -> ui.select:
    """The roles with what each does."""
    names, does = console_texts().roles, people_texts().people.roles
    select = ui.select(
        {role: names[role] for role in Role}, value=value, label=people_texts().people.role
    )
    about = hint(does[value])
    select.on_value_change(lambda event: about.set_text(does[event.value]))
    select.props("outlined dense").classes("w-full")
    return select

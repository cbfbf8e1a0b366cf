"""The second factor on the page of one's own account."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from api.console.page import Console
from api.console.people.parts import (
    buttons,
    card,
    code_field,
    dialog,
    done,
    hint,
    local_day,
    secret,
)
from api.console.people.texts import people_texts
from api.staff.people import People
from api.staff.second_factor import Enrolment
from api.storage.models import Staff


class FactorCard:
    """Shows how it stands, and switches it on and off."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._people: People = console.state.people
        self._texts = people_texts().second_factor

    async def build(self) -> None:
        """The card."""
        with card(self._texts.title):
            hint(self._texts.about)
            self._place = ui.column().classes("w-full gap-2")
            await self._show()

    async def _show(self) -> None:
        texts = self._texts
        state = await self._people.own.second_factor(self._console.staff)
        self._place.clear()
        with self._place:
            if state.since is None:
                ui.label(texts.is_off)
                ui.button(texts.begin, icon="phonelink_lock", on_click=self._ask_password)
                return
            with ui.row().classes("items-center gap-2"):
                ui.icon("verified_user", color="positive", size="sm")
                ui.label(texts.is_on.format(since=local_day(state.since, self._console.zone)))
            ui.label(texts.codes_left.format(left=state.backup_codes_left))
            with ui.row().classes("gap-2"):
                ui.button(texts.renew, on_click=self._ask_to_renew).props("outline")
                if not state.is_required:
                    ui.button(texts.turn_off, on_click=self._ask_to_turn_off, color=None).props(
                        "flat"
                    )
            if state.is_required:
                hint(texts.is_required)

    def _ask_password(self) -> None:
        with dialog(self._texts.title) as window:
            password = secret(self._texts.password, autocomplete="current-password")

            async def begin() -> bool:
                enrolment = await self._console.act(
                    lambda staff: self._people.own.begin_second_factor(staff, password.value)
                )
                if enrolment is None:
                    return False
                self._show_secret(enrolment)
                return True

            self._buttons(window, self._texts.begin, begin, password)

    def _show_secret(self, enrolment: Enrolment) -> None:
        with dialog(self._texts.title, persistent=True) as window:
            ui.label(self._texts.scan)
            with (
                ui.element("div")
                .classes("self-center")
                .props(f'role="img" aria-label="{self._texts.qr}"')
            ):
                ui.html(enrolment.qr, sanitize=False)
            hint(self._texts.by_hand)
            ui.label(enrolment.secret).classes("font-mono break-all select-all")
            code = code_field(self._texts.code).props("inputmode=numeric autofocus")

            async def confirm() -> bool:
                codes = await self._console.act(
                    lambda staff: self._people.own.confirm_second_factor(staff, code.value)
                )
                if codes is None:
                    return False
                done(self._texts.turned_on)
                await self._show()
                self._show_codes(codes)
                return True

            self._buttons(window, self._texts.confirm, confirm, code)

    def _ask_to_renew(self) -> None:
        with dialog(self._texts.renew) as window:
            hint(self._texts.renew_about)
            code = code_field(self._texts.code_or_backup)

            async def renew() -> bool:
                codes = await self._console.act(
                    lambda staff: self._people.own.renew_backup_codes(staff, code.value)
                )
                if codes is None:
                    return False
                await self._show()
                self._show_codes(codes)
                return True

            self._buttons(window, self._texts.renew, renew, code)

    def _ask_to_turn_off(self) -> None:
        with dialog(self._texts.turn_off) as window:
            hint(self._texts.turn_off_about)
            code = code_field(self._texts.code_or_backup)

            async def turn_off() -> bool:
                async def work(staff: Staff) -> bool:
                    await self._people.own.disable_second_factor(staff, code.value)
                    return True

                if not await self._console.act(work):
                    return False
                done(self._texts.turned_off)
                await self._show()
                return True

            self._buttons(window, self._texts.turn_off, turn_off, code)

    def _buttons(
        self, window: ui.dialog, label: str, work: Callable[[], Awaitable[bool]], field: ui.input
    ) -> None:
        buttons(window, label, work, cancel=people_texts().cancel, enter=[field])

    def _show_codes(self, codes: list[str]) -> None:
        with dialog(self._texts.codes_title, persistent=True) as window:
            ui.label(self._texts.codes_intro)
            with ui.element("div").classes(
                "grid grid-cols-2 gap-x-6 gap-y-1 font-mono text-base self-center select-all"
            ):
                for code in codes:
                    ui.label(code)
            with ui.row().classes("justify-end"):
                ui.button(self._texts.codes_kept, on_click=window.close).props("unelevated")

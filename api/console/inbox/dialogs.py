"""What asks before something is done to the open case."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from nicegui import ui

from api.console.inbox.label_dialog import LabelForm
from api.console.inbox.texts import page_texts
from api.inbox import colleagues, snoozing
from api.inbox.colleagues import Colleague
from api.staff.permissions import PERMISSIONS, Permission
from api.storage.models import OutcomeKind, Role, Staff, now

if TYPE_CHECKING:
    from api.console.inbox.desk_page import DeskPage


class Dialogs:
    """The dialogs of one page."""

    def __init__(self, desk: "DeskPage") -> None:
        self._desk = desk
        self._texts = page_texts().dialogs

    @property
    def _conversation_id(self) -> str:
        case = self._desk.case
        return case.row.conversation.id if case else ""

    async def resolve(self) -> None:
        """Finish the case with an outcome."""
        texts, names = self._texts, page_texts().outcomes
        with self._dialog(texts.resolve_title) as dialog:
            kind = ui.select(
                {kind: names[kind] for kind in OutcomeKind},
                value=OutcomeKind.ANSWERED,
                label=texts.resolve_kind,
            ).props("outlined dense")
            text = ui.textarea(texts.resolve_text).props("outlined autogrow maxlength=2000")
            ui.label(texts.resolve_hint).classes("inbox-hint")
            self._answers(dialog, texts.resolve_do, lambda: (kind.value, text.value))
        answer = await self._answer_of(dialog)
        if answer is None:
            return
        chosen, words = answer
        outcome = (words or "").strip() or names[chosen]
        conversation_id = self._conversation_id
        await self._act(
            lambda staff: self._desk.desk.resolve(conversation_id, staff, outcome, chosen)
        )

    async def transfer(self) -> None:
        """Pass the case on to a person or a role."""
        texts, roles = self._texts, page_texts().roles
        own = self._desk.console.staff
        people = {
            each.staff.id: each
            for each in await self._desk.read(colleagues.answering)
            if each.staff.id != own.id
        }
        answering = [role for role in Role if Permission.REPLY in PERMISSIONS[role]]
        with self._dialog(texts.transfer_title) as dialog:
            person = ui.select(
                {key: _in_words(each) for key, each in people.items()},
                label=texts.transfer_person if people else texts.nobody_else,
                clearable=True,
            ).props("outlined dense")
            role = ui.select(
                {role: roles[role] for role in answering}, label=texts.transfer_role, clearable=True
            ).props("outlined dense")
            person.on_value_change(lambda event: event.value and role.set_value(None))
            role.on_value_change(lambda event: event.value and person.set_value(None))
            self._answers(dialog, texts.transfer_do, lambda: (person.value, role.value))
        answer = await self._answer_of(dialog)
        if answer is None:
            return
        to, for_role = answer
        conversation_id, desk = self._conversation_id, self._desk.desk
        if to in people:
            await self._act(lambda staff: desk.transfer(conversation_id, staff, people[to].staff))
        elif for_role is not None:
            await self._act(lambda staff: desk.put_back(conversation_id, staff, for_role))

    async def snooze(self) -> None:
        """Put the case aside until a time."""
        texts = self._texts
        local = now().astimezone(self._desk.console.zone)
        with self._dialog(texts.snooze_title) as dialog:
            for name, until in _times(local):
                ui.button(
                    f"{name}（{until:%m-%d %H:%M}）",
                    on_click=lambda until=until: dialog.submit(until),
                    color=None,
                ).props("outline no-caps align=left")
            ui.label(texts.snooze_hint).classes("inbox-hint")
            self._close(dialog, texts.cancel)
        until = await self._answer_of(dialog)
        if isinstance(until, datetime):
            await self._snooze(until)

    async def wake(self) -> None:
        """Take the case up again."""
        await self._snooze(None)

    async def put_back(self) -> None:
        """Put the case back into the queue."""
        texts, conversation_id = self._texts, self._conversation_id
        if await self._is_sure(texts.put_back_title, texts.put_back_text):
            await self._act(lambda staff: self._desk.desk.put_back(conversation_id, staff))

    async def release(self) -> None:
        """Give the conversation back to the bot."""
        texts, conversation_id = self._texts, self._conversation_id
        if await self._is_sure(texts.release_title, texts.release_text):
            await self._act(lambda staff: self._desk.desk.release(conversation_id, staff))

    async def labels(self) -> None:
        """Put labels on the conversation, or take them off."""
        case = self._desk.case
        if case is None:
            return
        texts = self._texts
        with self._dialog(texts.labels_title) as dialog:
            await LabelForm(self._desk, case).build(dialog)
            self._close(dialog, texts.close)
        await self._answer_of(dialog)

    async def ask_why(self) -> str | None:
        """Why numbers are to be shown in full; None: not at all."""
        side = page_texts().side
        with self._dialog(side.unmask) as dialog:
            reason = ui.input(side.unmask_reason).props("outlined dense maxlength=200 autofocus")
            self._answers(dialog, side.unmask_do, lambda: (reason.value or "").strip())
        answer: str | None = await self._answer_of(dialog)
        return answer

    def show_unsent(self, text: str) -> None:
        """Give back what somebody wrote in a case that is not theirs any more."""
        composer = page_texts().composer
        with self._dialog(composer.unsent_title) as dialog:
            ui.textarea(value=text).props(
                f'outlined autogrow readonly aria-label="{composer.unsent_title}"'
            )
            self._close(dialog, self._texts.close)
        dialog.on("hide", dialog.delete)
        dialog.open()

    async def _snooze(self, until: datetime | None) -> None:
        state, conversation_id = self._desk.console.state, self._conversation_id
        await self._act(
            lambda staff: snoozing.snooze(
                state.database, state.publisher, staff, conversation_id, until, at=now()
            )
        )

    async def _act(self, work: Callable[[Staff], Awaitable[object]]) -> None:
        await self._desk.act(work, page_texts().case.done)

    async def _is_sure(self, title: str, text: str) -> bool:
        with self._dialog(title) as dialog:
            ui.label(text)
            self._answers(dialog, self._texts.confirm, lambda: True)
        return bool(await self._answer_of(dialog))

    @contextmanager
    def _dialog(self, title: str) -> Iterator[ui.dialog]:
        # Not where the button is that was clicked: that may be drawn anew meanwhile.
        with self._desk.root, dialog_card(title) as dialog:
            yield dialog

    def _answers(self, dialog: ui.dialog, do: str, answer: Callable[[], Any]) -> None:
        with ui.row().classes("inbox-dialog-acts"):
            ui.button(self._texts.cancel, on_click=dialog.close, color=None).props("flat")
            ui.button(do, on_click=lambda: dialog.submit(answer())).props("unelevated")

    def _close(self, dialog: ui.dialog, name: str) -> None:
        with ui.row().classes("inbox-dialog-acts"):
            ui.button(name, on_click=dialog.close, color=None).props("flat")

    async def _answer_of(self, dialog: ui.dialog) -> Any:
        dialog.open()
        answer = await dialog
        dialog.delete()
        return answer


@contextmanager
def dialog_card(title: str) -> Iterator[ui.dialog]:
    """A dialog under a title; the body of the ``with`` fills it. It opens by ``open``."""
    with ui.dialog().props(f'aria-label="{title}"') as dialog, ui.card().classes("inbox-dialog"):
        ui.label(title).classes("text-h6").props('role="heading" aria-level="2"')
        yield dialog


def _in_words(colleague: Colleague) -> str:
    texts = page_texts()
    capacity = colleague.staff.capacity
    return texts.dialogs.colleague.format(
        name=colleague.staff.name,
        role=texts.roles[colleague.staff.role],
        presence=texts.presence[colleague.staff.presence],
        cases=colleague.cases,
        capacity=texts.dialogs.of_capacity.format(n=capacity) if capacity is not None else "",
    )


def _times(local: datetime) -> list[tuple[str, datetime]]:
    texts = page_texts().dialogs
    morning = local.replace(hour=9, minute=0, second=0, microsecond=0)
    afternoon = morning.replace(hour=14)
    times = [(texts.snooze_hour, local + timedelta(hours=1))]
    if local < afternoon:
        times.append((texts.snooze_afternoon, afternoon))
    times.append((texts.snooze_tomorrow, morning + timedelta(days=1)))
    times.append((texts.snooze_week, morning + timedelta(days=7 - local.weekday())))
    return times

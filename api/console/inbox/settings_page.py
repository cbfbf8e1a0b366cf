"""Where supervisors set up the desk: canned replies, labels, how much each colleague takes."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from api.console.inbox.texts import page_texts
from api.console.page import Console
from api.inbox import canned_replies, colleagues, labels
from api.inbox.colleagues import Colleague
from api.inbox.labels import Colour
from api.storage.models import CannedReply, Label, Staff


class SettingsPage:
    """One browser tab of a supervisor."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._database = console.state.database
        self._texts = page_texts().settings

    async def build(self) -> None:
        """Put the page's cards up."""
        with ui.element("div").classes("desk-settings"):
            with ui.element("section").classes("console-card"):
                self._heading(self._texts.canned, self._texts.canned_hint)
                ui.button(
                    self._texts.canned_add, icon="add", on_click=lambda: self._edit(None)
                ).props("dense no-caps unelevated")
                self._replies = ui.element("div").classes("settings-rows")
            with ui.element("section").classes("console-card"):
                self._heading(self._texts.labels, self._texts.labels_hint)
                self._build_new_label()
                self._labels = ui.element("div").classes("settings-rows")
            with ui.element("section").classes("console-card"):
                self._heading(self._texts.capacity, self._texts.capacity_hint)
                mode = self._console.settings.claim_mode
                ui.label(self._texts.modes[mode])
                self._people = ui.element("div").classes("settings-rows")
        await self._refresh()

    def _heading(self, title: str, hint: str) -> None:
        ui.label(title).classes("settings-title").props('role="heading" aria-level="2"')
        ui.label(hint).classes("inbox-hint")

    async def _refresh(self) -> None:
        async with self._database.read() as session:
            replies = await canned_replies.usable(session)
            known = await labels.usable(session)
            people = await colleagues.answering(session)
        for element in (self._replies, self._labels, self._people):
            element.clear()
        with self._replies:
            if not replies:
                ui.label(self._texts.canned_none).classes("inbox-hint")
            for reply in replies:
                self._show_reply(reply)
        with self._labels:
            if not known:
                ui.label(self._texts.label_none).classes("inbox-hint")
            for label in known:
                self._show_label(label)
        with self._people:
            for person in people:
                self._show_person(person)

    async def _act(self, work: Callable[[Staff], Awaitable[object]]) -> bool:
        async def succeeding(staff: Staff) -> bool:
            await work(staff)
            return True

        succeeded = bool(await self._console.act(succeeding))
        await self._refresh()  # also after a refusal: somebody else may have changed it
        if succeeded:
            ui.notify(page_texts().case.done, type="positive", position="top")
        return succeeded

    def _show_reply(self, reply: CannedReply) -> None:
        with ui.element("div").classes("settings-row"):
            with ui.element("div").classes("settings-main"):
                ui.label(f"/{reply.shortcut} · {reply.title}").classes("worker-text")
                ui.label(reply.text).classes("worker-text inbox-hint")
            ui.button(
                self._texts.edit, on_click=lambda reply=reply: self._edit(reply), color=None
            ).props("flat dense no-caps")
            ui.button(
                self._texts.retire,
                on_click=lambda reply=reply: self._retire(
                    lambda staff: canned_replies.retire(
                        self._database, staff, reply.id, version=reply.version
                    )
                ),
                color=None,
            ).props("flat dense no-caps")

    def _show_label(self, label: Label) -> None:
        with ui.element("div").classes("settings-row"):
            with ui.element("div").classes("settings-main"):
                ui.label(label.name).classes(f"case-label label-{label.colour} worker-text")
            ui.button(
                self._texts.retire,
                on_click=lambda: self._retire(
                    lambda staff: labels.retire(self._database, staff, label.id)
                ),
                color=None,
            ).props("flat dense no-caps")

    def _show_person(self, person: Colleague) -> None:
        role = page_texts().roles[person.staff.role]
        name = self._texts.capacity_of.format(name=person.staff.name, role=role, cases=person.cases)

        async def change() -> None:
            capacity = None if field.value is None else int(field.value)
            await self._act(
                lambda staff: colleagues.set_capacity(
                    self._database, staff, person.staff.id, capacity
                )
            )

        with ui.element("div").classes("settings-row"):
            ui.label(name).classes("settings-main")
            field = (
                ui.number(
                    value=person.staff.capacity, min=0, max=colleagues.CAPACITY_AT_MOST, precision=0
                )
                .props(f'dense outlined aria-label="{name}"')
                .classes("settings-number")
            )
            ui.button(self._texts.save, on_click=change, color=None).props("flat dense no-caps")

    def _build_new_label(self) -> None:
        async def create() -> None:
            if await self._act(
                lambda staff: labels.create(
                    self._database, staff, name.value or "", Colour(colour.value)
                )
            ):
                name.set_value("")

        with ui.row().classes("items-center"):
            name = ui.input(self._texts.label_name).props(
                f"dense outlined maxlength={labels.NAME_MAX_CHARS}"
            )
            colour = ui.select(
                page_texts().colours, value=Colour.GREY, label=self._texts.colour
            ).props("dense outlined")
            ui.button(self._texts.label_add, on_click=create).props("dense no-caps unelevated")

    async def _edit(self, reply: CannedReply | None) -> None:
        """Ask for the fields until they are saved or given up: what was typed is not lost."""
        texts, dialogs = self._texts, page_texts().dialogs
        with ui.dialog().props("persistent") as dialog, ui.card().classes("inbox-dialog"):
            ui.label(texts.edit if reply else texts.canned_add).classes("text-h6")
            shortcut = ui.input(texts.shortcut, value=reply.shortcut if reply else "").props(
                f"outlined dense maxlength={canned_replies.SHORTCUT_MAX_CHARS}"
            )
            title = ui.input(texts.reply_title, value=reply.title if reply else "").props(
                f"outlined dense maxlength={canned_replies.TITLE_MAX_CHARS}"
            )
            text = ui.textarea(texts.text, value=reply.text if reply else "").props(
                f"outlined autogrow maxlength={canned_replies.TEXT_MAX_CHARS}"
            )

            async def save() -> None:
                fields = {"shortcut": shortcut.value, "title": title.value, "text": text.value}
                if await self._act(lambda staff: self._store(staff, reply, fields)):
                    dialog.close()

            with ui.row().classes("inbox-dialog-acts"):
                ui.button(dialogs.cancel, on_click=dialog.close, color=None).props("flat")
                ui.button(texts.save, on_click=save).props("unelevated")
        dialog.on("hide", dialog.delete)
        dialog.open()

    async def _store(
        self, staff: Staff, reply: CannedReply | None, fields: dict[str, str]
    ) -> CannedReply:
        if reply is None:
            return await canned_replies.create(self._database, staff, **fields)
        return await canned_replies.update(
            self._database, staff, reply.id, version=reply.version, **fields
        )

    async def _retire(self, work: Callable[[Staff], Awaitable[object]]) -> None:
        dialogs = page_texts().dialogs
        with ui.dialog() as dialog, ui.card().classes("inbox-dialog"):
            ui.label(self._texts.sure)
            with ui.row().classes("inbox-dialog-acts"):
                ui.button(dialogs.cancel, on_click=dialog.close, color=None).props("flat")
                ui.button(dialogs.confirm, on_click=lambda: dialog.submit(True)).props("unelevated")
        if await dialog:
            await self._act(work)
        dialog.delete()

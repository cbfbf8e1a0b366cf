"""The column with the conversation: what it is, what was said, and the reply."""

import asyncio
from typing import TYPE_CHECKING

from nicegui import ui

from api.console.inbox import words
from api.console.inbox.components import Composer, History
from api.console.inbox.history_view import messages_data
from api.console.inbox.list_view import title
from api.console.inbox.texts import page_texts
from api.inbox import knowledge
from api.inbox.opening import OpenCase
from api.storage.models import OPEN_HANDOFF_STATES, HandoffState, Status, now

if TYPE_CHECKING:
    from api.console.inbox.desk_page import DeskPage

_TYPING_HOLDS_S = 6.0


class TalkPanel:
    """The middle column."""

    def __init__(self, desk: "DeskPage") -> None:
        self._desk = desk
        self._texts = page_texts()
        self._shown: object = None
        self._typing_ends: asyncio.Task[None] | None = None

    def build(self) -> None:
        """Put it on the page."""
        texts = self._texts
        with ui.element("section").classes("inbox-talk").props(f'aria-label="{texts.case.talk}"'):
            with ui.element("div").classes("inbox-choose") as self._choose:
                ui.label(texts.case.choose)
                ui.label(texts.case.choose_keys).classes("inbox-hint")
            with ui.element("div").classes("inbox-open") as self._open:
                self._head = ui.element("header").classes("talk-head")
                self._history = History(
                    texts.history.model_dump(mode="json"),
                    on_earlier=self._desk.show_earlier,
                    on_seen=self._desk.mark_seen,
                ).classes("talk-history")
                self._channel = ui.label().classes("talk-channel")
                self._bar = ui.element("div").classes("talk-bar")
                self._suggestion = ui.element("div").classes("talk-suggestion")
                with Composer(
                    texts.composer.model_dump(),
                    self._desk.console.settings.message_max_chars,
                    on_draft=self._desk.save_draft,
                    on_send=self._desk.send,
                    on_typing=self._desk.tell_typing,
                ) as self.composer:
                    self._suggest_button = ui.button(
                        texts.composer.suggest, icon="lightbulb", on_click=self._suggest, color=None
                    ).props("flat dense no-caps")
                    ui.button(
                        texts.composer.canned,
                        icon="bolt",
                        on_click=self.composer.offer_canned,
                        color=None,
                    ).props("flat dense no-caps")
        self.show(None)

    def show(self, case: OpenCase | None) -> None:
        """Show another case, or none."""
        self._choose.set_visibility(case is None)
        self._open.set_visibility(case is not None)
        self._shown = None
        self._suggestion.clear()
        if case is not None:
            conversation_id = case.row.conversation.id
            self._history.show(conversation=conversation_id, typing=False)
            self.composer.show(
                conversation=conversation_id,
                value=case.draft,
                canned=[
                    {"shortcut": reply.shortcut, "title": reply.title, "text": text}
                    for reply, text in case.canned
                ],
            )
            self.update(case)

    def update(self, case: OpenCase) -> None:
        """Show what has changed in the case."""
        console = self._desk.console
        self._history.show(
            messages=messages_data(
                case.history, case.row.conversation, console.staff, console.zone
            ),
            earlier=case.history.has_earlier,
        )
        self._channel.set_visibility(case.wechat is not None)
        if case.wechat is not None:
            self._channel.set_text(case.wechat.plan_text)
            self._channel.classes(replace=f"talk-channel plan-{case.wechat.plan}")
        handoff = case.row.handoff
        standing = (
            case.row.conversation.id,
            case.row.conversation.status,
            handoff
            and (handoff.state, handoff.claimed_by, handoff.priority, handoff.snoozed_until),
            [label.id for label in case.row.labels],
        )
        if standing != self._shown:
            self._shown = standing
            self._show_head(case)
            self._show_bar(case)

    async def show_typing(self) -> None:
        """Show for some seconds that the worker writes."""
        self._history.show(typing=True)
        if self._typing_ends is not None:
            self._typing_ends.cancel()
        self._typing_ends = asyncio.create_task(self._end_typing())

    async def _end_typing(self) -> None:
        await asyncio.sleep(_TYPING_HOLDS_S)
        self._history.show(typing=False)

    def _show_head(self, case: OpenCase) -> None:
        texts = self._texts
        row, handoff = case.row, case.row.handoff
        self._head.clear()
        with self._head:
            ui.button(
                icon="arrow_back", on_click=lambda: self._desk.show_pane("list"), color=None
            ).props(f'flat dense aria-label="{texts.case.back}"').classes("narrow-only")
            with ui.element("div").classes("talk-title"):
                heading = title(handoff) if handoff else texts.statuses[row.conversation.status]
                ui.label(heading).classes("worker-text").props('role="heading" aria-level="2"')
                with ui.element("div").classes("talk-chips"):
                    is_open = handoff is not None and handoff.state in OPEN_HANDOFF_STATES
                    if handoff is not None and is_open:
                        ui.label(texts.priorities[handoff.priority]).classes(
                            f"case-priority priority-{handoff.priority}"
                        )
                    ui.label(texts.channels[row.conversation.channel])
                    ui.label(texts.statuses[row.conversation.status])
                    for label in row.labels:
                        ui.label(label.name).classes(f"case-label label-{label.colour}")
            self._show_acts()
            ui.button(
                icon="assignment_ind", on_click=lambda: self._desk.show_pane("side"), color=None
            ).props(f'flat dense aria-label="{texts.case.side}"').classes("narrow-only")

    def _show_acts(self) -> None:
        texts, dialogs = self._texts.case, self._desk.dialogs
        if self._desk.is_mine:
            ui.button(texts.resolve, on_click=self._desk.resolve).props("dense no-caps unelevated")
        with (
            ui.button(icon="more_vert", color=None)
            .props(f'flat dense aria-label="{texts.more}"')
            .mark("case-menu"),
            ui.menu(),
        ):
            acts = {texts.labels: dialogs.labels}
            if self._desk.is_mine:
                acts |= {
                    texts.transfer: dialogs.transfer,
                    texts.snooze: dialogs.snooze,
                    texts.put_back: dialogs.put_back,
                    texts.release: dialogs.release,
                }
            for name, act in acts.items():
                ui.menu_item(name, act).props("role=menuitem")

    def _show_bar(self, case: OpenCase) -> None:
        """Who has the case, where that is not the one who looks at it."""
        texts = self._texts.case
        row, handoff = case.row, case.row.handoff
        mine = self._desk.is_mine
        self.composer.show(locked=not mine)
        self._bar.clear()
        self._bar.set_visibility(not mine or self._is_aside(case))
        with self._bar:
            if mine:
                until = handoff.snoozed_until if handoff else None
                if until is not None:
                    time = words.short(until, now(), self._desk.console.zone)
                    ui.label(self._texts.list.aside.format(time=time))
                    ui.button(texts.wake, on_click=self._desk.dialogs.wake, color=None).props(
                        "flat dense no-caps"
                    )
            elif row.conversation.status is Status.CLOSED:
                outcome = handoff.outcome if handoff else None
                ui.label(
                    texts.closed.format(outcome=outcome) if outcome else texts.closed_plain
                ).classes("worker-text")
            elif handoff is None or handoff.state not in OPEN_HANDOFF_STATES:
                ui.label(texts.with_bot)
            elif handoff.state is HandoffState.CLAIMED:
                ui.label(texts.taken.format(name=row.holder.name if row.holder else ""))
            else:
                ui.label(texts.not_claimed)
                ui.button(texts.claim, icon="pan_tool", on_click=self._desk.claim).props(
                    "dense no-caps unelevated"
                ).mark("claim")

    def _is_aside(self, case: OpenCase) -> bool:
        handoff = case.row.handoff
        until = handoff.snoozed_until if handoff else None
        return until is not None and until > now()

    async def _suggest(self) -> None:
        case = self._desk.case
        if case is None:
            return
        texts = self._texts.composer
        conversation_id = case.row.conversation.id
        self._suggest_button.props("loading")
        questions = await self._desk.read(
            lambda session: knowledge.questions(session, conversation_id)
        )
        found = await knowledge.suggest(self._desk.console.state.knowledge_search, questions)
        self._suggest_button.props(remove="loading")
        if self._desk.case is None or self._desk.case.row.conversation.id != conversation_id:
            return
        self._suggestion.clear()
        if not found.text:
            ui.notify(texts.no_suggestion, position="top")
            return
        with self._suggestion:
            ui.label(texts.suggestion_title).classes("talk-suggestion-title")
            ui.label(found.text).classes("worker-text talk-suggestion-text").props('tabindex="0"')
            with ui.row().classes("talk-suggestion-acts"):
                ui.button(texts.use, on_click=lambda: self._use(found.text)).props(
                    "dense no-caps unelevated"
                ).mark("use-suggestion")
                ui.button(texts.dismiss, on_click=self._suggestion.clear, color=None).props(
                    "flat dense no-caps"
                )

    def _use(self, text: str) -> None:
        self._suggestion.clear()
        self.composer.insert(text)

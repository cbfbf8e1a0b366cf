"""The page's state and what is done on it; its columns are built by the panels."""

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from nicegui import ui
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.console import shell
from api.console.inbox import dialogs
from api.console.inbox.case_reading import read_case, read_on
from api.console.inbox.list_panel import ListPanel
from api.console.inbox.live import Live
from api.console.inbox.package_view import titles_of
from api.console.inbox.side_panel import SidePanel
from api.console.inbox.talk_panel import TalkPanel
from api.console.inbox.texts import page_texts
from api.console.page import Console
from api.errors import ApiError
from api.handoff.desk import Desk
from api.inbox import attention, counting, drafts, history, listing, rows
from api.inbox.opening import OpenCase
from api.inbox.views import Filters, View
from api.review.desk import review_desk
from api.storage.models import HandoffState, Staff, StaffSession, now

T = TypeVar("T")
_ROWS_AT_MOST = 200


@dataclass
class ListState:
    """What the list shows."""

    view: View = View.WAITING
    filters: Filters = field(default_factory=Filters)
    size: int = listing.PAGE_SIZE


class DeskPage:
    """One browser tab of one member of staff."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.state = ListState()
        self.case: OpenCase | None = None
        self.titles: Mapping[str, str] = {}
        self._list = ListPanel(self)
        self._talk = TalkPanel(self)
        self._side = SidePanel(self)
        self._live = Live(
            console.state.hub,
            on_queue=lambda: self._while_logged_in(self.refresh_list),
            on_case=lambda: self._while_logged_in(self.refresh_case),
            on_typing=self._talk.show_typing,
        )

    async def build(self, conversation_id: str | None) -> None:
        """Put the columns on the page and begin to listen."""
        with ui.element("div").classes("inbox") as self.root:
            self._list.build()
            self._talk.build()
            self._side.build()
        self.show_pane("list")
        await self.refresh_list()
        if conversation_id is not None:
            await self.open(conversation_id)
            if self.is_mine:
                await self.choose_view(View.MINE)
        self._live.start()
        ui.context.client.on_delete(self._live.stop)

    @property
    def desk(self) -> Desk:
        """The acts of staff on conversations."""
        desk: Desk = self.console.state.desk
        return desk

    @property
    def is_mine(self) -> bool:
        """Whether the open case is that of the one who looks at it."""
        handoff = self.case.row.handoff if self.case else None
        return (
            handoff is not None
            and handoff.state is HandoffState.CLAIMED
            and handoff.claimed_by == self.console.staff.id
        )

    def show_pane(self, pane: str) -> None:
        """Bring a column to the front where there is room for one alone."""
        self.root.props(f"data-pane={pane}")

    async def refresh_list(self) -> None:
        """Read the list and the numbers anew."""
        staff, state = self.console.staff, self.state
        # Words are looked for in everything that one may see.
        view = View.ALL if state.filters.query else state.view
        async with self.console.state.database.read() as session:
            page = await listing.page(
                session, staff, view, state.filters, at=now(), size=state.size
            )
            numbers = await counting.counts(session, staff)
        self._list.show(page, numbers)
        self._live.watch(
            row.conversation.id
            for row in page.rows
            if row.handoff is not None
            and row.handoff.state is HandoffState.CLAIMED
            and row.handoff.claimed_by == staff.id
        )

    async def _while_logged_in(self, work: Callable[[], Awaitable[None]]) -> None:
        """Show news only to somebody whose login still stands.

        Looking on is not using it: a page that is left open must not keep a login alive, as
        ``authenticate`` would.
        """
        token_hash = self.console.state.staff_sessions.token_hash(self.console.token)
        staff = await self.read(
            lambda session: session.scalar(
                select(Staff)
                .join(StaffSession, StaffSession.staff_id == Staff.id)
                .where(
                    StaffSession.token_hash == token_hash,
                    StaffSession.ended_at.is_(None),
                    StaffSession.expires_at > now(),
                    Staff.disabled_at.is_(None),
                )
            )
        )
        if staff is not None:
            self.console.staff = staff
            await work()
            return
        with self.root:
            shell.ask_to_log_in_again()
        self._live.stop()

    async def choose_view(self, view: View) -> None:
        """Show another list."""
        self.state = ListState(view, replace(self.state.filters, query=""))
        await self.refresh_list()

    async def filter(self, filters: Filters) -> None:
        """Narrow the list."""
        self.state = ListState(self.state.view, filters)
        await self.refresh_list()

    async def show_more(self) -> None:
        """Make the list longer."""
        self.state.size = min(_ROWS_AT_MOST, self.state.size + listing.PAGE_SIZE)
        await self.refresh_list()

    async def open(self, conversation_id: str) -> None:
        """Show a conversation."""
        case = await self.console.act(lambda staff: read_case(self.console, staff, conversation_id))
        if case is None:
            return
        self.titles = await titles_of(case, review_desk(self.console.state).catalogue)
        self.case = case
        self._live.follow(conversation_id)
        self._list.select(conversation_id)
        self._talk.show(case)
        self._side.show(case)
        self.show_pane("talk")
        ui.run_javascript(
            f'history.replaceState(history.state, "", "/staff/cases/{conversation_id}")'
        )

    async def refresh_case(self) -> None:
        """Read what may have changed in the open conversation."""
        if self.case is None:
            return
        first = self.case.history.messages[0].seq if self.case.history.messages else None
        await self._read_on(self.case, first)

    async def show_earlier(self) -> None:
        """Show a screenful more of what was said before."""
        if self.case is not None and self.case.history.messages:
            first = self.case.history.messages[0].seq
            await self._read_on(self.case, max(1, first - history.SCREENFUL))

    async def _read_on(self, case: OpenCase, from_seq: int | None) -> None:
        conversation_id = case.row.conversation.id
        try:
            read = await read_on(self.console, case, from_seq)
        except ApiError:
            await self._lose(conversation_id)
            return
        if self.case is None or self.case.row.conversation.id != conversation_id:
            return  # another one was opened meanwhile
        self.case = read
        self._talk.update(self.case)
        self._side.update(self.case)

    async def _lose(self, conversation_id: str) -> None:
        """Put the case away: a colleague has it now, and it is nobody else's business."""
        (row,) = await self.read(lambda session: rows.read(session, [conversation_id]))
        own = self.console.staff.id
        unsent = await self.read(lambda session: drafts.load(session, own, conversation_id))
        self.case = None
        self._talk.show(None)
        self._side.show(None)
        self._list.select("")
        self.show_pane("list")
        name = row.holder.name if row.holder else ""
        with self.root:
            ui.notify(page_texts().case.taken.format(name=name), type="warning", position="top")
            if unsent:
                self.dialogs.show_unsent(unsent)

    async def act(
        self, work: Callable[[Staff], Awaitable[object]], done: str | None = None
    ) -> bool:
        """Do something in the name of who is logged in; returns whether it was done."""

        async def succeeding(staff: Staff) -> bool:
            await work(staff)
            return True

        succeeded = bool(await self.console.act(succeeding))
        if succeeded and done is not None:
            ui.notify(done, type="positive", position="top")
        # Also after a refusal: what is shown is not what is.
        await self.refresh_case()
        await self.refresh_list()
        return succeeded

    async def claim(self) -> None:
        """Take the open case."""
        if self.case is None or self.is_mine:
            return
        conversation_id = self.case.row.conversation.id
        if await self.act(
            lambda staff: self.desk.claim(conversation_id, staff), page_texts().case.claimed
        ):
            await self.choose_view(View.MINE)

    async def resolve(self) -> None:
        """Ask how one's own case ended, and finish it."""
        if self.is_mine:
            await self.dialogs.resolve()

    async def send(self, conversation_id: str, text: str, attempt_id: str) -> None:
        """Send a reply; if that fails it stays where it was typed, and as a draft."""
        sent = await self.console.act(
            lambda staff: self.desk.reply(conversation_id, staff, text, attempt_id)
        )
        if sent is None:
            self._talk.composer.failed(attempt_id)
            await self.save_draft(conversation_id, text)
            await self.refresh_case()  # it may be finished, or somebody else's
            return
        self._talk.composer.sent(attempt_id)
        await self.save_draft(conversation_id, "")

    async def save_draft(self, conversation_id: str, text: str) -> None:
        """Keep what is typed. The login is not asked for: one that has just ended must not cost
        anybody what they wrote, and a draft shows nothing to nobody else."""
        try:
            await drafts.save(
                self.console.state.database, self.console.staff.id, conversation_id, text
            )
        except ApiError as error:
            self.console.notify_error(error)
        else:
            self._talk.composer.stored(conversation_id)

    async def tell_typing(self, conversation_id: str) -> None:
        """Show the worker that one writes."""
        state = self.console.state
        with contextlib.suppress(ApiError):  # the case has just gone to somebody else
            await attention.typing(
                state.database, state.publisher, self.console.staff, conversation_id
            )

    async def mark_seen(self, conversation_id: str, message_id: str) -> None:
        """Note up to where one's own case was read."""
        if self.case is None or self.case.row.conversation.id != conversation_id:
            return
        if not self.is_mine:
            return
        state = self.console.state
        with contextlib.suppress(ApiError):
            await attention.seen(
                state.database, state.publisher, self.console.staff, conversation_id, message_id
            )
        await self.refresh_list()

    async def read(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Read something from the record."""
        async with self.console.state.database.read() as session:
            return await work(session)

    def insert(self, text: str) -> None:
        """Put a text into the reply."""
        self._talk.composer.insert(text)
        self.show_pane("talk")

    @property
    def dialogs(self) -> "dialogs.Dialogs":
        """What asks before something is done to the open case."""
        return dialogs.Dialogs(self)

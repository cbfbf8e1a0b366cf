"""``/staff/review/proposals``: what reviewers propose, and who decides about it."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.page import Console, staff_page
from api.console.review.accept_dialog import open_accept_draft
from api.console.review.parts import Workplace, choice
from api.console.review.proposal_card import Listed, show_card
from api.console.review.texts import page_texts
from api.review import exports, items, proposals
from api.review.payloads import ArticleDraft, payload_of
from api.staff.permissions import Permission
from api.storage.models import Proposal, ProposalKind, ProposalState, Staff

_words = page_texts()
_texts = page_texts().proposals
_ANY = "any"
Export = Callable[[AsyncSession, Staff], Awaitable[str]]


class ProposalsPage:
    """The list with its filters."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._last: str | None = None
        kinds = {each.value: _words.proposal_kinds[each] for each in ProposalKind}
        states = {_ANY: _texts.any} | {
            each.value: _words.proposal_states[each] for each in ProposalState
        }
        self._root = ui.element("div").classes("review-cards")
        with self._root:
            with ui.element("div").classes("review-bar"):
                self._kind = choice(kinds, _texts.kind, search=False)
                self._state = choice(states, _texts.state, ProposalState.OPEN, search=False)
                self._state.props(remove="clearable")
                ui.space()
                if place.console.may(Permission.EDIT_KNOWLEDGE):
                    self._exports()
            ui.label(_texts.explain).classes("review-note")
            self._list = ui.element("div").classes("review-cards")
            self._more = ui.button(_texts.more, on_click=self._show_more).props("flat")
        for field in (self._kind, self._state):
            field.on_value_change(self.load)

    def _exports(self) -> None:
        with (
            ui.button(_texts.export, icon="download", color=None).props("outline no-caps"),
            ui.menu(),
        ):
            for words, everything in ((_texts.export_nlu, False), (_texts.export_nlu_all, True)):
                make = partial(exports.nlu_examples, everything=everything)
                ui.menu_item(words, lambda make=make: self._export(make, "nlu_examples.yml"))
            ui.menu_item(
                _texts.export_regression,
                lambda: self._export(exports.regression_cases, "regression_cases.jsonl"),
            )

    async def _export(self, make: Export, name: str) -> None:
        async def write(staff: Staff) -> str:
            async with self._place.desk.database.write() as session:
                return await make(session, staff)

        with self._root:
            text = await self._place.ask(write, Permission.EDIT_KNOWLEDGE)
            if text is not None:
                ui.download.content(text, name)

    async def load(self) -> None:
        """Read the list anew."""
        self._last = None
        self._list.clear()
        await self._show_more()

    async def _show_more(self) -> None:
        kind = ProposalKind(self._kind.value) if self._kind.value else None
        state = None if self._state.value == _ANY else ProposalState(self._state.value)

        async def read(_: Staff) -> list[Listed]:
            async with self._place.desk.database.read() as session:
                found = await proposals.listing(session, kind=kind, state=state, after=self._last)
                reviews = await items.reviews_of(session, [each.message_id for each, _ in found])
                standings = await self._place.desk.standings(session, [each for each, _ in found])
            return [
                Listed(each, name, reviews.get(each.message_id or ""), standings[each.id])
                for each, name in found
            ]

        with self._root:
            rows = await self._place.ask(read)
        if rows is None:
            return
        with self._list:
            if not rows and self._last is None:
                ui.label(_texts.empty).classes("console-empty")
            for row in rows:
                show_card(self._place, row, self._accept, self._reject)
        self._last = rows[-1].proposal.id if rows else self._last
        self._more.set_visibility(len(rows) == proposals.PAGE)

    async def _accept(self, proposal: Proposal) -> None:
        payload = payload_of(proposal)
        if isinstance(payload, ArticleDraft):
            with self._root:
                open_accept_draft(self._place.console, proposal.id, payload)
            return
        await self._decide(lambda staff: self._place.desk.decisions.accept(proposal.id, staff))

    async def _reject(self, proposal: Proposal) -> None:
        await self._decide(lambda staff: self._place.desk.decisions.reject(proposal.id, staff))

    async def _decide(self, act: Callable[[Staff], Awaitable[Proposal]]) -> None:
        with self._root:
            decided = await self._place.ask(act, Permission.EDIT_KNOWLEDGE)
            if decided is not None:
                ui.notify(_said_of(decided), type="positive", position="top")
                await self.load()


def _said_of(decided: Proposal) -> str:
    in_draft = decided.revision_id is not None
    if decided.state is ProposalState.ACCEPTED:
        return _texts.drafted if in_draft else _texts.accepted
    return _texts.withdrawn if in_draft else _texts.rejected


@staff_page("/review/proposals", title=_texts.title, permission=Permission.REVIEW)
async def proposals_page(console: Console) -> None:
    """The proposals."""
    page = ProposalsPage(await Workplace.open(console, "proposals"))
    await page.load()

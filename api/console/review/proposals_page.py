"""``/staff/review/proposals``: what reviewers propose, and who decides about it."""

from collections.abc import Awaitable, Callable

from nicegui import ui
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.page import Console, staff_page
from api.console.review.parts import Workplace, choice, intent_options, tag
from api.console.review.texts import page_texts
from api.review import exports, items, proposals
from api.review.payloads import (
    ArticleDraft,
    NluExample,
    Payload,
    QuestionVariant,
    RegressionCase,
    payload_of,
)
from api.review.proposals import may_decide
from api.staff.permissions import Permission, may
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
            self._list = ui.element("div").classes("review-cards")
            self._more = ui.button(_texts.more, on_click=self._show_more).props("flat")
        for field in (self._kind, self._state):
            field.on_value_change(self.load)

    def _exports(self) -> None:
        with (
            ui.button(_texts.export, icon="download", color=None).props("outline no-caps"),
            ui.menu(),
        ):
            ui.menu_item(
                _texts.export_nlu,
                lambda: self._export(exports.nlu_examples, "nlu_examples.yml"),
            )
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

        async def read(_: Staff) -> list[tuple[Proposal, str, str | None]]:
            async with self._place.desk.database.read() as session:
                found = await proposals.listing(session, kind=kind, state=state, after=self._last)
                reviews = await items.reviews_of(session, [each.message_id for each, _ in found])
                return [(each, name, reviews.get(each.message_id or "")) for each, name in found]

        with self._root:
            rows = await self._place.ask(read)
        if rows is None:
            return
        with self._list:
            if not rows and self._last is None:
                ui.label(_texts.empty).classes("console-empty")
            for proposal, name, review_id in rows:
                self._card(proposal, name, review_id)
        self._last = rows[-1][0].id if rows else self._last
        self._more.set_visibility(len(rows) == proposals.PAGE)

    def _card(self, proposal: Proposal, name: str, review_id: str | None) -> None:
        card = ui.element("article").classes("console-card")
        with card:
            with ui.element("div").classes("review-head"):
                tag(_words.proposal_kinds[proposal.kind], "")
                if proposal.state is not ProposalState.OPEN:
                    tag(_words.proposal_states[proposal.state], proposal.state)
                ui.label(_texts.by.format(name=name, time=self._place.local(proposal.created_at)))
                if review_id is not None:
                    ui.link(_texts.open_review, f"/review?item={review_id}")
            main, *others = self._lines(payload_of(proposal))
            ui.label(main).classes("worker-text review-h2")
            for line in others:
                ui.label(line).classes("worker-text")
            self._acts(proposal)

    def _lines(self, payload: Payload) -> list[str]:
        match payload:
            case QuestionVariant():
                title = self._place.title_of(payload.article_id)
                return [payload.text, _texts.variant_of.format(article=f"《{title}》")]
            case NluExample():
                name = intent_options().get(payload.intent, payload.intent)
                return [payload.text, _texts.intent.format(intent=name)]
            case RegressionCase():
                expected = _words.expected[payload.expected]
                if payload.article_id is None:
                    return [payload.question, _texts.expected.format(expected=expected)]
                title = self._place.title_of(payload.article_id)
                words = _texts.expected_article.format(expected=expected, article=title)
                return [payload.question, words]
            case ArticleDraft():
                lines = [
                    payload.title,
                    _texts.area.format(area=self._place.areas.get(payload.area, payload.area)),
                ]
                asked = "；".join(dict.fromkeys([payload.question, *payload.examples]))
                lines.append(_texts.examples.format(examples=asked))
                if payload.facts:
                    lines.append(_texts.facts.format(facts="；".join(payload.facts)))
                return lines

    def _acts(self, proposal: Proposal) -> None:
        staff, state = self._place.console.staff, proposal.state
        if state is ProposalState.REJECTED:
            return
        accept = state is ProposalState.OPEN and may_decide(staff, proposal, accept=True)
        reject = may_decide(staff, proposal, accept=False)
        with ui.element("div").classes("review-head"):
            if accept:
                ui.button(
                    _texts.accept, on_click=lambda: self._decide(proposal, accept=True)
                ).props("unelevated dense padding='2px 14px'")
            elif state is ProposalState.OPEN:
                second = may(staff.role, Permission.EDIT_KNOWLEDGE)
                ui.label(_texts.second_person if second else _texts.not_yours)
            if reject:
                words = _texts.reject if state is ProposalState.OPEN else _texts.withdraw
                ui.button(words, on_click=lambda: self._decide(proposal, accept=False)).props(
                    "flat dense padding='2px 10px'"
                )

    async def _decide(self, proposal: Proposal, *, accept: bool) -> None:
        with self._root:
            decided = await self._place.ask(
                lambda staff: self._place.desk.proposals.decide(proposal.id, staff, accept=accept),
                Permission.EDIT_KNOWLEDGE,
            )
            if decided is not None:
                words = _texts.accepted if accept else _texts.rejected
                ui.notify(words, type="positive", position="top")
                await self.load()


@staff_page("/review/proposals", title=_texts.title, permission=Permission.REVIEW)
async def proposals_page(console: Console) -> None:
    """The proposals."""
    page = ProposalsPage(await Workplace.open(console, "proposals"))
    await page.load()

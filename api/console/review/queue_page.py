"""``/staff/review``: what is up for review on the left, one answer on the right."""

from datetime import date
from typing import Annotated

from fastapi import Query
from nicegui import ui
from nicegui.events import KeyEventArguments

from api.console.page import Console, staff_page
from api.console.review import detail_view
from api.console.review.acts import PROPOSAL_KEYS, Acts
from api.console.review.parts import Workplace, choice, intent_options, tag
from api.console.review.proposal_dialogs import ProposalDialogs
from api.console.review.texts import page_texts
from api.conversations.cleaning import shorten
from api.review import items
from api.review.items import Filters, ReviewDetail, ReviewLine
from api.review.wanted import first_of, within
from api.staff.permissions import Permission
from api.storage.models import Channel, ReviewReason, ReviewState, Staff

_words = page_texts()
_texts = page_texts().queue
_ROW_CHARS = 90
_ANY = "any"
# Scrolling stays inside the box, so that the page itself keeps still.
_TO_THE_ROW = """
const list = getHtmlElement(%d), row = getHtmlElement(%d);
const above = row.offsetTop - list.offsetTop, below = above + row.offsetHeight;
if (above < list.scrollTop) list.scrollTop = above;
else if (below > list.scrollTop + list.clientHeight) list.scrollTop = below - list.clientHeight;
"""
_TO_THE_ANSWER = """
const talk = getHtmlElement(%d).querySelector('.review-talk');
const said = talk?.querySelector('.looked-at');
if (said) talk.scrollTop = said.offsetTop - talk.offsetTop - talk.clientHeight / 3;
"""
_TO_THE_DETAIL = """
if (innerWidth < 1024) {
  const top = getHtmlElement(%d).getBoundingClientRect().top + scrollY - 56;
  scrollTo({top});
}
"""


class QueuePage:
    """The list, its filters, and the answer that is looked at."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._reason: ReviewReason | None = None
        self._lines: list[ReviewLine] = []
        self._rows: dict[str, ui.element] = {}
        self._selected: str | None = None
        self._acts: Acts | None = None
        self._root = ui.element("div").classes("review-cards")
        with self._root:
            self._chips = ui.element("div").classes("review-chips").props('role="group"')
            self._filters()
            with ui.element("div").classes("review-desk"):
                self._list = ui.element("div").classes("console-card review-list")
                self._list.props(f'role="region" aria-label="{_texts.opened}" tabindex="0"')
                self._detail = ui.element("section").classes("console-card review-detail")
            ui.label(_texts.keys).classes("review-note review-keys")
        self._dialogs = ProposalDialogs(place, self._root, self._refresh_detail)
        # Buttons keep the focus after a click; the keys must go on working.
        ui.keyboard(on_key=self._on_key, ignore=["input", "select", "textarea"])

    def _filters(self) -> None:
        states = {_ANY: _texts.any_state} | {
            each.value: _words.states[each] for each in ReviewState
        }
        channels = {each.value: _words.channels[each] for each in Channel}
        fold = (
            ui.expansion(_texts.filters, icon="tune")
            .props("dense")
            .classes("console-card review-filters")
        )
        with fold, ui.element("div").classes("review-bar"):
            self._state = choice(states, _texts.state, ReviewState.OPEN, search=False)
            self._state.props(remove="clearable")
            self._area = choice(self._place.areas, _texts.area)
            self._article = choice(self._place.article_options(), _texts.article)
            self._channel = choice(channels, _texts.channel, search=False)
            self._intent = choice(intent_options(), _texts.intent)
            self._since = _day(_texts.since)
            self._until = _day(_texts.until)
            ui.button(_texts.clear, on_click=self._clear).props("flat dense")
        self._fields = (
            self._area,
            self._article,
            self._channel,
            self._intent,
            self._since,
            self._until,
        )
        for field in (self._state, *self._fields):
            field.on_value_change(self.load)

    def _clear(self) -> None:
        self._state.value = ReviewState.OPEN.value
        for field in self._fields:
            field.value = None

    def _wanted(self) -> Filters:
        zone = self._place.console.zone
        state = self._state.value
        return Filters(
            state=None if state in (None, _ANY) else ReviewState(state),
            reason=self._reason,
            article_ids=within(self._place.desk.catalogue, self._area.value, self._article.value),
            intent=self._intent.value,
            channel=Channel(self._channel.value) if self._channel.value else None,
            since=first_of(_date(self._since.value), zone),
            until=first_of(_date(self._until.value), zone, days_later=1),
        )

    async def load(self, *, keep: bool = False) -> None:
        """Read the list anew and look at its first answer, or go on with the one in hand."""
        with self._root:
            found = await self._place.ask(self._read)
        if found is None:
            return
        self._lines, counts = found
        self._show_chips(counts)
        self._list.clear()
        self._rows.clear()
        with self._list:
            self._show_rows(self._lines)
        if not (keep and self._selected in self._rows):
            await self.select(self._lines[0].review.id if self._lines else None)

    async def _read(self, staff: Staff) -> tuple[list[ReviewLine], dict[ReviewReason, int]]:
        async with self._place.desk.database.read() as session:
            lines = await items.listing(session, staff, self._wanted())
            return lines, await items.open_counts(session)

    async def _more(self) -> None:
        after = self._lines[-1].message.id

        async def read(staff: Staff) -> list[ReviewLine]:
            async with self._place.desk.database.read() as session:
                return await items.listing(session, staff, self._wanted(), after=after)

        with self._root:
            found = await self._place.ask(read)
        if found is not None:
            self._more_button.delete()
            self._lines += found
            with self._list:
                self._show_rows(found)

    def _show_chips(self, counts: dict[ReviewReason, int]) -> None:
        self._chips.clear()
        with self._chips:
            self._chip(None, _texts.all, sum(counts.values()))
            for reason, words in _words.reasons.items():
                self._chip(reason, words, counts[reason])

    def _chip(self, reason: ReviewReason | None, words: str, count: int) -> None:
        async def choose() -> None:
            self._reason = reason
            await self.load()

        pressed = str(self._reason is reason).lower()
        chip = ui.element("button").classes("review-chip").props(f'aria-pressed="{pressed}"')
        with chip.on("click", choose):
            ui.label(f"{words} {count}")

    def _show_rows(self, lines: list[ReviewLine]) -> None:
        if not self._lines:
            ui.label(_texts.empty).classes("console-empty")
        for line in lines:
            self._rows[line.review.id] = self._row(line)
        self._more_button = ui.button(_texts.more, on_click=self._more).props("flat dense")
        self._more_button.set_visibility(len(lines) == items.PAGE)

    def _row(self, line: ReviewLine) -> ui.element:
        review = line.review
        row = ui.element("button").classes("review-row")
        with row.on("click", lambda: self.select(review.id, by_hand=True)):
            with ui.element("div").classes("meta"):
                tag(_words.reasons[review.reason], review.reason)
                if review.state is not ReviewState.OPEN:
                    tag(_words.states[review.state], review.state)
                ui.label(self._place.local(line.message.created_at))
            question = shorten(line.question, _ROW_CHARS) or _texts.no_question
            ui.label(question).classes("question worker-text")
            answer = self._place.answered_with(line) or line.answer
            ui.label(shorten(f"{_words.kinds[line.message.kind]} · {answer}", _ROW_CHARS)).classes(
                "answer"
            )
        return row

    async def select(self, review_id: str | None, *, by_hand: bool = False) -> None:
        """Look at an answer."""
        if (before := self._rows.get(self._selected or "")) is not None:
            before.props(remove="aria-current")
        self._selected = review_id
        if (row := self._rows.get(review_id or "")) is not None:
            row.props('aria-current="true"')
            if not by_hand:
                ui.run_javascript(_TO_THE_ROW % (self._list.id, row.id))
        await self._refresh_detail()
        if by_hand:
            # Where both stand below each other, the answer is out of sight.
            ui.run_javascript(_TO_THE_DETAIL % self._detail.id)

    async def _refresh_detail(self) -> None:
        review_id, self._acts = self._selected, None

        async def read(staff: Staff) -> ReviewDetail:
            async with self._place.desk.database.read() as session:
                return await items.read(session, staff, review_id or "")

        with self._root:
            detail = await self._place.ask(read) if review_id else None
        if review_id != self._selected:
            return  # another one was chosen meanwhile
        self._detail.clear()
        with self._detail:
            if detail is None:
                ui.label(_texts.pick).classes("console-empty")
                return
            detail_view.show(self._place, detail)
            self._acts = Acts(self._place, detail, self._dialogs, self._judged)
        ui.run_javascript(_TO_THE_ANSWER % self._detail.id)

    async def _judged(self) -> None:
        """Go on with the next one, which keeps its place while this one leaves the list."""
        with self._root:
            ids = [line.review.id for line in self._lines]
            at = ids.index(self._selected) if self._selected in ids else 0
            following = ids[at + 1] if at + 1 < len(ids) else None
            self._selected = following
            await self.load(keep=True)
            if self._selected in self._rows:
                await self.select(self._selected)

    async def _step(self, by: int) -> None:
        ids = list(self._rows)
        if self._selected in ids:
            at = ids.index(self._selected) + by
            if 0 <= at < len(ids):
                await self.select(ids[at])

    async def _on_key(self, event: KeyEventArguments) -> None:
        modified = event.modifiers.ctrl or event.modifiers.alt or event.modifiers.meta
        if not event.action.keydown or modified or self._dialogs.is_open:
            return
        with self._root:
            key, acts = event.key.name, self._acts
            if key in ("j", "k"):
                await self._step(1 if key == "j" else -1)
            elif acts is None or event.action.repeat:
                return
            elif key == "1":
                await acts.right()
            elif key == "2":
                acts.ask_what_is_wrong()
            elif key == "3":
                await acts.dismiss()
            elif key in PROPOSAL_KEYS:
                acts.make(PROPOSAL_KEYS[key])


def _day(label: str) -> ui.input:
    return ui.input(label).props("type=date outlined dense stack-label clearable")


def _date(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None


ItemId = Annotated[str | None, Query(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]


@staff_page(
    "/review",
    title=_words.tabs.queue,
    permission=Permission.REVIEW,
    nav=_words.nav,
    icon="rate_review",
    order=30,
    shortcut="r",
)
async def review_page(console: Console, item: ItemId = None) -> None:
    """The queue; ``item``: which answer to look at first."""
    page = QueuePage(await Workplace.open(console, "queue"))
    await page.load()
    if item is not None:
        await page.select(item)

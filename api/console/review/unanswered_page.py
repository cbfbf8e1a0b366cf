"""``/staff/review/unanswered``: what articles are missing."""

from nicegui import ui

from api.console.page import Console, staff_page
from api.console.review.parts import Workplace, tag
from api.console.review.proposal_dialogs import ProposalDialogs, Seed
from api.console.review.texts import page_texts
from api.review.unanswered import Overview, QuestionGroup
from api.staff.permissions import Permission
from api.storage.models import ProposalKind

_texts = page_texts().unanswered
_DAYS = 30
_BAR_PX = 40


class UnansweredPage:
    """The groups of a span of days; grouping takes seconds, so that they come in later."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._root = ui.element("div").classes("review-cards")
        with self._root:
            self._days = ui.toggle(_texts.days, value=_DAYS, on_change=self.load)
            self._days.props("no-caps unelevated")
            self._groups = ui.element("div").classes("review-cards").props('aria-live="polite"')
        self._dialogs = ProposalDialogs(place, self._root, self._made)
        self._begin()

    def _begin(self) -> None:
        """Say that the groups are on their way."""
        self._groups.clear()
        with self._groups, ui.row().classes("items-center"):
            ui.spinner()
            ui.label(_texts.working)

    async def load(self) -> None:
        """Show the groups of the chosen span."""
        days = int(self._days.value)
        self._begin()
        with self._root:
            overview = await self._place.ask(lambda _: self._place.desk.unanswered.overview(days))
        if days != self._days.value:
            return  # another span was chosen meanwhile
        self._groups.clear()
        with self._groups:
            if overview is None:
                ui.label(_texts.failed).classes("console-empty")
            else:
                self._show(overview)

    def _show(self, overview: Overview) -> None:
        words = _texts.summary.format(
            questions=overview.questions,
            groups=len(overview.groups),
            lonely=overview.lonely,
            time=self._place.local(overview.made_at),
        )
        ui.label(words).classes("review-note")
        if not overview.groups:
            ui.label(_texts.none).classes("console-empty")
        for group in overview.groups:
            self._group(group)

    def _group(self, group: QuestionGroup) -> None:
        near = group.nearest
        with ui.element("article").classes("console-card review-group"):
            with ui.element("div"):
                with ui.element("div").classes("review-head"):
                    ui.label(group.title).classes("title worker-text")
                    tag(_texts.size.format(size=group.size), "")
                ui.label(
                    _texts.nearest.format(article=f"《{near.title}》")
                    if near
                    else _texts.no_nearest
                ).classes("review-note")
                fold = ui.expansion(_texts.examples).props("dense")
                with fold, ui.element("ul").classes("review-examples"):
                    for example in group.examples:
                        with ui.element("li"):
                            ui.label(example).classes("worker-text")
            with ui.column().classes("items-end"):
                _weeks(group)
                ui.button(
                    _texts.draft, icon="edit_note", on_click=lambda: self._draft(group)
                ).props("outline dense no-caps padding='2px 10px'")

    def _draft(self, group: QuestionGroup) -> None:
        typical, *others = group.examples
        self._dialogs.open(
            ProposalKind.ARTICLE_DRAFT,
            Seed(
                message_id=group.message_id,
                question=typical,
                title=group.title,
                area=group.nearest.area if group.nearest else None,
                examples=tuple(others),
            ),
        )

    async def _made(self) -> None:
        """The groups stay as they are: the questions are still unanswered."""


def _weeks(group: QuestionGroup) -> None:
    most = max(group.weeks.values(), default=0) or 1
    told = "，".join(
        _texts.week.format(day=f"{day:%m-%d}", count=count) for day, count in group.weeks.items()
    )
    said = _texts.weeks.format(weeks=told)
    with ui.element("div").classes("review-weeks").props(f'role="img" aria-label="{said}"'):
        for count in group.weeks.values():
            ui.element("i").style(f"height: {round(count / most * _BAR_PX)}px")
        ui.tooltip(said)


@staff_page("/review/unanswered", title=_texts.title, permission=Permission.REVIEW)
async def unanswered_page(console: Console) -> None:
    """The groups of unanswered questions."""
    page = UnansweredPage(await Workplace.open(console, "unanswered"))
    ui.timer(0.01, page.load, once=True)

"""What a reviewer does with an answer: three verdicts and four proposals."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from api.console.review.parts import Workplace, choice, intent_options
from api.console.review.proposal_dialogs import ProposalDialogs, Seed
from api.console.review.texts import page_texts
from api.review.items import ReviewDetail
from api.review.reviews import COMMENT_MAX_CHARS, Verdict
from api.storage.models import ProposalKind, ReviewState

_words = page_texts()
_texts = page_texts().verdict
PROPOSAL_KEYS = {
    "v": ProposalKind.QUESTION_VARIANT,
    "n": ProposalKind.NLU_EXAMPLE,
    "t": ProposalKind.REGRESSION_CASE,
    "d": ProposalKind.ARTICLE_DRAFT,
}


class Acts:
    """The buttons below one answer. ``on_judged`` is told when a verdict is kept."""

    def __init__(
        self,
        place: Workplace,
        detail: ReviewDetail,
        dialogs: ProposalDialogs,
        on_judged: Callable[[], Awaitable[None]],
    ) -> None:
        self._place = place
        self._detail = detail
        self._dialogs = dialogs
        self._on_judged = on_judged
        with ui.element("div").classes("review-acts"):
            with ui.element("div").classes("row-of-acts"):
                self._button(_texts.right, "check", "positive", self.right)
                self._button(_texts.wrong, "close", "primary", self.ask_what_is_wrong)
                self._button(_texts.dismissed, "remove", "secondary", self.dismiss)
            self._form = ui.element("div").classes("review-form")
            self._form.set_visibility(False)
            self._form.on("keydown.ctrl.enter", self._save_wrong)
            with ui.element("div").classes("row-of-acts"):
                ui.label(_words.make.hint).classes("review-note")
                for kind in PROPOSAL_KEYS.values():
                    ui.button(
                        getattr(_words.make, kind),
                        on_click=lambda kind=kind: self.make(kind),
                        color=None,
                    ).props("outline dense no-caps padding='2px 10px'")

    async def right(self) -> None:
        """The answer was right."""
        await self._judge(Verdict(ReviewState.RIGHT))

    async def dismiss(self) -> None:
        """There is nothing to say about it."""
        await self._judge(Verdict(ReviewState.DISMISSED))

    def ask_what_is_wrong(self) -> None:
        """The answer was wrong: open the form for what would have been right."""
        if self._form.visible:
            return
        review = self._detail.line.review
        with self._form:
            with ui.element("div").classes("two"):
                self._article = choice(
                    self._place.article_options(), _texts.right_article, self._known_article()
                )
                self._intent = choice(intent_options(), _texts.right_intent, review.right_intent)
            self._comment = ui.textarea(_texts.comment, value=review.comment).props(
                f"outlined dense autogrow maxlength={COMMENT_MAX_CHARS}"
            )
            ui.button(_texts.save, on_click=self._save_wrong).props("unelevated").mark("save-wrong")
        self._form.set_visibility(True)
        self._article.run_method("focus")

    async def _save_wrong(self) -> None:
        comment = self._comment.value or ""
        await self._judge(
            Verdict(ReviewState.WRONG, self._article.value, self._intent.value, comment)
        )

    def make(self, kind: ProposalKind) -> None:
        """Open the form of a proposal."""
        review, line = self._detail.line.review, self._detail.line
        right = review.right_article_id or line.article_id
        known = self._place.articles.get(right) if right else None
        seed = Seed(
            message_id=line.message.id,
            question=line.question,
            title=line.question[:40],
            article_id=right,
            intent=review.right_intent,
            area=known.area if known else None,
        )
        self._dialogs.open(kind, seed)

    async def _judge(self, verdict: Verdict) -> None:
        review_id = self._detail.line.review.id
        kept = await self._place.ask(
            lambda staff: self._place.desk.reviews.judge(review_id, staff, verdict)
        )
        if kept is not None:
            words = _texts.saved.format(state=_words.states[kept.state])
            ui.notify(words, type="positive", position="top", timeout=1200)
            await self._on_judged()

    def _known_article(self) -> str | None:
        article = self._detail.line.review.right_article_id
        return article if article in self._place.articles else None

    def _button(
        self, words: str, icon: str, colour: str, act: Callable[[], Awaitable[None] | None]
    ) -> None:
        ui.button(words, icon=icon, on_click=act, color=colour).props("unelevated dense no-caps")

"""The forms that make a proposal of an answer; filled in so that often one only confirms."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement
from pydantic import TypeAdapter, ValidationError

from api.console import dialogs
from api.console.review.parts import Workplace, choice, intent_options
from api.console.review.texts import page_texts
from api.review.payloads import QUESTION_MAX_CHARS, TITLE_MAX_CHARS, Expected, NewProposal, Payload
from api.storage.models import ProposalKind

_texts = page_texts().dialogs
_ANY: TypeAdapter[Payload] = TypeAdapter(NewProposal)
_LISTS = ("examples", "facts")
Fields = dict[str, ValueElement[Any]]


@dataclass(frozen=True, slots=True)
class Seed:
    """What the forms begin with. ``article_id``: the right article, as far as is known."""

    message_id: str
    question: str
    title: str
    article_id: str | None = None
    intent: str | None = None
    area: str | None = None
    examples: tuple[str, ...] = ()


class ProposalDialogs:
    """Opens the forms inside ``root``; ``on_made`` is told when a proposal is kept."""

    def __init__(
        self, place: Workplace, root: ui.element, on_made: Callable[[], Awaitable[None]]
    ) -> None:
        self._place = place
        self._root = root
        self._on_made = on_made
        self.is_open = False

    def open(self, kind: ProposalKind, seed: Seed) -> None:
        """Show the form of a kind."""
        forms: Mapping[ProposalKind, Callable[[Seed], Fields]] = {
            ProposalKind.QUESTION_VARIANT: self._question_variant,
            ProposalKind.NLU_EXAMPLE: self._nlu_example,
            ProposalKind.REGRESSION_CASE: self._regression_case,
            ProposalKind.ARTICLE_DRAFT: self._article_draft,
        }
        with self._root, ui.dialog(value=True) as dialog, ui.card().classes("review-dialog"):
            dialogs.title(dialog, getattr(_texts, kind))
            fields = forms[kind](seed)
            next(iter(fields.values())).props("autofocus")
            ui.label(_texts.masked).classes("review-note")

            async def save() -> None:
                with self._root:
                    if await self._save(kind, seed, fields):
                        dialog.close()

            with ui.row().classes("justify-end w-full"):
                ui.button(_texts.cancel, on_click=dialog.close).props("flat")
                ui.button(_texts.save, on_click=save).props("unelevated").mark("save-proposal")
        self.is_open = True
        dialog.on("keydown.ctrl.enter", save)
        dialog.on("hide", lambda: self._closed(dialog))

    def _closed(self, dialog: ui.dialog) -> None:
        self.is_open = False
        dialog.delete()

    async def _save(self, kind: ProposalKind, seed: Seed, fields: Fields) -> bool:
        filled = {name: _value(name, field) for name, field in fields.items()}
        try:
            payload = _ANY.validate_python({"kind": kind, **filled})
        except ValidationError as error:
            names = [str(step) for each in error.errors() for step in each["loc"] if step in fields]
            labels = [str(fields[name].props["label"]) for name in dict.fromkeys(names)]
            words = "、".join(labels) or _texts.article
            ui.notify(_texts.incomplete.format(fields=words), type="warning", position="top")
            return False
        made = await self._place.ask(
            lambda staff: self._place.desk.proposals.propose(
                staff, payload, message_id=seed.message_id
            )
        )
        if made is None:
            return False
        ui.notify(_texts.saved, type="positive", position="top")
        await self._on_made()
        return True

    def _question_variant(self, seed: Seed) -> Fields:
        return {"text": _line(_texts.text, seed.question), "article_id": self._article(seed)}

    def _nlu_example(self, seed: Seed) -> Fields:
        return {
            "text": _line(_texts.text, seed.question),
            "intent": choice(intent_options(), _texts.intent, seed.intent),
        }

    def _regression_case(self, seed: Seed) -> Fields:
        expected = Expected.ANSWER if seed.article_id else Expected.DECLINE
        words = {each.value: text for each, text in page_texts().expected.items()}
        return {
            "question": _line(_texts.question, seed.question),
            "expected": choice(words, _texts.expected, expected.value, search=False),
            "article_id": self._article(seed),
        }

    def _article_draft(self, seed: Seed) -> Fields:
        return {
            "title": ui.input(_texts.title, value=seed.title).props(
                f"outlined dense maxlength={TITLE_MAX_CHARS}"
            ),
            "area": choice(self._place.areas, _texts.area, seed.area),
            "question": _line(_texts.question, seed.question),
            "examples": _lines(_texts.examples, "\n".join(seed.examples)),
            "facts": _lines(_texts.facts, ""),
        }

    def _article(self, seed: Seed) -> ui.select:
        known = seed.article_id if seed.article_id in self._place.articles else None
        return choice(self._place.article_options(), _texts.article, known)


def _value(name: str, field: ValueElement[Any]) -> Any:
    if name in _LISTS:
        return [line for line in (field.value or "").splitlines() if line.strip()]
    return field.value


def _line(label: str, value: str) -> ui.textarea:
    return ui.textarea(label, value=value).props(
        f"outlined dense autogrow maxlength={QUESTION_MAX_CHARS}"
    )


def _lines(label: str, value: str) -> ui.textarea:
    return ui.textarea(label, value=value).props("outlined dense autogrow")

"""One proposal: what it says, how far it has come, and what can be done with it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import ui

from api.console.knowledge.texts import page_texts as article_texts
from api.console.review.parts import Workplace, intent_options, tag
from api.console.review.texts import page_texts
from api.review.deciding import may_decide
from api.review.payloads import (
    ArticleDraft,
    NluExample,
    Payload,
    QuestionVariant,
    RegressionCase,
    payload_of,
)
from api.review.stages import Stage, Standing
from api.staff.permissions import Permission, may
from api.storage.models import Proposal, ProposalKind, ProposalState

_words = page_texts()
_texts = page_texts().proposals
Act = Callable[[Proposal], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list. ``name``: of who made it."""

    proposal: Proposal
    name: str
    review_id: str | None
    standing: Standing


def show_card(place: Workplace, row: Listed, on_accept: Act, on_reject: Act) -> None:
    """Put it into the current element."""
    proposal, standing = row.proposal, row.standing
    with ui.element("article").classes("console-card"):
        with ui.element("div").classes("review-head"):
            tag(_words.proposal_kinds[proposal.kind], "")
            if standing.stage is not Stage.PROPOSED:
                tag(_words.stages[standing.stage], standing.stage)
            time = place.local(proposal.created_at)
            ui.label(_texts.by.format(name=row.name, time=time))
            if row.review_id is not None:
                ui.link(_texts.open_review, f"/review?item={row.review_id}")
        main, *others = _lines(place, payload_of(proposal))
        ui.label(main).classes("worker-text review-h2")
        for line in others:
            ui.label(line).classes("worker-text")
        _show_standing(place, proposal, standing)
        _show_acts(place, proposal, on_accept, on_reject)


def _lines(place: Workplace, payload: Payload) -> list[str]:
    match payload:
        case QuestionVariant():
            title = place.title_of(payload.article_id)
            return [payload.text, _texts.variant_of.format(article=f"《{title}》")]
        case NluExample():
            name = intent_options().get(payload.intent, payload.intent)
            return [payload.text, _texts.intent.format(intent=name)]
        case RegressionCase():
            expected = _words.expected[payload.expected]
            if payload.article_id is None:
                return [payload.question, _texts.expected.format(expected=expected)]
            title = place.title_of(payload.article_id)
            words = _texts.expected_article.format(expected=expected, article=title)
            return [payload.question, words]
        case ArticleDraft():
            lines = [
                payload.title,
                _texts.area.format(area=place.areas.get(payload.area, payload.area)),
            ]
            asked = "；".join(dict.fromkeys([payload.question, *payload.examples]))
            lines.append(_texts.examples.format(examples=asked))
            if payload.facts:
                lines.append(_texts.facts.format(facts="；".join(payload.facts)))
            return lines


def _show_standing(place: Workplace, proposal: Proposal, standing: Standing) -> None:
    if standing.stage is Stage.ACCEPTED and proposal.kind is ProposalKind.REGRESSION_CASE:
        ui.label(_texts.guards).classes("review-note")
    if standing.stage is Stage.ACCEPTED and proposal.kind is ProposalKind.NLU_EXAMPLE:
        ui.label(_texts.awaits_export).classes("review-note")
    if standing.article_id is None or not place.console.may(Permission.EDIT_KNOWLEDGE):
        return
    with ui.element("div").classes("review-head"):
        if standing.number is not None and standing.state is not None:
            state = article_texts().states[standing.state]
            ui.label(_texts.in_draft.format(number=standing.number, state=state))
        title = place.title_of(standing.article_id)
        payload = payload_of(proposal)
        if isinstance(payload, ArticleDraft) and standing.article_id not in place.articles:
            title = payload.title
        ui.link(
            _texts.open_article.format(article=title), f"/knowledge/articles/{standing.article_id}"
        )


def _show_acts(place: Workplace, proposal: Proposal, on_accept: Act, on_reject: Act) -> None:
    staff, state = place.console.staff, proposal.state
    if state is ProposalState.REJECTED:
        return
    with ui.element("div").classes("review-head"):
        if state is ProposalState.OPEN and may_decide(staff, proposal, accept=True):
            ui.button(_texts.accept, on_click=lambda: on_accept(proposal)).props(
                "unelevated dense padding='2px 14px'"
            )
        elif state is ProposalState.OPEN:
            second = may(staff.role, Permission.EDIT_KNOWLEDGE)
            ui.label(_texts.second_person if second else _texts.not_yours)
        if may_decide(staff, proposal, accept=False):
            words = _texts.reject if state is ProposalState.OPEN else _texts.withdraw
            ui.button(words, on_click=lambda: on_reject(proposal)).props(
                "flat dense padding='2px 10px'"
            )

"""The hand-off package: what the bot knew when it gave the case to a person."""

import asyncio
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from nicegui import ui

from api.console.inbox import words
from api.console.inbox.texts import page_texts
from api.handoff.opening import HandoffPackage
from api.inbox.opening import OpenCase
from api.review.catalogue import Catalogue
from api.storage.models import Handoff, now
from contract import TraceHit

_INTERNAL_SLOTS = "requested_slot"


async def titles_of(case: OpenCase, catalogue: Catalogue) -> Mapping[str, str]:
    """Titles of articles by id, if any were found for the case; one out of service has none."""
    handoff = case.row.handoff
    if handoff is None or not handoff.package.get("passages"):
        return {}
    articles = await asyncio.to_thread(catalogue.articles)
    return {article.id: article.title for article in articles.values()}


def show_package(case: OpenCase, titles: Mapping[str, str], zone: ZoneInfo) -> None:
    """Put it into the current element. ``titles``: of articles, by id."""
    texts = page_texts()
    handoff = case.row.handoff
    if handoff is None:
        ui.label(texts.side.no_package).classes("inbox-hint")
        return
    package = HandoffPackage.model_validate(handoff.package)
    section(texts.side.why)
    ui.label(package.why).classes(f"side-why priority-{handoff.priority}")
    if package.raised_from is not None:
        reason = texts.reasons[package.raised_from.reason]
        ui.label(texts.side.raised.format(reason=reason)).classes("inbox-hint")
    if package.cause is not None:
        ui.label(texts.side.cause.format(cause=package.cause)).classes("inbox-hint")
    section(texts.side.summary)
    ui.label(handoff.summary).classes("worker-text")
    _show_facts(handoff)
    _show_understanding(package)
    if package.passages:
        section(texts.side.passages)
        for hit in package.passages:
            _show_passage(hit, titles.get(hit.article_id, hit.article_id))
    at = now()
    rows = {
        texts.side.waiting_since: words.short(handoff.created_at, at, zone),
        texts.side.due: words.short(handoff.due_at, at, zone) if handoff.due_at else "",
        texts.side.holder: case.row.holder.name if case.row.holder else "",
        texts.side.outcome: " ".join(
            filter(
                None,
                [
                    texts.outcomes[handoff.outcome_kind] if handoff.outcome_kind else "",
                    handoff.outcome,
                ],
            )
        ),
    }
    pairs({name: value for name, value in rows.items() if value})


def section(title: str) -> None:
    """A heading of the column."""
    ui.label(title).classes("side-section").props('role="heading" aria-level="2"')


def pairs(rows: Mapping[str, str]) -> None:
    """Names and values under each other."""
    with ui.element("dl").classes("side-pairs"):
        for name, value in rows.items():
            with ui.element("dt"):
                ui.label(name)
            with ui.element("dd"):
                ui.label(value).classes("worker-text")


def _show_facts(handoff: Handoff) -> None:
    texts = page_texts().side
    told = {
        texts.fact_names.get(name, name): _in_words(value)
        for name, value in handoff.case_facts.items()
        if value is not None and value != ""
    }
    if told:
        section(texts.facts)
        pairs(told)


def _show_understanding(package: HandoffPackage) -> None:
    texts = page_texts().side
    slots = {
        name: _in_words(value)
        for name, value in package.slots.items()
        if name not in _INTERNAL_SLOTS and value not in ("", [], {})
    }
    if package.intent is None and not slots:
        return
    with ui.expansion(texts.intent).props("dense").classes("side-expansion"):
        if package.intent is not None:
            percent = round((package.confidence or 0) * 100)
            ui.label(f"{package.intent} · {texts.confidence.format(n=percent)}")
        if slots:
            ui.label(texts.slots).classes("inbox-hint")
            pairs(slots)


def _show_passage(hit: TraceHit, title: str) -> None:
    texts = page_texts().side
    scores = hit.scores
    with ui.element("div").classes("side-passage"):
        ui.label(f"{title} · {hit.section}" if hit.section else title)
        ui.label(texts.probability.format(n=round(scores.probability * 100))).classes("inbox-hint")
        ui.label(
            texts.scores.format(
                bm25=_score(scores.bm25), dense=_score(scores.dense), fused=_score(scores.fused)
            )
        ).classes("inbox-hint")


def _score(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def _in_words(value: object) -> str:
    texts = page_texts().side
    if isinstance(value, bool):
        return texts.yes_word if value else texts.no_word
    if isinstance(value, list):
        return "、".join(map(str, value))
    return str(value)

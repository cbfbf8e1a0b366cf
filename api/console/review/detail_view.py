"""One answer with the talk around it, the search behind it and what came of it."""

from nicegui import ui

from api.channels.wechat.plain import to_wechat
from api.console.review.parts import Workplace, tag
from api.console.review.texts import page_texts
from api.review.intents import intents
from api.review.items import ReviewDetail, ReviewLine, Spoken
from api.storage.models import Author, ReviewState
from contract import Trace

_words = page_texts()
_texts = page_texts().detail
_HITS = 5


def show(place: Workplace, detail: ReviewDetail) -> None:
    """Build it into the current element."""
    _head(place, detail.line)
    if detail.is_masked:
        ui.label(_texts.masked).classes("review-note")
    _talk(place, detail)
    _opinions(detail)
    if detail.line.review.state is not ReviewState.OPEN:
        _verdict(place, detail)
    if detail.trace is not None and detail.trace.hits:
        _search(place, detail.trace)
    else:
        ui.label(_texts.nothing_found).classes("review-note")
    if detail.proposals:
        with ui.element("div").classes("review-head"):
            ui.label(_texts.made)
            for proposal in detail.proposals:
                kind = _words.proposal_kinds[proposal.kind]
                tag(f"{kind} · {_words.proposal_states[proposal.state]}", proposal.state)


def _head(place: Workplace, line: ReviewLine) -> None:
    with ui.element("div").classes("review-head"):
        tag(_words.reasons[line.review.reason], line.review.reason)
        ui.label(_words.kinds[line.message.kind])
        ui.label(_words.channels[line.channel])
        ui.label(place.local(line.message.created_at))
        if words := place.answered_with(line):
            ui.label(words)


def _talk(place: Workplace, detail: ReviewDetail) -> None:
    with ui.element("div").classes("review-talk").props('tabindex="0"'):
        if detail.earlier:
            ui.label(_texts.earlier.format(count=detail.earlier)).classes("review-note")
        for spoken in detail.messages:
            _said(place, spoken, looked_at=spoken.message.id == detail.line.message.id)
        if detail.later:
            ui.label(_texts.later.format(count=detail.later)).classes("review-note")


def _said(place: Workplace, spoken: Spoken, *, looked_at: bool) -> None:
    message = spoken.message
    marks = f"review-said {message.author}{' looked-at' if looked_at else ''}"
    with ui.element("div").classes(marks):
        with ui.element("div").classes("who"):
            ui.label(_words.authors[message.author])
            ui.label(place.local(message.created_at))
            if looked_at:
                with ui.element("b"):
                    ui.label(_texts.looked_at)
        by_worker = message.author is Author.WORKER
        ui.label(spoken.text if by_worker else to_wechat(spoken.text)).classes("worker-text")


def _opinions(detail: ReviewDetail) -> None:
    told = []
    if detail.helpful is not None:
        told.append(_texts.helpful if detail.helpful else _texts.not_helpful)
    if detail.rating is not None:
        told.append(_texts.rating.format(score=detail.rating))
    if detail.handoff_reason is not None:
        reason = _words.handoff_reasons[detail.handoff_reason]
        told.append(_texts.handed_off.format(reason=reason))
    if not told and not detail.rating_comment:
        return
    with ui.element("div").classes("review-head"):
        for words in told:
            ui.label(words)
        if detail.rating_comment:
            ui.label(detail.rating_comment).classes("worker-text")


def _verdict(place: Workplace, detail: ReviewDetail) -> None:
    review = detail.line.review
    words = [
        _texts.reviewed.format(name=detail.reviewed_by or "", state=_words.states[review.state])
    ]
    if review.right_article_id is not None:
        words.append(_texts.right_article.format(article=place.title_of(review.right_article_id)))
    if review.right_intent is not None:
        known = intents().get(review.right_intent)
        label = known.label if known else review.right_intent
        words.append(_texts.right_intent.format(intent=label))
    with ui.element("div").classes("review-head"):
        for each in words:
            ui.label(each)
        if review.comment:
            ui.label(review.comment).classes("worker-text")


def _search(place: Workplace, trace: Trace) -> None:
    columns = (
        (_texts.article, ""),
        (_texts.section, "narrow-off"),
        (_texts.probability, "number"),
        (_texts.bm25, "number narrow-off"),
        (_texts.dense, "number narrow-off"),
        (_texts.fused, "number narrow-off"),
    )
    with ui.expansion(_texts.found, value=True).props("dense").classes("w-full"):
        with ui.element("div").classes("review-head"):
            ui.label(_texts.decisions[trace.decision])
            ui.label(_texts.query.format(query=trace.rewritten_query)).classes("worker-text")
        with ui.element("table").classes("review-hits"):
            with ui.element("thead"), ui.element("tr"):
                for name, marks in columns:
                    with ui.element("th").classes(marks).props('scope="col"'):
                        ui.label(name)
            with ui.element("tbody"):
                for hit in trace.hits[:_HITS]:
                    scores = hit.scores
                    cells = (
                        place.title_of(hit.article_id),
                        hit.section,
                        f"{scores.probability:.0%}",
                        _number(scores.bm25),
                        _number(scores.dense),
                        _number(scores.fused),
                    )
                    with ui.element("tr"):
                        for (_, marks), cell in zip(columns, cells, strict=True):
                            with ui.element("td").classes(marks):
                                ui.label(cell)


def _number(score: float | None) -> str:
    return "–" if score is None else f"{score:.2f}"

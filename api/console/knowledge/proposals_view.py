"""What reviewers made for the article that is open, and how far each has come."""

from nicegui import ui

from api.console.knowledge import parts
from api.console.knowledge.texts import page_texts
from api.console.review.texts import page_texts as review_texts
from api.knowledge.desk import OpenArticle


def show_proposals(opened: OpenArticle) -> None:
    """Build it into the current element; nothing without any."""
    words = review_texts()
    if not opened.proposals:
        return
    parts.heading(page_texts().editor.proposals)
    for proposal in opened.proposals:
        with ui.element("div").classes("knowledge-bar"):
            parts.chip(words.proposal_kinds[proposal.kind])
            parts.chip(words.stages[proposal.stage], parts.tone(proposal.stage))
            ui.label(proposal.text).classes("worker-text")
    ui.link(page_texts().editor.all_proposals, "/review/proposals")

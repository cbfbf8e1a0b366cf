"""What the pages of the knowledge desk are made of."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from nicegui import ui

from api.console.knowledge.texts import page_texts
from api.console.page import Console
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.knowledge.listing import RevisionSummary, Standing
from api.knowledge.service import Knowledge, knowledge_of
from api.review.stages import Stage
from api.staff.permissions import Permission, may
from api.storage.models import PublicationState, RevisionState, Staff
from knowledge_base.areas import area_names

T = TypeVar("T")
ARTICLES, HIT_TEST = "/knowledge", "/knowledge/hit-test"
IMPORTS, PUBLISH = "/knowledge/imports", "/knowledge/publish"
_STYLE = Path(__file__).with_name("knowledge.css")
_GOOD = {
    RevisionState.PUBLISHED,
    PublicationState.LIVE,
    Standing.LIVE,
    Stage.PUBLISHED,
    Stage.EXPORTED,
}
_WARN = {
    RevisionState.SUBMITTED,
    RevisionState.APPROVED,
    PublicationState.RUNNING,
    PublicationState.ROLLED_BACK,
    Standing.NOT_YET,
    Standing.NEW,
    Stage.PROPOSED,
    Stage.IN_DRAFT,
}
_BAD = {
    RevisionState.REJECTED,
    PublicationState.REFUSED,
    PublicationState.FAILED,
    Standing.LAPSED,
    Standing.BROKEN,
    Stage.REJECTED,
}


def begin(console: Console, section: str) -> Knowledge:
    """The looks of these pages and the way between them; ``section``: the one that is open."""
    ui.add_css(_STYLE)
    texts = page_texts().sections
    with ui.element("nav").classes("knowledge-nav"):
        for path, label in (
            (ARTICLES, texts.articles),
            (HIT_TEST, texts.hit_test),
            (IMPORTS, texts.imports),
            (PUBLISH, texts.publish),
        ):
            link = ui.link(label, path)
            if path == section:
                link.props("aria-current=page")
    return knowledge_of(console.state)


async def ask(
    console: Console, permission: Permission, work: Callable[[Staff], Awaitable[T]]
) -> T | None:
    """Do something for who still may: a page stays open longer than a role may last."""

    async def checked(staff: Staff) -> T:
        if not may(staff.role, permission):
            raise ApiError(ErrorCode.FORBIDDEN)
        return await work(staff)

    return await console.act(checked)


def tone(state: RevisionState | PublicationState | Standing | Stage) -> str:
    """How a state is coloured: good, warn, bad or not at all."""
    if state in _GOOD:
        return "good"
    if state in _WARN:
        return "warn"
    return "bad" if state in _BAD else ""


def chip(text: str, colour: str = "") -> ui.label:
    """A short word about something."""
    return ui.label(text).classes(f"knowledge-chip {colour}")


def heading(text: str) -> ui.label:
    """A heading inside a page."""
    return ui.label(text).classes("knowledge-h2").props('role="heading" aria-level="2"')


def area(slug: str) -> str:
    """The name of an area."""
    return area_names().get(slug, slug)


def latest(summary: RevisionSummary | None) -> str:
    """The newest revision in a few words."""
    if summary is None:
        return ""
    texts = page_texts()
    return texts.list.latest.format(
        state=texts.states[summary.state], author=summary.author, number=summary.number
    )


def at(console: Console, time: datetime) -> str:
    """A time as people here read it."""
    return f"{time.astimezone(console.zone):%Y-%m-%d %H:%M}"

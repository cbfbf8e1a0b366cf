"""What the pages of the review share."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from nicegui import ui

from api.console.page import Console
from api.console.review.texts import page_texts
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.review.catalogue import KnownArticle
from api.review.desk import ReviewDesk, review_desk
from api.review.intents import intents
from api.review.items import ReviewLine
from api.staff.permissions import Permission, may
from api.storage.models import Staff

T = TypeVar("T")
_CSS = Path(__file__).with_name("review.css")
_PLACES = {"queue": "/review", "proposals": "/review/proposals", "unanswered": "/review/unanswered"}


class Workplace:
    """One open page: who looks at it, and the services behind it."""

    def __init__(self, console: Console, articles: Mapping[str, KnownArticle]) -> None:
        self.console = console
        self.desk: ReviewDesk = review_desk(console.state)
        self.articles = articles
        self.areas = self.desk.catalogue.areas()

    @classmethod
    async def open(cls, console: Console, here: str) -> "Workplace":
        """The page's services; tabs and looks come with them."""
        ui.add_css(_CSS)
        _tabs(here)
        articles = await asyncio.to_thread(review_desk(console.state).catalogue.articles)
        return cls(console, articles)

    async def ask(
        self, work: Callable[[Staff], Awaitable[T]], permission: Permission = Permission.REVIEW
    ) -> T | None:
        """Do something for who still may: a page stays open longer than a role may last."""

        async def checked(staff: Staff) -> T:
            if not may(staff.role, permission):
                raise ApiError(ErrorCode.FORBIDDEN)
            return await work(staff)

        return await self.console.act(checked)

    def local(self, at: datetime) -> str:
        """A time, to the minute."""
        return f"{at.astimezone(self.console.zone):%m-%d %H:%M}"

    def title_of(self, article_id: str) -> str:
        """An article's title, or its id once it is gone."""
        known = self.articles.get(article_id)
        return known.title if known else article_id

    def answered_with(self, line: ReviewLine) -> str:
        """The article of an answer, or what the search came closest to; empty without any."""
        if line.article_id is None:
            return ""
        texts = page_texts().detail
        words = texts.answered_with if line.message.citations else texts.nearest
        return words.format(article=self.title_of(line.article_id))

    def article_options(self) -> dict[str, str]:
        """Articles to choose from, by area."""
        places = {area: place for place, area in enumerate(self.areas)}
        ordered = sorted(self.articles.values(), key=lambda each: (places[each.area], each.title))
        return {each.id: f"{each.title}（{self.areas[each.area]}）" for each in ordered}


def intent_options() -> dict[str, str]:
    """Intents to choose from."""
    return {name: f"{intent.label} · {name}" for name, intent in intents().items()}


def tag(text: str, kind: str) -> None:
    """A small coloured word."""
    ui.label(text).classes(f"review-tag {kind}")


def choice(
    options: Mapping[str, str], label: str, value: str | None = None, *, search: bool = True
) -> ui.select:
    """A field to choose from many; one can type to find."""
    field = ui.select(dict(options), label=label, value=value, with_input=search, clearable=True)
    field.props("outlined dense options-dense")
    return field


def _tabs(here: str) -> None:
    with ui.element("nav").classes("review-tabs"):
        for name, path in _PLACES.items():
            link = ui.link(getattr(page_texts().tabs, name), path)
            if name == here:
                link.props('aria-current="page"')

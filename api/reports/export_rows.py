"""One row for each conversation, without a word of what was said and without who said it.

Read a page at a time: no connection is held while a slow client takes its time.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.promises.sla import FirstAnswer
from api.promises.working_hours import WorkingHours
from api.reports.answers import FIRST_ARTICLE, article_areas
from api.reports.cells import Cell
from api.reports.periods import DayRange
from api.reports.streets import street_in
from api.reports.texts import report_texts
from api.reports.volumes import SPOKEN
from api.reports.worked_time import WorkedTime
from api.storage.database import Database
from api.storage.models import (
    Author,
    Conversation,
    Feedback,
    Handoff,
    HandoffState,
    Message,
    MessageKind,
    Rating,
    now,
)
from knowledge_base.areas import area_names

_PAGE = 500


@dataclass
class _Talk:
    """What is known of a conversation from its messages."""

    article: str | None = None
    answered: int = 0
    declined: int = 0
    helpful: int = 0
    not_helpful: int = 0
    street: str | None = None


@dataclass
class _Page:
    rows: Sequence[Row[Conversation, int]]
    talks: dict[str, _Talk] = field(default_factory=lambda: defaultdict(_Talk))
    handoffs: dict[str, Handoff] = field(default_factory=dict)


class ExportRows:
    """The conversations of a range in which the worker said something, in order of time."""

    def __init__(
        self,
        database: Database,
        hours: WorkingHours,
        articles: Path,
        days: DayRange,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._hours = FirstAnswer.of(hours).hours
        self._articles = articles
        self._days = days
        self._clock = clock

    async def count(self) -> int:
        """How many rows there are."""
        async with self._database.read() as session:
            return (await session.scalars(select(func.count()).where(*self._conditions()))).one()

    async def pages(self) -> AsyncIterator[list[list[Cell]]]:
        """The rows, some hundred at a time; columns as in ``headings``."""
        worked = await asyncio.to_thread(
            WorkedTime, self._hours, self._days.start, max(self._clock(), self._days.end)
        )
        area_of = await asyncio.to_thread(article_areas, self._articles)
        behind = ""
        while True:
            async with self._database.read() as session:
                page = await self._read(session, behind)
            if not page.rows:
                return
            yield [self._row(each, page, worked, area_of) for each in page.rows]
            behind = page.rows[-1][0].id

    def _conditions(self) -> list[ColumnElement[bool]]:
        return [
            Conversation.id >= self._days.first_id,
            Conversation.id < self._days.end_id,
            Conversation.last_seq >= SPOKEN,
        ]

    async def _read(self, session: AsyncSession, behind: str) -> _Page:
        found = await session.execute(
            select(Conversation, Rating.score)
            .outerjoin(Rating, Rating.conversation_id == Conversation.id)
            .where(*self._conditions(), Conversation.id > behind)
            .order_by(Conversation.id)
            .limit(_PAGE)
        )
        page = _Page(found.all())
        if page.rows:
            first, last = page.rows[0][0].id, page.rows[-1][0].id
            await _read_answers(session, page, first, last)
            await _read_streets(session, page, first, last)
            handoffs = await session.scalars(
                select(Handoff)
                .where(Handoff.conversation_id.between(first, last))
                .order_by(Handoff.created_at)
            )
            # The latest of a conversation counts.
            page.handoffs = {handoff.conversation_id: handoff for handoff in handoffs}
        return page

    def _row(
        self,
        row: Row[Conversation, int],
        page: _Page,
        worked: WorkedTime,
        area_of: dict[str, str],
    ) -> list[Cell]:
        texts = report_texts()
        conversation, score = row
        talk, handoff = page.talks[conversation.id], page.handoffs.get(conversation.id)
        topic = None
        if talk.article is not None:
            topic = area_names().get(area_of.get(talk.article, ""), texts.other_topics)
        return [
            conversation.id,
            self._local(conversation.created_at),
            texts.channels[conversation.channel],
            texts.statuses[conversation.status],
            self._local(conversation.closed_at),
            conversation.last_seq,
            topic,
            talk.answered,
            talk.declined,
            talk.helpful,
            talk.not_helpful,
            talk.street,
            texts.yes if handoff else texts.no,
            *(self._case(handoff, worked) if handoff else [None] * 10),
            score,
        ]

    def _case(self, handoff: Handoff, worked: WorkedTime) -> list[Cell]:
        texts = report_texts()
        resolved = handoff.ended_at if handoff.state is HandoffState.RESOLVED else None
        kept = None
        if handoff.due_at is not None and handoff.answered_at is not None:
            is_kept = handoff.answered_at <= handoff.due_at
            kept = texts.export.kept if is_kept else texts.export.broken
        return [
            texts.reasons[handoff.reason],
            handoff.category,
            texts.priorities[handoff.priority],
            texts.states[handoff.state],
            texts.outcomes[handoff.outcome_kind] if handoff.outcome_kind else None,
            *_minutes(handoff.created_at, handoff.answered_at, worked),
            *_minutes(handoff.created_at, resolved, worked),
            kept,
        ]

    def _local(self, at: datetime | None) -> str | None:
        return f"{at.astimezone(self._days.zone):%Y-%m-%d %H:%M}" if at else None


def headings() -> list[Cell]:
    """The first row."""
    return list(report_texts().export.columns.model_dump().values())


def _minutes(start: datetime, end: datetime | None, worked: WorkedTime) -> list[Cell]:
    """Working and clock minutes."""
    if end is None:
        return [None, None]
    moments = np.array([[start.timestamp()], [end.timestamp()]], dtype=np.int64)
    working = worked.between(moments[0], moments[1])[0]
    return [round(float(working) / 60, 1), round((end - start).total_seconds() / 60, 1)]


def _of_page(first: str, last: str, author: Author) -> ColumnElement[bool]:
    return and_(Message.conversation_id.between(first, last), Message.author == author)


async def _read_answers(session: AsyncSession, page: _Page, first: str, last: str) -> None:
    article = Message.citations[FIRST_ARTICLE].as_string()
    found: Any = await session.execute(
        select(Message.conversation_id, Message.kind, article, Feedback.helpful)
        .outerjoin(Feedback, Feedback.message_id == Message.id)
        .where(
            _of_page(first, last, Author.BOT),
            Message.kind.in_((MessageKind.ANSWER, MessageKind.DECLINE)),
        )
        .order_by(Message.conversation_id, Message.seq)
    )
    for conversation_id, kind, article_id, helpful in found:
        talk = page.talks[conversation_id]
        if kind is MessageKind.ANSWER:
            talk.answered += 1
            talk.article = talk.article or article_id
        else:
            talk.declined += 1
        talk.helpful += helpful is True
        talk.not_helpful += helpful is False


async def _read_streets(session: AsyncSession, page: _Page, first: str, last: str) -> None:
    found = await session.execute(
        select(Message.conversation_id, Message.text)
        .where(_of_page(first, last, Author.WORKER))
        .order_by(Message.conversation_id, Message.seq)
    )
    for conversation_id, text in found:
        talk = page.talks[conversation_id]
        talk.street = talk.street or street_in(text)

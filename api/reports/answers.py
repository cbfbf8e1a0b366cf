"""What the assistant answered, what about, and what it had no answer to."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, computed_field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.reports.periods import DayRange
from api.storage.models import Author, Message, MessageKind
from knowledge_base.areas import area_names
from knowledge_base.corpus import ARTICLES_DIR
from knowledge_base.overlay import OverlayStore

FIRST_ARTICLE = (0, "article_id")
"""Where in the citations the article stands that an answer is made of."""


class Topic(BaseModel):
    """An area of union service and how many answers were about it; ``area`` is None for articles
    that belong to none, such as imported documents."""

    area: str | None
    answers: int


class ArticleUse(BaseModel):
    """How often an article was the answer."""

    article_id: str
    answers: int


class Answers(BaseModel):
    """Replies of the assistant to questions. ``choices``: it asked back which one was meant;
    ``declined``: it had nothing checked to say. Of words past their time of keeping only these
    counts are left, not what they were about."""

    answered: int
    choices: int
    declined: int
    topics: list[Topic]
    articles: list[ArticleUse]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def declined_share(self) -> float | None:
        """Share of the questions that stayed without an answer; None without questions."""
        questions = self.answered + self.choices + self.declined
        return self.declined / questions if questions else None


_ARTICLES_AT_MOST = 20


async def answers(session: AsyncSession, days: DayRange, area_of: Mapping[str, str]) -> Answers:
    """Count them. ``area_of``: the area of each article, see ``article_areas``."""
    article = Message.citations[FIRST_ARTICLE].as_string()
    found = await session.execute(
        select(Message.kind, article, func.count())
        .where(
            Message.conversation_id >= days.first_id,
            Message.conversation_id < days.end_id,
            Message.author == Author.BOT,
            Message.kind.in_((MessageKind.ANSWER, MessageKind.CHOICES, MessageKind.DECLINE)),
        )
        .group_by(Message.kind, article)
    )
    kinds: Counter[MessageKind] = Counter()
    articles: Counter[str] = Counter()
    topics: Counter[str | None] = Counter()
    for kind, article_id, count in found:
        kinds[kind] += count
        if kind is MessageKind.ANSWER and article_id is not None:
            articles[article_id] += count
            topics[area_of.get(article_id)] += count
    return Answers(
        answered=kinds[MessageKind.ANSWER],
        choices=kinds[MessageKind.CHOICES],
        declined=kinds[MessageKind.DECLINE],
        topics=[Topic(area=area, answers=count) for area, count in topics.most_common()],
        articles=[
            ArticleUse(article_id=article_id, answers=count)
            for article_id, count in articles.most_common(_ARTICLES_AT_MOST)
        ],
    )


def article_areas(edited: Path) -> dict[str, str]:
    """The area of every article, with those that editors have put into service below ``edited``.

    Read from the names of the files: an article is named after its id, its folder after its area.
    Raises ``OverlayError`` if the editors' articles cannot be told.
    """
    files = [*ARTICLES_DIR.glob("*/*.md"), *OverlayStore(edited).current().files().values()]
    known = area_names()
    return {file.stem: file.parent.name for file in files if file.parent.name in known}

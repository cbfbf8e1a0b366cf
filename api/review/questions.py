"""Workers' questions that found no certain answer, read for grouping."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from api.privacy.masking import mask
from api.review.ids import first_id_at
from api.review.signals import DECISION, PROBABILITY
from api.storage.database import Database
from api.storage.models import Author, Message, MessageKind
from contract import Decision

MOST: Final = 20_000
"""The latest ones count where there are more."""
_HITS = 10
_BATCH = 2000
# Reading the articles out of the trace inside the database is much cheaper than the whole trace.
_ARTICLES = tuple(
    Message.trace[("hits", place, "article_id")].as_string() for place in range(_HITS)
)
_question = aliased(Message)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question, personal data covered. ``message_id``: of the bot's reply; ``hits``: articles
    the search came up with, best first; ``probability``: that the first one answers it."""

    message_id: str
    text: str
    asked_at: datetime
    hits: tuple[str, ...]
    probability: float | None


async def unanswered(
    database: Database, since: datetime, *, most: int = MOST
) -> list[OpenQuestion]:
    """Questions since a time that were declined or answered with a guess, the latest first.

    Read in batches, each on its own, so that nobody waits for it.
    """
    found: dict[str, OpenQuestion] = {}
    before: str | None = None
    while len(found) < most:
        statement = (
            select(
                Message.id,
                _question.id,
                _question.text,
                _question.created_at,
                PROBABILITY,
                *_ARTICLES,
            )
            .join(_question, _question.id == Message.in_reply_to)
            .where(
                Message.id >= first_id_at(since),
                Message.author == Author.BOT,
                _question.author == Author.WORKER,
                _question.text != "",
                or_(
                    Message.kind == MessageKind.DECLINE,
                    and_(
                        Message.kind.in_((MessageKind.ANSWER, MessageKind.CHOICES)),
                        DECISION != Decision.ANSWER,
                    ),
                ),
            )
            .order_by(Message.id.desc())
            .limit(_BATCH)
        )
        if before is not None:
            statement = statement.where(Message.id < before)
        async with database.read() as session:
            rows = (await session.execute(statement)).all()
        for message_id, question_id, text, asked_at, probability, *articles in rows:
            hits = tuple(article for article in articles if article is not None)
            found[question_id] = OpenQuestion(
                message_id, " ".join(mask(text).split()), asked_at, hits, probability
            )
        if len(rows) < _BATCH:
            break
        before = rows[-1][0]
    return list(found.values())[:most]

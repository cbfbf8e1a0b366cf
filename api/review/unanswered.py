"""Groups of unanswered questions: what articles are missing, and what they could be called."""

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from api.conversations.cleaning import shorten
from api.review import clustering
from api.review.catalogue import Catalogue, KnownArticle
from api.review.clustering import Asked
from api.review.payloads import TITLE_MAX_CHARS
from api.review.questions import OpenQuestion, unanswered
from api.storage.database import Database
from api.storage.models import now

LEAST = 3
"""Questions from which on a group is shown."""
_SHOWN = 100
_EXAMPLES = 8
_POLITE = re.compile(r"^(?:(?:您好|你好|请问|我?想问(?:一?下)?|咨询(?:一?下)?)[，,。！!？?\s]*)+")
_FRESH_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Questions that ask the same thing.

    ``title``: the most typical of them. ``message_id``: of the bot's reply to it. ``weeks``: how
    many were asked in each week, by its Monday, from the first week of the span to the last.
    ``nearest``: the article that the search most often came up with, though it was not certain.
    """

    title: str
    message_id: str
    size: int
    examples: tuple[str, ...]
    weeks: Mapping[date, int]
    nearest: KnownArticle | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The groups of one span, the largest first. ``lonely``: questions in no group."""

    groups: tuple[QuestionGroup, ...]
    questions: int
    lonely: int
    made_at: datetime


class UnansweredQuestions:
    """Groups what stayed unanswered; a result is kept for ten minutes, and made once for all who
    ask at the same time.

    ``zone``: where weeks begin.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        zone: ZoneInfo,
        *,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._zone = zone
        self._clock = clock
        self._kept: dict[int, Overview] = {}
        self._working = asyncio.Lock()

    async def overview(self, days: int) -> Overview:
        """Groups of the questions of the last days: seconds of work in a thread, if not at hand."""
        async with self._working:
            at = self._clock()
            kept = self._kept.get(days)
            if kept is None or at - kept.made_at > _FRESH_FOR:
                questions = await unanswered(self._database, at - timedelta(days=days))
                kept = await asyncio.to_thread(self._grouped, questions, days, at)
                self._kept[days] = kept
            return kept

    def _grouped(self, questions: Sequence[OpenQuestion], days: int, at: datetime) -> Overview:
        articles = self._catalogue.articles()
        places = clustering.group([Asked(each.text, each.hits) for each in questions])
        groups = [[questions[place] for place in each] for each in places if len(each) >= LEAST]
        first = _monday((at - timedelta(days=days)).astimezone(self._zone).date())
        last = _monday(at.astimezone(self._zone).date())
        span = [first + timedelta(weeks=week) for week in range((last - first).days // 7 + 1)]
        return Overview(
            groups=tuple(self._group(each, span, articles) for each in groups[:_SHOWN]),
            questions=len(questions),
            lonely=len(questions) - sum(map(len, groups)),
            made_at=at,
        )

    def _group(
        self,
        questions: Sequence[OpenQuestion],
        span: Sequence[date],
        articles: Mapping[str, KnownArticle],
    ) -> QuestionGroup:
        asked = Counter(_monday(each.asked_at.astimezone(self._zone).date()) for each in questions)
        typical = questions[0]
        title = _POLITE.sub("", typical.text) or typical.text
        return QuestionGroup(
            title=shorten(title, TITLE_MAX_CHARS),
            message_id=typical.message_id,
            size=len(questions),
            examples=tuple(dict.fromkeys(each.text for each in questions))[:_EXAMPLES],
            weeks={week: asked[week] for week in span},
            nearest=_nearest(questions, articles),
        )


def _nearest(
    questions: Sequence[OpenQuestion], articles: Mapping[str, KnownArticle]
) -> KnownArticle | None:
    """The article that came up most and highest; one that is retired now is of no help."""
    came_up: defaultdict[str, float] = defaultdict(float)
    for question in questions:
        for rank, article in enumerate(question.hits, start=1):
            if article in articles:
                came_up[article] += 1 / rank
    return articles[max(came_up, key=came_up.__getitem__)] if came_up else None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())

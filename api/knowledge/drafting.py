"""From what reviewers proposed to drafts, which an editor finishes and a second person approves.

The words are the worker's, with personal data covered; that an article is edited at the same time
is settled as between two editors.
"""

import itertools
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.cleaning import shorten
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.knowledge import drafts, revisions
from api.knowledge.catalogue import Catalogue, Snapshot, title_in
from api.knowledge.questions import folded, questions_in, stands_in, with_question
from api.knowledge.revisions import OPEN_STATES, Base
from api.knowledge.texts import knowledge_texts
from api.review.payloads import ArticleDraft, QuestionVariant
from api.storage.models import ArticleRevision, RevisionState, Staff, now

ARTICLE_TITLE_MAX_CHARS = 40
"""As :class:`knowledge_base.article.FrontMatter` wants it."""


class Drafting:
    """Writes drafts in the caller's transaction, on a state of the articles read before it."""

    def __init__(self, catalogue: Catalogue, *, clock: Callable[[], datetime] = now) -> None:
        self._catalogue = catalogue
        self._clock = clock

    async def snapshot(self) -> Snapshot:
        """What is in service; reading it takes too long for a transaction."""
        return await self._catalogue.snapshot()

    async def add_question(
        self, session: AsyncSession, staff: Staff, snapshot: Snapshot, variant: QuestionVariant
    ) -> ArticleRevision | None:
        """Put a question into the draft that is open, or begin one.

        Returns None where the question stands in the article already. What waits for approval is
        written over, as when an editor does it.

        Raises ``ApiError``: article_not_found; revision_not_open while the article is on its way
        out of service; article_has_problems where its text has no list of questions.
        """
        article_id = variant.article_id
        newest = await revisions.latest(session, article_id, lock=True)
        source = snapshot.to_edit(article_id, newest)
        if not source:
            raise ApiError(ErrorCode.ARTICLE_NOT_FOUND)
        if newest is not None and newest.retires and newest.state in OPEN_STATES:
            raise ApiError(ErrorCode.REVISION_NOT_OPEN)
        if stands_in(variant.text, questions_in(source)):
            return None
        changed = with_question(source, variant.text)
        if changed == source:
            raise ApiError(ErrorCode.ARTICLE_HAS_PROBLEMS, count=1)
        return await revisions.save(
            session,
            staff,
            article_id,
            changed,
            based_on=Base(newest.number, newest.updated_at) if newest else Base(0),
            comment=_comment_of_own_draft(newest, staff) or knowledge_texts().variant_comment,
            at=self._clock(),
        )

    async def begin_article(
        self,
        session: AsyncSession,
        staff: Staff,
        snapshot: Snapshot,
        draft: ArticleDraft,
        article_id: str | None = None,
    ) -> ArticleRevision:
        """Begin the article that was found missing; without an id it gets the next one of its
        area, which repeats nothing that the worker said.

        Raises ``ApiError``: article_exists for an id or a title that is taken.
        """
        latest = await revisions.latest_of_all(session)
        titles = {article.title for article in snapshot.corpus.articles.values()}
        titles |= {title_in(revision.source) for revision in latest.values()}
        title = shorten(draft.title, ARTICLE_TITLE_MAX_CHARS)

        def is_taken(name: str) -> bool:
            return snapshot.knows(name) or name in latest

        if article_id is None:
            numbered = (f"{draft.area}-{number}" for number in itertools.count(1))
            article_id = next(name for name in numbered if not is_taken(name))
        if is_taken(article_id) or title in titles:
            raise ApiError(ErrorCode.ARTICLE_EXISTS)
        questions: dict[str, str] = {}
        for question in (draft.question, *draft.examples):
            questions.setdefault(folded(question), question)
        source = drafts.new_article(
            article_id,
            draft.area,
            title,
            snapshot.day,
            questions=list(questions.values()),
            points=draft.facts,
        )
        return await revisions.save(
            session,
            staff,
            article_id,
            source,
            based_on=Base(0),
            comment=knowledge_texts().draft_comment,
            at=self._clock(),
        )


def _comment_of_own_draft(newest: ArticleRevision | None, staff: Staff) -> str:
    """What the author has said of a draft that is only added to."""
    is_own = newest is not None and newest.author_id == staff.id
    if newest is None or not is_own or newest.state is not RevisionState.DRAFT:
        return ""
    return newest.comment

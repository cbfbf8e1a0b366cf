"""The verdicts of reviewers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from api import audit
from api.conversations.cleaning import clean
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.review.catalogue import Catalogue
from api.review.intents import intents
from api.storage.database import Database
from api.storage.models import ActorKind, Review, ReviewState, Staff, now

COMMENT_MAX_CHARS = 2000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer found. What would have been right is for wrong answers only."""

    state: ReviewState
    right_article_id: str | None = None
    right_intent: str | None = None
    comment: str = ""


class Reviews:
    """Judges answers of the bot."""

    def __init__(
        self, database: Database, catalogue: Catalogue, *, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    async def judge(self, review_id: str, staff: Staff, verdict: Verdict) -> Review:
        """Say what an answer was. One's own verdict can be changed.

        Raises ``ApiError``: review_not_found, invalid_request, already_claimed with the name of
        the one who judged it before.
        """
        await self._require_sound(verdict)
        was_wrong = verdict.state is ReviewState.WRONG
        async with self._database.write() as session:
            review = await session.scalar(
                select(Review).where(Review.id == review_id).with_for_update()
            )
            if review is None:
                raise ApiError(ErrorCode.REVIEW_NOT_FOUND)
            if review.reviewed_by not in (None, staff.id):
                other = await session.get_one(Staff, review.reviewed_by)
                raise ApiError(ErrorCode.ALREADY_CLAIMED, name=other.name)
            review.state = verdict.state
            review.right_article_id = verdict.right_article_id if was_wrong else None
            review.right_intent = verdict.right_intent if was_wrong else None
            review.comment = clean(verdict.comment)
            review.reviewed_by, review.reviewed_at = staff.id, self._clock()
            audit.record(
                session,
                "review.judge",
                by=ActorKind.STAFF,
                actor_id=staff.id,
                subject_kind="review",
                subject_id=review.id,
                verdict=verdict.state,
            )
        return review

    async def _require_sound(self, verdict: Verdict) -> None:
        if verdict.state is ReviewState.OPEN:
            raise ApiError(ErrorCode.INVALID_REQUEST, fields="state")
        if len(verdict.comment) > COMMENT_MAX_CHARS:
            raise ApiError(ErrorCode.INVALID_REQUEST, fields="comment")
        if verdict.right_intent is not None and verdict.right_intent not in intents():
            raise ApiError(ErrorCode.INVALID_REQUEST, fields="right_intent")
        article = verdict.right_article_id
        if article is not None:
            known = await asyncio.to_thread(self._catalogue.articles)
            if article not in known:
                raise ApiError(ErrorCode.INVALID_REQUEST, fields="right_article_id")

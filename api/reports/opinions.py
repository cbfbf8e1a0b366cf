"""What workers think of the service."""

from pydantic import BaseModel, computed_field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.reports.periods import DayRange
from api.storage.models import Feedback, Rating

_SATISFIED = 4
"""Stars from which on somebody counts as satisfied."""


class Opinions(BaseModel):
    """``ratings``: conversations by stars, 1 to 5. ``helpful``, ``not_helpful``: answers given in
    this time that workers marked so."""

    ratings: dict[int, int]
    helpful: int
    not_helpful: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rated(self) -> int:
        """How many conversations were rated."""
        return sum(self.ratings.values())

    @computed_field  # type: ignore[prop-decorator]
    @property
    def average(self) -> float | None:
        """Mean number of stars; None without a rating."""
        total = sum(score * count for score, count in self.ratings.items())
        return total / self.rated if self.rated else None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def satisfied(self) -> float | None:
        """Share of ratings with four or five stars (CSAT); None without a rating."""
        good = sum(count for score, count in self.ratings.items() if score >= _SATISFIED)
        return good / self.rated if self.rated else None


async def opinions(session: AsyncSession, days: DayRange) -> Opinions:
    """Count them."""
    scores = await session.execute(
        select(Rating.score, func.count())
        .where(Rating.conversation_id >= days.first_id, Rating.conversation_id < days.end_id)
        .group_by(Rating.score)
    )
    marks = await session.execute(
        select(Feedback.helpful, func.count())
        .where(Feedback.message_id >= days.first_id, Feedback.message_id < days.end_id)
        .group_by(Feedback.helpful)
    )
    helpful = {row[0]: row[1] for row in marks}
    return Opinions(
        ratings=dict.fromkeys(range(1, 6), 0) | {row[0]: row[1] for row in scores},
        helpful=helpful.get(True, 0),
        not_helpful=helpful.get(False, 0),
    )

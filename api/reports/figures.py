"""The figures of the service over a range of days; routes and console both ask here."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.promises.sla import FirstAnswer
from api.promises.working_hours import WorkingHours
from api.reports import answers, desk, opinions, streets, volumes
from api.reports.answers import Answers
from api.reports.desk import AgentWork, Cases, Desk
from api.reports.once import Once
from api.reports.opinions import Opinions
from api.reports.periods import DayRange
from api.reports.streets import StreetVolume
from api.reports.volumes import Volumes
from api.reports.worked_time import WorkedTime
from api.storage.database import Database
from api.storage.models import Staff, now

T = TypeVar("T")
_KEEP_S = 60.0
"""How old a figure may be: a dashboard is looked at again and again, and rarely changed by a
minute."""


class NamedWork(BaseModel):
    """What a member of staff did, with the name that colleagues know."""

    name: str
    work: AgentWork


class Reports:
    """Counts in the database, off the event loop, one figure at a time."""

    def __init__(
        self,
        database: Database,
        hours: WorkingHours,
        articles: Path,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """``articles``: where editors' articles are (``UNION_ARTICLES_DIR``)."""
        self._database = database
        # A year whose holidays are not known must not stop the figures.
        self._hours = FirstAnswer.of(hours).hours
        self._articles = articles
        self._clock = clock
        self._once = Once(_KEEP_S)

    @property
    def today(self) -> datetime:
        """The current time, where the days are counted."""
        return self._clock().astimezone(self._hours.zone)

    async def volumes(self, days: DayRange) -> Volumes:
        """Conversations by day, hour and channel, and containment."""
        return await self._count("volumes", days, volumes.volumes)

    async def answers(self, days: DayRange) -> Answers:
        """What was answered, and what was not."""

        async def count(session: AsyncSession, days: DayRange) -> Answers:
            areas = await asyncio.to_thread(answers.article_areas, self._articles)
            return await answers.answers(session, days, areas)

        return await self._count("answers", days, count)

    async def opinions(self, days: DayRange) -> Opinions:
        """Ratings and feedback."""
        return await self._count("opinions", days, opinions.opinions)

    async def streets(self, days: DayRange) -> list[StreetVolume]:
        """Conversations by the street that the worker names."""
        return await self._count("streets", days, streets.by_street)

    async def desk(self, days: DayRange) -> Desk:
        """Cases, waits and promises."""
        cases = await self._cases(days)
        at = self._clock()
        return await asyncio.to_thread(lambda: desk.desk(cases, self._worked(days, at), at))

    async def agents(self, days: DayRange) -> list[NamedWork]:
        """Cases by member of staff; for supervisors."""
        cases = await self._cases(days)
        at = self._clock()
        work = await asyncio.to_thread(lambda: desk.by_agent(cases, self._worked(days, at), at))
        async with self._database.read() as session:
            found = await session.execute(select(Staff.id, Staff.name))
            names = {row[0]: row[1] for row in found}
        return [NamedWork(name=names.get(each.staff_id, ""), work=each) for each in work]

    async def _cases(self, days: DayRange) -> Cases:
        return await self._count("cases", days, desk.read_cases)

    async def _count(
        self,
        name: str,
        days: DayRange,
        count: Callable[[AsyncSession, DayRange], Awaitable[T]],
    ) -> T:
        async def now_() -> T:
            async with self._database.read() as session:
                return await count(session, days)

        return await self._once.get((name, days), now_)

    def _worked(self, days: DayRange, at: datetime) -> WorkedTime:
        return WorkedTime(self._hours, days.start, max(at, days.end))

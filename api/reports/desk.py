"""What the desk did: why cases came, how long workers waited, whether promises were kept.

Times are given twice: in working time, which is what the promises are made in (days that make up
for a holiday counted), and by the clock, which is what the worker feels.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.reports.periods import DayRange
from api.reports.sql import epoch
from api.reports.worked_time import Seconds, WorkedTime
from api.storage.models import Handoff, HandoffState, OutcomeKind
from contract import HandoffReason

BUCKETS_MIN: Final = (5, 15, 30, 60, 120, 240, 480)
"""Upper edges of the histograms, in minutes; a last bucket takes what is longer. 480 working
minutes are a day."""
_ROWS_AT_ONCE = 1000
_URGENT = 1
"""The priority that is answered around the clock."""


class Durations(BaseModel):
    """How long something took, in minutes. ``histogram``: by ``BUCKETS_MIN``."""

    number: int
    median: float | None
    p90: float | None
    mean: float | None
    histogram: list[int]


class Waits(BaseModel):
    """The same times, in working time and by the clock."""

    working: Durations
    clock: Durations


class Promises(BaseModel):
    """First answers by the time promised: kept, broken, and not yet due."""

    kept: int
    broken: int
    pending: int


class CategoryVolume(BaseModel):
    """Cases of a category, which is the name of an area, or another word for what it is about."""

    category: str
    cases: int


class Desk(BaseModel):
    """Cases of the conversations that began in this time; one conversation may have several."""

    cases: int
    by_reason: dict[HandoffReason, int]
    by_category: list[CategoryVolume]
    by_priority: dict[int, int]
    by_state: dict[HandoffState, int]
    by_outcome: dict[OutcomeKind, int]
    first_answer: Waits
    resolution: Waits
    promises: Promises


class AgentWork(BaseModel):
    """What one member of staff did with the cases that are, or were last, theirs."""

    staff_id: str
    cases: int
    answered: int
    resolved: int
    broken_promises: int
    first_answer: Waits


@dataclass(frozen=True)
class Cases:
    """Cases column by column; times in seconds, 0 where there is none."""

    reasons: Sequence[HandoffReason]
    categories: Sequence[str]
    states: Sequence[HandoffState]
    outcomes: Sequence[OutcomeKind | None]
    staff: NDArray[np.str_]
    priorities: NDArray[np.int64]
    began: Seconds
    answered: Seconds
    ended: Seconds
    due: Seconds

    @property
    def is_resolved(self) -> NDArray[np.bool_]:
        """Which of them were brought to an end by staff."""
        return np.array([state is HandoffState.RESOLVED for state in self.states], dtype=bool)

    def is_broken(self, at: datetime) -> NDArray[np.bool_]:
        """Which first answers are late, or overdue at ``at``."""
        heard = np.where(self.answered > 0, self.answered, self._closed_or(at))
        return (self.due > 0) & (heard > self.due)

    def _closed_or(self, at: datetime) -> Seconds:
        # Nobody waits for an answer to a case that was taken back.
        return np.where(self.ended > 0, self.ended, int(at.timestamp()))


async def read_cases(session: AsyncSession, days: DayRange) -> Cases:
    """Read what the figures of the desk are made of, some rows at a time."""
    result = await session.stream(_rows(days), execution_options={"yield_per": _ROWS_AT_ONCE})
    columns: list[list[Any]] = [[] for _ in range(10)]
    async for rows in result.partitions():
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
    return await asyncio.to_thread(_cases, columns)


def _cases(columns: list[list[Any]]) -> Cases:
    reasons, categories, states, outcomes, staff, priorities, *times = columns
    return Cases(
        reasons,
        categories,
        states,
        outcomes,
        np.array([each or "" for each in staff], dtype=np.str_),
        np.array(priorities, dtype=np.int64),
        *(np.array(column, dtype=np.int64) for column in times),
    )


def _rows(days: DayRange) -> Select[*tuple[Any, ...]]:
    times = (Handoff.created_at, Handoff.answered_at, Handoff.ended_at, Handoff.due_at)
    return select(
        Handoff.reason,
        Handoff.category,
        Handoff.state,
        Handoff.outcome_kind,
        Handoff.claimed_by,
        Handoff.priority,
        *(func.coalesce(epoch(time), 0) for time in times),
    ).where(Handoff.conversation_id >= days.first_id, Handoff.conversation_id < days.end_id)


def desk(cases: Cases, worked: WorkedTime, at: datetime) -> Desk:
    """The figures of all cases. ``at``: now, for what is still open."""
    answered = cases.answered > 0
    broken = cases.is_broken(at)
    kept = (cases.due > 0) & answered & ~broken
    is_open = np.array(
        [state in (HandoffState.WAITING, HandoffState.CLAIMED) for state in cases.states],
        dtype=bool,
    )
    pending = (cases.due > 0) & ~answered & ~broken & is_open
    outcomes = Counter(kind for kind in cases.outcomes if kind is not None)
    return Desk(
        cases=len(cases.reasons),
        by_reason=dict(Counter(cases.reasons).most_common()),
        by_category=[
            CategoryVolume(category=category, cases=count)
            for category, count in Counter(cases.categories).most_common()
        ],
        by_priority={level: int(np.sum(cases.priorities == level)) for level in range(1, 5)},
        by_state=dict(Counter(cases.states).most_common()),
        by_outcome=dict(outcomes.most_common()),
        first_answer=_waits(cases, worked, answered, cases.answered),
        resolution=_waits(cases, worked, cases.is_resolved & (cases.ended > 0), cases.ended),
        promises=Promises(
            kept=int(kept.sum()), broken=int(broken.sum()), pending=int(pending.sum())
        ),
    )


def by_agent(cases: Cases, worked: WorkedTime, at: datetime) -> list[AgentWork]:
    """The same for each member of staff, the one with the most cases first."""
    broken, resolved = cases.is_broken(at), cases.is_resolved
    work = []
    for staff_id in np.unique(cases.staff[cases.staff != ""]):
        own = cases.staff == staff_id
        answered = own & (cases.answered > 0)
        work.append(
            AgentWork(
                staff_id=str(staff_id),
                cases=int(own.sum()),
                answered=int(answered.sum()),
                resolved=int((own & resolved).sum()),
                broken_promises=int((own & broken).sum()),
                first_answer=_waits(cases, worked, answered, cases.answered),
            )
        )
    return sorted(work, key=lambda each: -each.cases)


def _waits(cases: Cases, worked: WorkedTime, chosen: NDArray[np.bool_], until: Seconds) -> Waits:
    starts, ends = cases.began[chosen], until[chosen]
    clock = (ends - starts).astype(np.float64)
    urgent = cases.priorities[chosen] == _URGENT
    working = np.where(urgent, clock, worked.between(starts, ends))
    return Waits(working=_durations(working / 60), clock=_durations(clock / 60))


def _durations(minutes: NDArray[np.float64]) -> Durations:
    edges = [-np.inf, *BUCKETS_MIN, np.inf]
    histogram = [int(((minutes > low) & (minutes <= high)).sum()) for low, high in pairwise(edges)]

    def of(measure: Callable[[NDArray[np.float64]], np.floating]) -> float | None:
        return round(float(measure(minutes)), 1) if minutes.size else None

    return Durations(
        number=minutes.size,
        median=of(np.median),
        p90=of(lambda values: np.percentile(values, 90)),
        mean=of(np.mean),
        histogram=histogram,
    )

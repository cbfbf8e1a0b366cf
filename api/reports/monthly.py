"""What the monthly report on wage arrears says: the cases of a month, and their sums.

The report holds no names of workers, no contacts and none of their words. Sums are of what workers
told clearly; how many cases say nothing about it stands beside them.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median
from typing import Any

import numpy as np
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.promises.sla import FirstAnswer
from api.promises.working_hours import WorkingHours
from api.reports.clusters import shown
from api.reports.employers import Employer, read_employer, same_employers
from api.reports.kinds import CaseKind, kinds_of
from api.reports.monthly_models import ArrearsCase, Count, MonthlyReport
from api.reports.periods import DayRange, Month
from api.reports.streets import street_in
from api.reports.told import people_in, yuan_in
from api.reports.worked_time import WorkedTime
from api.storage.database import Database
from api.storage.models import (
    OPEN_HANDOFF_STATES,
    Channel,
    Conversation,
    Handoff,
    HandoffState,
    OutcomeKind,
    now,
)

_ROWS_AT_ONCE = 500
_Told = Row[
    str,
    Channel,
    str,
    str,
    dict[str, Any],
    int,
    HandoffState,
    OutcomeKind | None,
    datetime,
    datetime | None,
    datetime | None,
]


@dataclass(frozen=True)
class Monthly:
    """Makes the report of any month."""

    database: Database
    hours: WorkingHours
    clock: Callable[[], datetime] = now

    @property
    def current(self) -> Month:
        """The month that it is now."""
        return Month.of(self.clock().astimezone(self.hours.zone).date())

    async def report(self, month: Month) -> MonthlyReport:
        """The report as things stand now; a month that is not over has a report so far."""
        days = month.days(self.hours.zone)
        told: list[_Told] = []
        async with self.database.read() as session:
            async for part in _rows(session, days):
                told += await asyncio.to_thread(_of_arrears, part)
        return await asyncio.to_thread(self._sum_up, month, days, told)

    def _sum_up(self, month: Month, days: DayRange, told: Sequence[_Told]) -> MonthlyReport:
        at = self.clock()
        worked = WorkedTime(FirstAnswer.of(self.hours).hours, days.start, max(at, days.end))
        # Of several hand-offs of one conversation the latest counts.
        latest = {row[0]: row for row in told}.values()
        names = _employer_names([row[4].get("employer") for row in latest])
        cases = [self._case(row, name, worked, at) for row, name in zip(latest, names, strict=True)]
        people = [case.people for case in cases if case.people is not None]
        amounts = [case.amount for case in cases if case.amount is not None]
        waits = [case for case in cases if case.first_answer_min is not None]
        named = Counter(case.employer for case in cases if case.employer is not None)
        return MonthlyReport(
            month=str(month),
            made_at=at,
            cases=cases,
            people=sum(people),
            people_unknown=len(cases) - len(people),
            amount=sum(amounts, Decimal(0)),
            amount_unknown=len(cases) - len(amounts),
            employers=_counts(named),
            employers_unknown=len(cases) - named.total(),
            streets=_counts(Counter(case.street for case in cases if case.street is not None)),
            states=dict(Counter(case.state for case in cases).most_common()),
            outcomes=dict(
                Counter(case.outcome for case in cases if case.outcome is not None).most_common()
            ),
            priorities=dict(sorted(Counter(case.priority for case in cases).items())),
            resolved=sum(case.state is HandoffState.RESOLVED for case in cases),
            open=sum(case.state in OPEN_HANDOFF_STATES for case in cases),
            on_time=sum(case.is_late is False for case in cases),
            late=sum(case.is_late is True for case in cases),
            median_min=_median([case.first_answer_min for case in waits]),
            median_clock_min=_median([case.first_answer_clock_min for case in waits]),
        )

    def _case(
        self, row: _Told, employer: str | None, worked: WorkedTime, at: datetime
    ) -> ArrearsCase:
        conversation_id, channel, _, summary, facts, priority, state, outcome = row[:8]
        received, answered, due = row[8], row[9], row[10]
        worked_min = clock_min = None
        if answered is not None:
            moments = np.array([[received.timestamp()], [answered.timestamp()]], dtype=np.int64)
            clock_min = round((answered - received).total_seconds() / 60, 1)
            worked_min = clock_min
            if priority > 1:  # the most urgent ones are answered around the clock
                worked_min = round(float(worked.between(moments[0], moments[1])[0]) / 60, 1)
        is_late = None
        if due is not None:
            if answered is not None:
                is_late = answered > due
            elif state in OPEN_HANDOFF_STATES and at > due:
                is_late = True
        return ArrearsCase(
            conversation_id=conversation_id,
            received_at=received,
            channel=channel,
            employer=employer,
            street=street_in("\n".join([*(str(told) for told in facts.values()), summary])),
            people=people_in(facts.get("people")),
            amount=yuan_in(facts.get("amount")),
            priority=priority,
            state=state,
            outcome=outcome,
            first_answer_min=worked_min,
            first_answer_clock_min=clock_min,
            is_late=is_late,
        )


async def _rows(session: AsyncSession, days: DayRange) -> Any:
    result = await session.stream(
        select(
            Handoff.conversation_id,
            Conversation.channel,
            Handoff.category,
            Handoff.summary,
            Handoff.case_facts,
            Handoff.priority,
            Handoff.state,
            Handoff.outcome_kind,
            Handoff.created_at,
            Handoff.answered_at,
            Handoff.due_at,
        )
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .where(Handoff.id >= days.first_id, Handoff.id < days.end_id)
        .order_by(Handoff.id),
        execution_options={"yield_per": _ROWS_AT_ONCE},
    )
    async for rows in result.partitions():
        yield rows


def _of_arrears(rows: Sequence[_Told]) -> list[_Told]:
    return [row for row in rows if CaseKind.WAGE_ARREARS in kinds_of(row[2], row[3], row[4])]


def _employer_names(told: Sequence[str | None]) -> list[str | None]:
    """One name for all that mean the same employer: as most write it."""
    read = [read_employer(each) if each else None for each in told]
    leader = same_employers(each for each in read if each is not None)
    groups: dict[str, list[Employer]] = defaultdict(list)
    for employer in read:
        if employer is not None:
            groups[leader[employer.key]].append(employer)
    names = {key: shown(group) for key, group in groups.items()}
    return [names[leader[employer.key]] if employer is not None else None for employer in read]


def _counts(counter: Counter[str]) -> list[Count]:
    return [Count(name=name, cases=cases) for name, cases in counter.most_common()]


def _median(minutes: Sequence[float | None]) -> float | None:
    known = [each for each in minutes if each is not None]
    return round(median(known), 1) if known else None

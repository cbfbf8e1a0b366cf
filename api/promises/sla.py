"""By when a first answer of a person is due, by priority (design §6)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from api.promises.holidays import weekdays_beyond
from api.promises.working_hours import NoOpeningError, WorkingHours

AT_ONCE: Final = timedelta(minutes=5)
"""Priority 1, around the clock."""
TARGETS: Final = {
    2: timedelta(minutes=30),
    3: timedelta(hours=2),
    4: timedelta(hours=4),
}
"""Working time for the other priorities."""
_WARN_WHEN_LEFT: Final = 0.25


@dataclass(frozen=True)
class FirstAnswer:
    """The clock of first answers, for the desk.

    In a year whose holidays are not known it runs on every day of the schedule: an alarm too many
    on a holiday does less harm than cases that nobody is reminded of.
    """

    hours: WorkingHours

    @classmethod
    def of(cls, hours: WorkingHours) -> "FirstAnswer":
        """A clock that does not stop where the calendar of ``hours`` ends."""
        return cls(replace(hours, calendar=weekdays_beyond))

    def due_at(self, priority: int, since: datetime) -> datetime | None:
        """When the first answer is due; None where the schedule leaves no such time ahead."""
        if priority == 1:
            return since + AT_ONCE
        try:
            return self.hours.add(since, TARGETS[priority])
        except NoOpeningError:
            return None

    def warns_at(self, priority: int, due_at: datetime, at: datetime) -> bool:
        """Whether so little time is left at ``at`` that the desk is warned."""
        if priority == 1:
            return due_at - at <= AT_ONCE * _WARN_WHEN_LEFT
        return self.hours.between(at, due_at) <= TARGETS[priority] * _WARN_WHEN_LEFT

"""What a worker is promised, and the clocks behind it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from api.promises.holidays import CalendarNotCoveredError
from api.promises.schedule import Schedule
from api.promises.sla import FirstAnswer
from api.promises.texts import promise_texts
from api.promises.words import closed
from api.promises.working_hours import WorkingHours
from api.storage.models import now

if TYPE_CHECKING:
    from api.settings import Settings

_REPORTED_AHEAD = timedelta(days=60)
"""Holidays of the next year are announced in November; there is time for an update."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ServicePromises:
    """What the service centre may promise a worker."""

    hours: WorkingHours

    @classmethod
    def of(cls, settings: "Settings", clock: Callable[[], datetime] = now) -> "ServicePromises":
        """With the working hours of the settings; logs a year ahead that no calendar covers."""
        promises = cls(WorkingHours(Schedule.parse(settings.working_hours), settings.timezone))
        year = promises.uncovered_year(clock())
        if year is not None:
            _report(year)
        return promises

    @property
    def first_answer(self) -> FirstAnswer:
        """The clock of first answers."""
        return FirstAnswer.of(self.hours)

    def uncovered_year(self, at: datetime) -> int | None:
        """The year, at most two months ahead, whose holidays are not known; None if all are."""
        for moment in (at, at + _REPORTED_AHEAD):
            try:
                self.hours.is_open(moment)
            except CalendarNotCoveredError as error:
                return error.year
        return None

    def is_open(self, at: datetime) -> bool | None:
        """Whether the service centre works at this moment; None where no calendar says so."""
        try:
            return self.hours.is_open(at)
        except CalendarNotCoveredError:
            return None

    def due_at(self, priority: int, at: datetime) -> datetime | None:
        """When a first answer is due for a case that begins to wait."""
        return self.first_answer.due_at(priority, at)

    def warns_at(self, priority: int, due_at: datetime, at: datetime) -> bool:
        """Whether the desk is to be warned of a due answer."""
        return self.first_answer.warns_at(priority, due_at, at)

    def words(self, priority: int, at: datetime, ahead: int) -> str:
        """What the worker is told; ``ahead``: how many wait before him."""
        texts = promise_texts()
        if priority == 1:
            return texts.urgent
        place = texts.ahead.format(ahead=ahead) if ahead else texts.first
        try:
            if self.hours.is_open(at):
                return f"{place}{texts.target[priority]}"
            return f"{place}{closed(self.hours, at)}{texts.hotline}"
        except CalendarNotCoveredError as error:
            _report(error.year)
            return f"{place}{texts.calendar_unknown}{texts.hotline}"


def _report(year: int) -> None:
    _log.warning("holidays not known: update chinesecalendar", extra={"year": year})

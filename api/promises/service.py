"""The promise in words, and the clocks behind it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from api.promises.schedule import Schedule
from api.promises.sla import FirstAnswer
from api.promises.texts import promise_texts
from api.promises.working_hours import NoOpeningError, WorkingHours

if TYPE_CHECKING:
    from api.settings import Settings

_NOON = 12


@dataclass(frozen=True)
class ServicePromises:
    """What the service centre may promise a worker."""

    hours: WorkingHours

    @classmethod
    def of(cls, settings: "Settings") -> "ServicePromises":
        """With the working hours of the settings."""
        return cls(WorkingHours(Schedule.parse(settings.working_hours), settings.timezone))

    @property
    def first_answer(self) -> FirstAnswer:
        """The clock of first answers."""
        return FirstAnswer(self.hours)

    def is_open(self, at: datetime) -> bool:
        """Whether the service centre works at this moment."""
        return self.hours.is_open(at)

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
        if self.is_open(at):
            return f"{place}{texts.target[priority]}"
        return f"{place}{self._closed(at)}{texts.hotline}"

    def _closed(self, at: datetime) -> str:
        texts = promise_texts()
        try:
            opening = self.hours.next_opening(at).astimezone(self.hours.zone)
        except NoOpeningError:
            return texts.closed_unknown
        if not self.hours.knows(opening.date()):
            return texts.closed_unknown
        today = at.astimezone(self.hours.zone).date()
        days = (opening.date() - today).days
        if days == 0:
            name = texts.opening.today
        elif days == 1:
            name = texts.opening.tomorrow
        else:
            name = texts.opening.later
        part = texts.morning if opening.hour < _NOON else texts.afternoon
        hour = opening.hour if opening.hour <= _NOON else opening.hour - _NOON
        return texts.closed.format(
            opening=name.format(
                time=f"{part}{hour}:{opening.minute:02}",
                weekday=texts.weekdays[opening.weekday()],
                month=opening.month,
                day=opening.day,
            )
        )

"""Working hours as an operator writes them: ``mon-fri 08:30-12:00 13:30-17:30; sat 9:00-12:00``.

A part ``makeup 09:00-16:00`` sets the hours of weekend days that make up for a holiday; without
it they are worked as a Monday.
"""

import re
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import Final

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAKE_UP_DAY: Final = "makeup"
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")

Span = tuple[time, time]


class ScheduleError(ValueError):
    """The text is no schedule; says which part of it."""


@dataclass(frozen=True)
class Schedule:
    """The spans of each weekday, Monday first; within a day in order and apart."""

    spans: tuple[tuple[Span, ...], ...]
    made_up: tuple[Span, ...] = ()
    """Of a weekend day that makes up for a holiday; empty: as on the first day worked."""

    @classmethod
    def parse(cls, text: str) -> "Schedule":
        """Read a schedule; days that are not named are free.

        Raises:
            ScheduleError: a part is not in form, a day stands twice, spans overlap, or there is
                no span at all.
        """
        spans: list[tuple[Span, ...]] = [()] * len(DAYS)
        made_up: tuple[Span, ...] = ()
        for part in filter(None, map(str.strip, text.split(";"))):
            days, *written = part.split()
            found = tuple(_span(each) for each in written)
            if not found:
                raise ScheduleError(f"{part!r}: no hours")
            if any(one[1] > other[0] for one, other in pairwise(found)):
                raise ScheduleError(f"{part!r}: the hours are not in order or overlap")
            if days.lower() == MAKE_UP_DAY:
                if made_up:
                    raise ScheduleError(f"{MAKE_UP_DAY} stands twice")
                made_up = found
                continue
            for day in _days(days):
                if spans[day]:
                    raise ScheduleError(f"{DAYS[day]} stands twice")
                spans[day] = found
        if not any(spans):
            raise ScheduleError("no working hours at all")
        return cls(tuple(spans), made_up)

    def on(self, weekday: int) -> tuple[Span, ...]:
        """The spans of a weekday, 0 is Monday."""
        return self.spans[weekday]

    @property
    def of_a_made_up_day(self) -> tuple[Span, ...]:
        """The spans of a weekend day that is worked to make up for a holiday: its own, or those of
        the first day of the week that is worked."""
        return self.made_up or next(spans for spans in self.spans if spans)


def _days(text: str) -> range:
    first, _, last = text.lower().partition("-")
    try:
        start = DAYS.index(first)
        end = DAYS.index(last) if last else start
    except ValueError:
        raise ScheduleError(f"{text!r}: days are {', '.join((*DAYS, MAKE_UP_DAY))}") from None
    if end < start:
        raise ScheduleError(f"{text!r}: the last day comes before the first")
    return range(start, end + 1)


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ScheduleError(f"{text!r}: hours are written as 08:30-12:00")
    hours = [int(each) for each in found.groups()]
    try:
        start, end = time(hours[0], hours[1]), time(hours[2], hours[3])
    except ValueError:
        raise ScheduleError(f"{text!r}: there is no such time") from None
    if start >= end:
        raise ScheduleError(f"{text!r}: ends before it begins")
    return start, end

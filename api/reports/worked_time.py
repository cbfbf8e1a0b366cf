"""Working time between many pairs of moments at once.

``WorkingHours.between`` goes through the days of each pair. Here the calendar of the whole time
is laid out once as a line that rises while somebody works; the working time between two moments
is how far it rises.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from api.promises.working_hours import WorkingHours

Seconds = NDArray[np.int64]
"""Moments, in seconds since 1970."""


class WorkedTime:
    """The working hours of everything from ``start`` to ``end``.

    ``hours`` must know every day of it; see ``api.promises.sla.FirstAnswer``, whose calendar does.
    """

    def __init__(self, hours: WorkingHours, start: datetime, end: datetime) -> None:
        moments: list[float] = []
        worked: list[float] = []
        total = 0.0
        day = hours.day_of(start)
        while day <= hours.day_of(end):
            for opens, closes in hours.spans_of(day):
                begin = datetime.combine(day, opens, hours.zone).astimezone(UTC).timestamp()
                close = datetime.combine(day, closes, hours.zone).astimezone(UTC).timestamp()
                moments += [begin, close]
                worked += [total, total := total + close - begin]
            day += timedelta(days=1)
        self._moments = np.array(moments or [0.0])
        self._worked = np.array(worked or [0.0])

    def between(self, starts: Seconds, ends: Seconds) -> NDArray[np.float64]:
        """Working seconds from each start to its end; nothing where that is earlier."""
        rises = np.interp(ends, self._moments, self._worked) - np.interp(
            starts, self._moments, self._worked
        )
        worked: NDArray[np.float64] = np.maximum(rises, 0.0)
        return worked

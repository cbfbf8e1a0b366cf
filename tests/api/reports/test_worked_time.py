from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from api.reports.worked_time import WorkedTime
from tests.api.reports.generated import HOURS
from tests.api.reports.scene import local

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
WORKED = WorkedTime(HOURS, START, END)
moments = st.integers(int(START.timestamp()), int(END.timestamp()))


@given(st.lists(st.tuples(moments, moments), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_it_agrees_with_the_clock_of_the_promises(pairs: list[tuple[int, int]]) -> None:
    starts, ends = (np.array(each, dtype=np.int64) for each in zip(*pairs, strict=True))
    expected = [
        HOURS.between(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
        for start, end in pairs
    ]
    found = WORKED.between(starts, ends)
    np.testing.assert_allclose(found, [each.total_seconds() for each in expected], atol=1e-3)


def test_days_that_make_up_for_a_holiday_count() -> None:
    # Saturday, 10 October 2026, is worked for the National Day holiday.
    begins, ends = local("2026-10-10 08:00"), local("2026-10-10 18:00")
    seconds = WORKED.between(
        np.array([int(begins.timestamp())]), np.array([int(ends.timestamp())])
    )[0]
    assert timedelta(seconds=float(seconds)) == timedelta(hours=7.5)

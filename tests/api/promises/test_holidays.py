from datetime import date

import pytest

from api.promises.holidays import (
    CalendarNotCoveredError,
    DayKind,
    holiday_name,
    state_council,
    weekdays_beyond,
)

UNCOVERED = date(2030, 10, 1)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 11, 26), DayKind.ORDINARY),
        (date(2026, 11, 28), DayKind.ORDINARY),  # a plain Saturday
        (date(2026, 10, 1), DayKind.HOLIDAY),
        (date(2026, 10, 3), DayKind.HOLIDAY),  # a Saturday of National Day
        (date(2026, 9, 20), DayKind.MADE_UP),  # a Sunday
        (date(2026, 10, 10), DayKind.MADE_UP),
    ],
)
def test_days_of_2026(day: date, kind: DayKind) -> None:
    assert state_council(day) is kind
    assert weekdays_beyond(day) is kind


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 10, 1), "National Day"),
        (date(2026, 10, 10), None),  # is worked, though it belongs to National Day
        (date(2026, 11, 28), None),
    ],
)
def test_only_days_off_have_the_name_of_a_holiday(day: date, name: str | None) -> None:
    assert holiday_name(day) == name


def test_a_year_that_is_not_covered_is_named() -> None:
    for ask in (state_council, holiday_name):
        with pytest.raises(CalendarNotCoveredError, match="2030") as caught:
            ask(UNCOVERED)
        assert caught.value.year == 2030
    assert weekdays_beyond(UNCOVERED) is DayKind.ORDINARY

"""Out of hours: why nobody answers, and when the service centre opens next."""

from datetime import date, datetime, timedelta

from api.promises.holidays import holiday_name
from api.promises.texts import promise_texts
from api.promises.working_hours import WorkingHours

_NOON = 12


def closed(hours: WorkingHours, at: datetime) -> str:
    """A sentence for a moment at which the service centre is closed.

    Raises:
        CalendarNotCoveredError: the next opening depends on holidays that are not known.
        NoOpeningError: there is none within two months.
    """
    opening = hours.next_opening(at).astimezone(hours.zone)
    today = hours.day_of(at)
    return promise_texts().closed.format(
        why=_why(hours, today, opening.date()), opening=_name(opening, today)
    )


def _why(hours: WorkingHours, today: date, opens: date) -> str:
    texts = promise_texts().why
    if opens == today:
        return texts.pause
    holiday = _holiday(today)
    if holiday is not None:
        return texts.holiday.format(holiday=holiday)
    why = texts.over if hours.spans_of(today) else texts.free
    between = (today + timedelta(days=number) for number in range(1, (opens - today).days))
    holiday = next(filter(None, map(_holiday, between)), None)
    return why if holiday is None else texts.before_holiday.format(why=why, holiday=holiday)


def _holiday(day: date) -> str | None:
    name = holiday_name(day)
    texts = promise_texts()
    return None if name is None else texts.holidays.get(name, texts.other_holiday)


def _name(opening: datetime, today: date) -> str:
    """An opening in words, as 明天（周四）上午8:30; ``opening`` is in the zone of the schedule."""
    texts = promise_texts()
    days = (opening.date() - today).days
    if days == 0:
        name = texts.opening.today
    elif days == 1:
        name = texts.opening.tomorrow
    else:
        name = texts.opening.later
    hour = opening.hour
    if hour < _NOON:
        part = texts.morning
    elif hour == _NOON:
        part = texts.noon
    else:
        part, hour = texts.afternoon, hour - _NOON
    return name.format(
        time=f"{part}{hour}:{opening.minute:02}",
        weekday=texts.weekdays[opening.weekday()],
        month=opening.month,
        day=opening.day,
    )

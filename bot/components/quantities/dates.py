"""Points in the calendar: 昨天, 上周五, 上个月10号, 3月5号, 2023年5月, 去年国庆, 月底."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from components.quantities.holidays import HOLIDAY, holiday_around, holiday_in
from components.quantities.mention import Json, Mention, without_overlaps
from components.quantities.numerals import DIGIT, parse_number
from components.quantities.periods import Period, day_of_month, full_year, within_month, year_of


@dataclass(frozen=True)
class _Sighting:
    """Words for a date, and the day they were written.

    A day without its year is the last one up to ``origin`` or, with ``ahead``, the next one.
    """

    match: re.Match[str]
    today: date
    origin: date
    ahead: bool


_NAMED_YEARS: Final = {
    "大前年": -3,
    "前年": -2,
    "去年": -1,
    "旧年": -1,
    "今年": 0,
    "本年": 0,
    "明年": 1,
    "后年": 2,
}
_NAMED_DAYS: Final = {
    "大前": -3,
    "前": -2,
    "昨": -1,
    "今": 0,
    "当": 0,
    "明": 1,
    "后": 2,
    "大后": 3,
}
_WEEKDAYS: Final = (
    {"末": 5, "日": 6, "天": 6}
    | {day: weekday for weekday, day in enumerate("一二三四五六")}
    | {day: weekday for weekday, day in enumerate("123456")}
)

_C: Final = "一二三四五六七八九"
_NAMED_YEAR: Final = r"大前年|(?<![\d一-十年])前年|去年|旧年|今年|本年|明年|(?<![以之])后年"
_YEAR_DIGITS: Final = rf"(?:19|20)\d\d|[一二][〇零九][〇零{_C}]{{2}}"
_MONTH: Final = rf"1[0-9]|0?[1-9]|[2-9]\d|十[{_C}]?|[{_C}]"
_DAY: Final = rf"\d{{1,2}}|二?十[{_C}]?|三十一?|廿[{_C}]?|[{_C}]"
_NO_DAY: Final = "[线楼门店机桌床岗文厅库仓a-z]"
_DAY_END: Final = rf"[号日](?!{_NO_DAY})"
_PART_OF_MONTH: Final = "底|初|末|中旬|上旬|下旬"

# 一月5200, 一月就2300 is the pay of a month.
_PAY: Final = rf"[就才只]?\s?(?:\d{{3}}|{DIGIT}[百千万])"

_MONTH_PATTERN: Final = re.compile(
    rf"(?:(?:(?P<named>{_NAMED_YEAR})|(?<!\d)(?P<year>{_YEAR_DIGITS}|\d\d(?!年\s))年)的?\s?)?"
    rf"(?<![\d.第])(?<!\d:)(?P<month>{_MONTH})月(?![嫂饼亮薪子经])(?!(?<=一月){_PAY})"
    rf"(?:份|(?P<part>{_PART_OF_MONTH}))?(?:\s?(?P<day>{_DAY}){_DAY_END}"
    rf"|\s?(?P<digits>\d{{1,2}}|[二三]十[{_C}]?|十[{_C}])"
    r"(?![\d.,个天年月多万千百元块单次人小点k号日]))?"
)
_MONTHS_PATTERN: Final = re.compile(
    rf"(?:(?P<named>{_NAMED_YEAR})的?\s?)?(?<![\d.])"
    rf"(?:(?P<first>{_MONTH})(?:[-~到至]|(?:、(?:{_MONTH})){{0,9}}、)(?P<last>{_MONTH})"
    rf"|(?P<run>[{_C}]{{2,6}}))月份?(?!\s?\d{{1,2}}[号日])"
)
_YEAR_PATTERN: Final = re.compile(
    rf"(?P<named>{_NAMED_YEAR})(?:(?P<holiday>{HOLIDAY})|年?(?P<end>[底初末中]))?"
    rf"|(?<!\d)(?P<year>{_YEAR_DIGITS})年(?!以上)"
    rf"(?:(?P<holiday2>{HOLIDAY})|年?(?P<end2>[底初末中])|份)?"
    rf"|(?<![\d.])(?P<short>[05-9]\d|[5-9七八九][{_C}〇零])年(?=[的出生进入来毕参]|\s?$)"
    r"|(?<![\d.])(?P<recent>[12]\d)年"
    r"(?=底|初|入职|进[厂的来公]|来的|来公司|毕业|离职|辞职|退休|签的|开始)"
)
_NUMERIC_PATTERN: Final = re.compile(
    r"(?<![\d.-])(?P<year>(?:19|20)\d\d)(?:(?P<separator>[-./])(?P<month>\d{1,2})"
    r"(?:(?P=separator)(?P<day>\d{1,2}))?|(?P<month2>[01]\d)(?P<day2>[0-3]\d))"
    r"(?![.-]?\d|[元块万千])"
)
_RELATIVE_MONTH_PATTERN: Final = re.compile(
    rf"(?P<which>上{{1,3}}|下{{1,3}}|这|本|当)个?月(?![薪经嫂供])(?:份|(?P<part>{_PART_OF_MONTH}))?"
    rf"(?:\s?的?(?P<day>{_DAY}){_DAY_END})?"
)
_WEEK_PATTERN: Final = re.compile(
    r"(?P<which>上{1,3}|下{1,3}|这|本)个?(?:周|星期|礼拜)"
    r"(?P<weekday>[一二三四五六日天末](?![个人次])|[1-6](?!\d))?"
    # 两周六天 are two weeks and six days.
    r"|(?:(?<![一二两三四五六七八九十几多])(?<!(?<!\d\d)\d)周|星期|礼拜)"
    r"(?P<bare>六日|[一二三四五六日末](?![天次个年休])|天(?!天))"
)
_DAY_PATTERN: Final = re.compile(
    r"大前天|大后天|(?<![以之提年月周日天目\d])前[天日](?!天)|(?<![以之今然最])后天(?!天)|[昨今明][天日儿]"
    r"|[昨今明][晚早夜](?!会|日)"
)
_HOLIDAY_PATTERN: Final = re.compile(HOLIDAY)
_MONTH_DAY_PATTERN: Final = re.compile(
    rf"(?:(?<=每月)|(?<=每个月)|(?<![\d.第月{_C}十几])(?<!\d:))(?P<day>{_DAY})号"
    rf"(?!{_NO_DAY}|[人员工职码])"
)
_END_PATTERN: Final = re.compile(
    r"(?<![\d个上下这本])(?P<which>[月年])(?P<end>[底末初])(?![\d一二三四五六七八九十]月)"
)

# Words that look ahead: a day they stand by is the next one, any other the last one.
_AHEAD_BEFORE: Final = re.compile(r"(?:预产期?|要生|到期|截止|开庭)[^\d，。,;；\n]{0,4}$")
_AHEAD_AFTER: Final = re.compile(r"[号日]?[^\d，。,;；\n]{0,3}(?:预产|要生|开庭)")
_UP_TO: Final = re.compile(r"[^\s,，。]{0,3}[到至~—-]")
_CONTEXT: Final = 10


def find_dates(text: str, today: date) -> list[Mention]:
    """Return the dates in folded ``text``, seen from ``today``.

    The value is ``{"date": first day, "grain": "day" | "week" | "month" | "year"}``; 6到9月 also
    has ``"until"``, the first day of the last month. A day without its year is the last one,
    beside words such as 预产期 the next one, a holiday the next one if it is near.
    A day that no calendar has (2月30号) is ``{"date": None, "grain": "day", "invalid": True}``.
    """
    sightings = [(match, read) for pattern, read in _READERS for match in pattern.finditer(text)]
    mentions = []
    before: tuple[int, date] | None = None
    for match, read in without_overlaps(sightings, lambda sighting: sighting[0].span()):
        origin, ahead = today, _looks_ahead(match)
        if before is not None and _UP_TO.fullmatch(text, before[0], match.start()):
            origin, ahead = before[1], True  # 去年6月到9月
        period = _period(read, _Sighting(match, today, origin, ahead))
        if isinstance(period, Period):
            before = match.end(), period.first
        mentions.append(Mention("date", match.start(), match.end(), _value(period)))
    return mentions


def _looks_ahead(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - _CONTEXT) : match.start()]
    return bool(_AHEAD_BEFORE.search(before) or _AHEAD_AFTER.match(match.string, match.end()))


def _period(
    read: Callable[[_Sighting], Period | None], seen: _Sighting
) -> Period | Literal["unknown", "invalid"]:
    try:
        return read(seen) or "unknown"
    except ValueError:
        return "invalid"


def _value(period: Period | Literal["unknown", "invalid"]) -> Json:
    if period == "invalid":
        return {"date": None, "grain": "day", "invalid": True}
    if not isinstance(period, Period):
        return {"date": None, "grain": "day"}
    value: dict[str, Json] = {"date": period.first.isoformat(), "grain": period.grain}
    if period.until is not None:
        value["until"] = period.until.isoformat()
    return value


def _read_month(seen: _Sighting) -> Period | None:
    """5月, 今年7月, 23年5月1号, 3月底."""
    match = seen.match
    month = _whole(match["month"])
    written_day = match["day"] or match["digits"]
    day = None if written_day is None else _whole(written_day)
    if match["named"]:
        year = seen.today.year + _NAMED_YEARS[match["named"]]
    elif match["year"]:
        year = full_year(_digits(match["year"]), seen.today)
    else:
        year = year_of(month, day, seen.origin, seen.ahead)
    return within_month(year, month, day, match["part"])


def _read_months(seen: _Sighting) -> Period | None:
    """6到9月, 7、8、9月, 七八月."""
    match = seen.match
    first = _whole(match["first"] or match["run"][0])
    last = _whole(match["last"] or match["run"][-1])
    if match["named"]:
        year = seen.today.year + _NAMED_YEARS[match["named"]]
    else:
        year = year_of(last, None, seen.origin, seen.ahead)
    return Period(date(year - (first > last), first, 1), "month", until=date(year, last, 1))


def _read_year(seen: _Sighting) -> Period | None:
    """2023年, 去年, 去年国庆, 今年年底, 76年."""
    match = seen.match
    if match["named"]:
        year = seen.today.year + _NAMED_YEARS[match["named"]]
    else:
        year = full_year(_digits(match["year"] or match["short"] or match["recent"]), seen.today)
    holiday = match["holiday"] or match["holiday2"]
    if holiday:
        found = holiday_in(year, holiday)
        return None if found is None else Period(found, "day")
    end = match["end"] or match["end2"]
    if end and end != "中":
        return Period(date(year, 1 if end == "初" else 12, 1), "month")
    return Period(date(year, 1, 1), "year")


def _read_numeric(seen: _Sighting) -> Period | None:
    """2023.5.1, 2023-05, 20230501."""
    match = seen.match
    day = match["day"] or match["day2"]
    month = int(match["month"] or match["month2"])
    return within_month(int(match["year"]), month, None if day is None else int(day), None)


def _read_relative_month(seen: _Sighting) -> Period | None:
    """上个月10号, 这个月, 下下个月底."""
    match = seen.match
    months = seen.today.year * 12 + seen.today.month - 1 + _steps(match["which"])
    day = None if match["day"] is None else _whole(match["day"])
    return within_month(months // 12, months % 12 + 1, day, match["part"])


def _read_week(seen: _Sighting) -> Period | None:
    """上周五, 下下周一, 这周; the week starts on Monday; 周六 is the last one or today."""
    match = seen.match
    if match["bare"]:
        back = (seen.today.weekday() - _WEEKDAYS[match["bare"][0]]) % 7
        days = (7 - back) % 7 if seen.ahead else -back
        return Period(seen.today + timedelta(days=days), "day")
    weeks = timedelta(weeks=_steps(match["which"]))
    monday = seen.today - timedelta(days=seen.today.weekday()) + weeks
    if match["weekday"] is None:
        return Period(monday, "week")
    return Period(monday + timedelta(days=_WEEKDAYS[match["weekday"]]), "day")


def _read_day(seen: _Sighting) -> Period | None:
    """昨天, 大前天, 今晚."""
    return Period(seen.today + timedelta(days=_NAMED_DAYS[seen.match[0][:-1]]), "day")


def _read_holiday(seen: _Sighting) -> Period | None:
    """国庆, 大年初一."""
    found = holiday_around(seen.today, seen.match[0])
    return None if found is None else Period(found, "day")


def _read_day_of_month(seen: _Sighting) -> Period | None:
    """10号: the last one, today included, or the next one."""
    return day_of_month(_whole(seen.match["day"]), seen.origin, seen.ahead)


def _read_end(seen: _Sighting) -> Period | None:
    """月底, 月初, 年底, 年初 of the current month or year."""
    match = seen.match
    if match["which"] == "月":
        return within_month(seen.today.year, seen.today.month, None, match["end"])
    return Period(date(seen.today.year, 1 if match["end"] == "初" else 12, 1), "month")


_READERS: Final[tuple[tuple[re.Pattern[str], Callable[[_Sighting], Period | None]], ...]] = (
    (_MONTH_PATTERN, _read_month),
    (_MONTHS_PATTERN, _read_months),
    (_YEAR_PATTERN, _read_year),
    (_NUMERIC_PATTERN, _read_numeric),
    (_RELATIVE_MONTH_PATTERN, _read_relative_month),
    (_WEEK_PATTERN, _read_week),
    (_DAY_PATTERN, _read_day),
    (_HOLIDAY_PATTERN, _read_holiday),
    (_MONTH_DAY_PATTERN, _read_day_of_month),
    (_END_PATTERN, _read_end),
)


def _digits(written: str) -> str:
    return "".join(str(_whole(character)) for character in written)


def _steps(which: str) -> int:
    """上 is one back, 上上 two; 下 one ahead; 这 and 本 none."""
    if which[0] == "上":
        return -len(which)
    return len(which) if which[0] == "下" else 0


def _whole(written: str) -> int:
    number = parse_number(written)
    if number is None:
        raise ValueError(f"{written} is no number")
    return int(number.value)

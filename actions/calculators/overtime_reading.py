"""Which hours and days of a message about overtime belong to which kind of day.

A message such as 平时20小时 周末16小时 is read only where each kind of day that it names has one
figure of its own behind it. In any other case nothing is read, and the worker is asked: hours of
one kind of day must never be paid at the rate of another.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from actions.calculators.reading import decimal_of
from actions.entities import Entity

_MENTIONS: Final = {
    "workday": r"平时|平日|平常|工作日|下班以?后",
    "rest_day": r"周末|双休日?|休息[日天]|公休日"
    r"|(?:周|星期|礼拜)[六日天末](?:[和、跟及 ]?(?:周|星期|礼拜)?[日天])?",
    "holiday": r"法定(?:的?(?:节?假日|节日))?|节假日|节日|过节|国庆节?|中秋节?|端午节?|清明节?|元旦"
    r"|春节|过年|除夕|五一节?|劳动节",
}
_MENTION: Final = re.compile("|".join(f"(?P<{kind}>{said})" for kind, said in _MENTIONS.items()))
_PER_DAY: Final = re.compile(r"每[天晚日]|天天|[一每]天|每次|每个班")
_OTHER_PERIODS: Final = re.compile(
    r"各|每(?![天晚日]|个?月)|[两二三四五六七八九十几\d]个?月"
    r"|[一两二三四五六七八九十几\d]个?(?:星期|礼拜|周)"
)
"""Each, or so many weeks and months: the figure behind it is not the sum."""
_SHIFT: Final = re.compile(r"正常|上班|工时")
_OVERTIME: Final = re.compile(r"加|多|超")
_SHIFT_HOURS: Final = (Decimal(8), Decimal(12))
"""So many hours of a working day may be the shift as well as overtime."""
_BEFORE_NUMBER: Final = re.compile(
    r"(?:还有|加班|加了|上了|做了|干了|大概|大约|差不多|是|有|也|[ :：])*"
)
_BEHIND_NUMBER: Final = re.compile(r"$|[ ,，。.;；、和]")


@dataclass(frozen=True)
class Worked:
    """Overtime on one kind of day, in one of the two units."""

    hours: Decimal | None = None
    days: Decimal | None = None


@dataclass(frozen=True)
class _Mention:
    """A kind of day where it is named, and the place at which the next one is."""

    kind: str
    start: int
    end: int
    until: int


def by_kind_of_day(
    text: str, entities: Sequence[Entity], kinds: Sequence[str], asked: str | None
) -> Mapping[str, Worked]:
    """Return what was worked on each of the kinds of day that a message names; else nothing.

    ``kinds`` are those that the texts of the question find in it.
    """
    mentions = list(_mentions(text))
    named = [each.kind for each in mentions]
    figures = [each for each in entities if _unit(each) is not None]
    if sorted(named) != sorted(kinds) or any(each.start < mentions[0].start for each in figures):
        return {}
    units = {_unit(each) for each in figures} or {_unit_asked(asked)}
    unit = units.pop() if len(units) == 1 else None
    worked = {}
    for mention in mentions:
        one = _worked(text, mention, entities, unit, asked)
        if one is None:
            return {}
        worked[mention.kind] = one
    return worked


def is_told_piecewise(text: str, entities: Sequence[Entity]) -> bool:
    """Tell whether one kind of day is named more than once with a figure each time, as in
    周六8小时 周日6小时: one of the figures would be left out."""
    behind = [
        {_unit(each) for each in entities if mention.end <= each.start < mention.until} - {None}
        for mention in _mentions(text)
    ]
    return sum(map(bool, behind)) > 1


def _mentions(text: str) -> Iterator[_Mention]:
    found: list[tuple[str, int, int]] = []
    for match in _MENTION.finditer(text):
        kind = match.lastgroup or ""
        if (
            found
            and found[-1][0] == kind
            and not text[found[-1][2] : match.start()].strip(" 、和的")
        ):
            found[-1] = (kind, found[-1][1], match.end())  # 国庆法定节假日
        else:
            found.append((kind, match.start(), match.end()))
    untils = [start for _, start, _ in found[1:]] + [len(text)]
    for (kind, start, end), until in zip(found, untils, strict=False):
        yield _Mention(kind, start, end, until)


def _worked(
    text: str,
    mention: _Mention,
    entities: Sequence[Entity],
    unit: str | None,
    asked: str | None,
) -> Worked | None:
    """Return what stands behind one mention; None where that is not certain."""
    own = [each for each in entities if mention.end <= each.start < mention.until]
    lengths = [each for each in own if _unit(each) is not None]
    money = [each.start for each in own if each.entity == "money"]
    said = text[mention.end : min([mention.until, *money])].removesuffix("一个月")
    if _OTHER_PERIODS.search(said):
        return None
    hours = [each for each in lengths if _unit(each) == "hours"]
    days = [_length(each, "days") for each in lengths if _unit(each) == "days"]
    is_workday = mention.kind == "workday"
    if not lengths:
        number = _number(text, mention, own)
        if number is None or unit is None or (unit == "days" and is_workday):
            return None
        return Worked(**{unit: number})
    if len(hours) > 1 or len(days) > 1:
        return None
    if not hours:
        return None if is_workday or _PER_DAY.search(said) else Worked(days=days[0])
    amount = _length(hours[0], "hours")
    if _PER_DAY.search(text[mention.end : hours[0].start]):
        if not days or (is_workday and amount >= _SHIFT_HOURS[0]):
            return None
        return Worked(hours=amount * days[0])
    if days or _PER_DAY.search(said):
        return None
    if is_workday and asked != "hours" and _may_be_shift(said, amount):
        return None
    return Worked(hours=amount)


def _may_be_shift(said: str, hours: Decimal) -> bool:
    if _SHIFT.search(said) and "加班" not in said:
        return True
    return _SHIFT_HOURS[0] <= hours <= _SHIFT_HOURS[1] and not _OVERTIME.search(said)


def _number(text: str, mention: _Mention, own: Sequence[Entity]) -> Decimal | None:
    """Return the bare number right behind a mention: 周末16."""
    numbers = [each for each in own if each.entity == "number"]
    if len(numbers) != 1:
        return None
    between = text[mention.end : numbers[0].start]
    if not _BEFORE_NUMBER.fullmatch(between) or not _BEHIND_NUMBER.match(text, numbers[0].end):
        return None
    return decimal_of(numbers[0].get("number"))


def _unit(entity: Entity) -> str | None:
    """Return whether a figure is a length in hours alone or in days alone."""
    if entity.entity != "duration" or _length(entity, "years") or _length(entity, "months"):
        return None
    units = [unit for unit in ("hours", "days") if _length(entity, unit)]
    return units[0] if len(units) == 1 else None


def _unit_asked(asked: str | None) -> str | None:
    return asked if asked in ("hours", "days") else None


def _length(entity: Entity, unit: str) -> Decimal:
    return decimal_of(entity.get(unit)) or Decimal(0)

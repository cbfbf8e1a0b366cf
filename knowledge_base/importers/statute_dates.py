"""Which day a statute holds from, as its name, head and text say."""

import re
from dataclasses import dataclass
from datetime import date

from knowledge_base.importers.dates import CHINESE_DATE, chinese_dates, parse_date
from knowledge_base.importers.refusal import UnreadableError
from knowledge_base.importers.statute_parser import Statute

_DATE = r"(\d{4}-\d{1,2}-\d{1,2}|\d{8})"
_IN_NAME = re.compile(rf"\s*(?:[（(]\s*{_DATE}\s*[）)]|[_ -]{_DATE})\s*$")
_COMMENCEMENT = r"起?\s?(?:施行|执行|实施|生效)"
_IN_TEXT = re.compile(rf"本[\u4e00-\u9fff]{{1,6}}自\s?({CHINESE_DATE}){_COMMENCEMENT}")
_IN_HEAD = re.compile(rf"({CHINESE_DATE})\s*{_COMMENCEMENT}")


@dataclass(frozen=True)
class StatuteDates:
    """``version`` names the wording (its last amendment), ``effective_from`` its first day."""

    version: date | None
    effective_from: date | None


def date_in_name(stem: str) -> tuple[str, date | None]:
    """Take the date off a file name like ``劳动合同法(2012-12-28)`` or ``劳动合同法_20121228``.

    Raises:
        UnreadableError: the calendar has no such day.
    """
    match = _IN_NAME.search(stem)
    if match is None:
        return stem, None
    written = match.group(1) or match.group(2)
    try:
        return stem[: match.start()].strip(), parse_date(written)
    except ValueError as error:
        raise UnreadableError(f"the calendar has no {written}, the date in its name") from error


def statute_dates(statute: Statute, named: date | None) -> StatuteDates:
    """Decide on the dates of a statute; ``named`` is the one in the file's name.

    The version is the date in the name, otherwise the last one in the head that is not a
    day of commencement. The first day is the one the last articles state (本法自……起施行),
    otherwise the one in the head, otherwise the version's date: 自公布之日起施行.

    Raises:
        UnreadableError: head and text state different first days, or the name's date lies
            before everything that the head tells.
    """
    commencement = {
        day
        for line in statute.head
        if (match := _IN_HEAD.search(line))
        for day in chinese_dates(match.group(1))
    }
    history = [
        day for line in statute.head for day in chinese_dates(line) if day not in commencement
    ]
    if named is not None and history and named < min(history):
        raise UnreadableError(
            f"the dates contradict each other: {named} in the name, "
            f"but the text was first adopted on {min(history)}"
        )
    stated = _stated(statute)
    if stated is not None and commencement and stated not in commencement:
        raise UnreadableError(
            f"the dates contradict each other: in force from {max(commencement)} in the head, "
            f"from {stated} in the text"
        )
    version = named or max(history, default=None)
    return StatuteDates(version, stated or max(commencement, default=version))


def _stated(statute: Statute) -> date | None:
    days = [
        day
        for article in statute.articles
        for match in _IN_TEXT.finditer(article.text)
        for day in chinese_dates(match.group(1))
    ]
    return days[-1] if days else None

"""Made-up members, and rosters that hold them."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook

from api.members.identity import check_digit
from api.members.roster import Roster, read_roster

TODAY = date(2026, 11, 24)
HEADINGS = ["姓名", "身份证号", "手机号", "所属工会", "入会时间", "互助年度"]


def id_number(serial: int) -> str:
    """A valid ID number of nobody: the region does not exist."""
    born = date(1970, 1, 1) + timedelta(days=serial % 9_000)
    first_17 = f"339999{born:%Y%m%d}{serial // 9_000:03}"
    return first_17 + check_digit(first_17)


def person(serial: int, **changes: object) -> list[object]:
    """A line of the roster, changed by column."""
    line: dict[str, object] = {
        "name": f"张{chr(0x4E00 + serial % 5_000)}",
        "id_number": id_number(serial),
        "phone": f"138{serial:08}",
        "union": f"余杭第{serial % 7}纺织厂工会",
        "joined": "2020-03-01",
        "mutual_aid": "2025、2026",
    }
    return list((line | changes).values())


def write_xlsx(
    path: Path, lines: Iterable[Sequence[object]], headings: Sequence[str] = HEADINGS
) -> Path:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("名册")
    sheet.append(list(headings))
    for line in lines:
        sheet.append(list(line))
    workbook.save(path)
    return path


def write_csv(
    path: Path,
    lines: Iterable[Sequence[object]],
    headings: Sequence[str] = HEADINGS,
    encoding: str = "utf-8",
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([headings, *lines])
    return path


def roster_of(path: Path, lines: Iterable[Sequence[object]]) -> Roster:
    return read_roster(write_csv(path / "roster.csv", lines), today=TODAY)

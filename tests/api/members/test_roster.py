import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from api.members import sheets
from api.members.roster import MAX_ROWS, read_roster
from api.members.sheets import RosterError
from api.members.texts import Column, Fault, Refusal
from tests.api.members.people import (
    HEADINGS,
    TODAY,
    id_number,
    person,
    roster_of,
    write_csv,
    write_xlsx,
)


def refusal_of(path: Path, max_rows: int = MAX_ROWS) -> Refusal:
    with pytest.raises(RosterError) as caught:
        read_roster(path, today=TODAY, max_rows=max_rows)
    return caught.value.refusal


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_csv_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = write_csv(tmp_path / "r.csv", [person(1), person(2)], encoding=encoding)
    roster = read_roster(path, today=TODAY)
    assert [row.line for row in roster.rows] == [2, 3]
    row = roster.rows[0]
    assert row.id_number == id_number(1)
    assert row.union_name == "余杭第1纺织厂工会"
    assert row.joined_on == date(2020, 3, 1)
    assert row.mutual_aid_years == (2025, 2026)
    assert roster.problems == []


def test_xlsx_gives_the_same_as_csv(tmp_path: Path) -> None:
    lines = [person(number) for number in range(3)]
    from_xlsx = read_roster(write_xlsx(tmp_path / "r.xlsx", lines), today=TODAY)
    assert from_xlsx.rows == roster_of(tmp_path, lines).rows


def test_headings_have_synonyms_marks_and_any_order_below_a_title(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["余杭区工会会员名册"])
    sheet.append([])
    headings = "序号 基层工会 *会员姓名 身份证号码（必填） 联系电话： 备注 入会日期 参保年度"
    sheet.append(headings.split())
    sheet.append([1, "纺织厂工会", "张三", id_number(1), 13800138000, "", date(2020, 3, 1), 2026])
    workbook.create_sheet("说明").append(["请不要改表头"])
    workbook.save(tmp_path / "r.xlsx")
    (row,) = read_roster(tmp_path / "r.xlsx", today=TODAY).rows
    assert (row.line, row.name, row.phone) == (4, "张三", "13800138000")
    assert (row.joined_on, row.mutual_aid_years) == (date(2020, 3, 1), (2026,))


def test_every_bad_line_is_reported_without_what_stands_in_it(tmp_path: Path) -> None:
    wrong_id = id_number(9)[:-1] + ("0" if id_number(9)[-1] != "0" else "1")
    roster = roster_of(
        tmp_path,
        [
            person(1),
            person(2, id_number=wrong_id),
            person(3, phone="12345", joined="很久以前"),
            person(1, name="李四"),
            ["", "", "", "", "", ""],
            person(5, name="=HYPERLINK(1)"),
            ["合计", "3 人"],
        ],
    )
    assert [(p.line, p.column, p.fault) for p in roster.problems] == [
        (3, Column.ID_NUMBER, Fault.ID_CHECKSUM),
        (4, Column.PHONE, Fault.PHONE),
        (4, Column.JOINED, Fault.DATE),
        (5, Column.ID_NUMBER, Fault.DUPLICATE),
        (7, Column.NAME, Fault.FORMULA),
        (8, Column.ID_NUMBER, Fault.ID_SHAPE),
        (8, Column.UNION, Fault.MISSING),
    ]
    assert roster.problems[3].reason == "与第 2 行重复，只取了先出现的那一行"
    assert [row.line for row in roster.rows] == [2]
    assert roster.held == {id_number(3), id_number(5)}
    shown = repr(roster) + repr(roster.rows) + "".join(p.reason for p in roster.problems)
    for hidden in (wrong_id, id_number(1), id_number(3), "12345", "李四"):
        assert hidden not in shown


def test_formulas_and_their_cached_results_are_not_taken(tmp_path: Path) -> None:
    lines = [person(1), person(2, phone="=13800138000"), person(3, name='=CONCAT("张","三")')]
    roster = read_roster(write_xlsx(tmp_path / "r.xlsx", lines), today=TODAY)
    assert [(p.line, p.fault) for p in roster.problems] == [(3, Fault.FORMULA), (4, Fault.FORMULA)]


def test_a_wrong_size_in_the_sheet_cuts_nothing_off(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "r.xlsx", [person(1), person(2)])
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(tmp_path / "c.xlsx", "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = content.replace(b"<sheetData>", b'<dimension ref="A1"/><sheetData>')
            target.writestr(name, content)
    assert len(read_roster(tmp_path / "c.xlsx", today=TODAY).rows) == 2


@pytest.mark.parametrize(
    ("headings", "refusal"),
    [
        (HEADINGS[2:], Refusal.NO_HEADINGS),
        (HEADINGS[:-1], Refusal.MISSING_COLUMNS),
        ([*HEADINGS, "联系电话"], Refusal.REPEATED_COLUMN),
    ],
)
def test_headings_that_cannot_be_relied_on(
    tmp_path: Path, headings: list[str], refusal: Refusal
) -> None:
    assert refusal_of(write_csv(tmp_path / "r.csv", [person(1)], headings)) is refusal


def test_the_missing_column_is_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", [person(1)], HEADINGS[:2])
    with pytest.raises(RosterError, match="手机号、所属工会、入会时间、互助年度"):
        read_roster(path, today=TODAY)


def test_two_sheets_with_rosters_are_refused(tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title in ("一", "二"):
        sheet = workbook.create_sheet(title)
        sheet.append(HEADINGS)
        sheet.append(person(1))
    workbook.save(tmp_path / "r.xlsx")
    assert refusal_of(tmp_path / "r.xlsx") is Refusal.SEVERAL_SHEETS
    workbook["二"].sheet_state = "hidden"
    workbook.save(tmp_path / "r.xlsx")
    assert len(read_roster(tmp_path / "r.xlsx", today=TODAY).rows) == 1


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", Refusal.NO_HEADINGS),
        (",".join(HEADINGS).encode(), Refusal.NO_ROWS),
        (b"\xff\xff\xff", Refusal.ENCODING),
        (b"PK\x03\x04 and then nothing", Refusal.UNREADABLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", Refusal.OLD_FORMAT),
        (b'"' + b"x" * 200_000, Refusal.UNREADABLE),
    ],
)
def test_files_that_are_no_roster(tmp_path: Path, content: bytes, refusal: Refusal) -> None:
    path = tmp_path / "r"
    path.write_bytes(content)
    assert refusal_of(path) is refusal


def test_damage_inside_a_workbook_is_refused(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "r.xlsx", [person(1), person(2)])
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(tmp_path / "d.xlsx", "w") as target:
        for name in source.namelist():
            content = source.read(name)
            is_sheet = name.startswith("xl/worksheets/sheet")
            target.writestr(name, content[: len(content) // 2] if is_sheet else content)
    assert refusal_of(tmp_path / "d.xlsx") is Refusal.UNREADABLE


def test_a_text_that_the_workbook_does_not_hold_is_damage(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "r.xlsx", [person(1)])
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(tmp_path / "d.xlsx", "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                cell = b'<row r="1"><c r="A1" t="s"><v>999</v></c></row>'
                content = content.replace(b"<sheetData>", b"<sheetData>" + cell)
            target.writestr(name, content)
    assert refusal_of(tmp_path / "d.xlsx") is Refusal.UNREADABLE


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_MAX_UNPACKED_BYTES", 10_000)
    path = tmp_path / "r.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 1_000_000)
    assert path.stat().st_size < 10_000
    assert refusal_of(path) is Refusal.TOO_LARGE


def test_large_files_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "r.csv").open("wb") as file:
        file.truncate(sheets.MAX_FILE_BYTES + 1)
    assert refusal_of(tmp_path / "r.csv") is Refusal.TOO_LARGE
    path = write_csv(tmp_path / "s.csv", [person(number) for number in range(4)])
    assert refusal_of(path, max_rows=3) is Refusal.TOO_MANY_ROWS
    assert len(read_roster(path, today=TODAY, max_rows=4).rows) == 4


def test_progress_counts_lines(tmp_path: Path) -> None:
    seen: list[int] = []
    path = write_csv(tmp_path / "r.csv", [person(number) for number in range(7)])
    read_roster(path, today=TODAY, progress=seen.append)
    assert sum(seen) == 7

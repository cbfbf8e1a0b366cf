from datetime import date, datetime

import pytest

from api.members import cells
from api.members.cells import CellError
from api.members.texts import Fault
from tests.api.members.people import TODAY, id_number


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, None),
        ("", None),
        ("2020-03-01", date(2020, 3, 1)),
        ("2020/3/1", date(2020, 3, 1)),
        ("2020.3.1", date(2020, 3, 1)),
        ("2020年3月1日", date(2020, 3, 1)),
        ("2020年3月", date(2020, 3, 1)),
        ("2020-03", date(2020, 3, 1)),
        (20200301, date(2020, 3, 1)),
        (datetime(2020, 3, 1), date(2020, 3, 1)),  # noqa: DTZ001 - as a sheet holds it
        ("2020-03-01 00:00:00", date(2020, 3, 1)),
    ],
)
def test_dates(cell: object, expected: date | None) -> None:
    assert cells.joined_on(cell, today=TODAY) == expected


@pytest.mark.parametrize(
    "cell", ["去年", "2020", "2020-13-01", "2020-02-30", "1900-01-01", "2027-01-01"]
)
def test_dates_that_cannot_be(cell: object) -> None:
    with pytest.raises(CellError) as caught:
        cells.joined_on(cell, today=TODAY)
    assert caught.value.fault is Fault.DATE


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, ()),
        (2026, (2026,)),
        (2026.0, (2026,)),
        ("2026、2025", (2025, 2026)),
        ("2025年度，2026年度", (2025, 2026)),
        ("2024-2026年", (2024, 2025, 2026)),
        ("2025；2025", (2025,)),
        ("2025 2027", (2025, 2027)),
    ],
)
def test_years(cell: object, expected: tuple[int, ...]) -> None:
    assert cells.mutual_aid_years(cell, today=TODAY) == expected


@pytest.mark.parametrize("cell", ["是", "25", "2026-2024", "1026", "2029", "0001-9999"])
def test_years_that_cannot_be(cell: object) -> None:
    with pytest.raises(CellError) as caught:
        cells.mutual_aid_years(cell, today=TODAY)
    assert caught.value.fault is Fault.YEARS


@pytest.mark.parametrize("cell", [330199199001011234, 3.30199199001011e17, "3.30199E+17"])
def test_an_id_number_that_lost_its_end_is_named_as_such(cell: object) -> None:
    with pytest.raises(CellError) as caught:
        cells.id_number(cell, today=TODAY)
    assert caught.value.fault is Fault.ID_AS_NUMBER


def test_marks_that_keep_text_from_being_a_number_are_dropped() -> None:
    number = id_number(1)
    assert cells.id_number(f"'{number}\t", today=TODAY) == number


def test_a_phone_may_be_a_number_or_missing() -> None:
    assert cells.phone(13800138000) == "13800138000"
    assert cells.phone(13800138000.0) == "13800138000"
    assert cells.phone(None) is None


@pytest.mark.parametrize("cell", ["0571-86211234", "1380013800", float("inf"), True])
def test_phones_that_cannot_be(cell: object) -> None:
    with pytest.raises(CellError) as caught:
        cells.phone(cell)
    assert caught.value.fault is Fault.PHONE


@pytest.mark.parametrize("cell", ["=A1", '="13800138000"', " ＝1+1", object()])
def test_formulas_are_not_trusted(cell: object) -> None:
    with pytest.raises(CellError) as caught:
        cells.text_of(cell)
    assert caught.value.fault is Fault.FORMULA


def test_names_are_checked() -> None:
    assert cells.name("阿依古丽•买买提") == "阿依古丽·买买提"
    for cell, fault in (
        (None, Fault.MISSING),
        (" ", Fault.MISSING),
        ("张" * 65, Fault.TOO_LONG),
        ("张\x07三", Fault.UNPRINTABLE),
        ("=张三", Fault.FORMULA),
    ):
        with pytest.raises(CellError) as caught:
            cells.name(cell)
        assert caught.value.fault is fault

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.members import identity
from api.members.texts import Fault
from tests.api.members.people import TODAY, id_number

# The example of GB 11643-1999.
STANDARD_EXAMPLE = "11010519491231002X"


def test_the_example_of_the_standard_is_valid() -> None:
    assert identity.id_number_fault(STANDARD_EXAMPLE, today=TODAY) is None


@given(st.integers(0, 8_999_999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(serial: int, place: int, by: int) -> None:
    number = id_number(serial)
    wrong = str((int(number[place]) + by) % 10)
    assert identity.id_number_fault(number[:place] + wrong + number[place + 1 :], today=TODAY)


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("110105491231002", Fault.ID_SHAPE),
        ("01010519491231002X", Fault.ID_SHAPE),
        ("１１０１０５１９４９１２３１００２X", Fault.ID_SHAPE),  # not canonical
        ("11010519490231002X", Fault.ID_BIRTHDAY),
        ("110105189912310020", Fault.ID_BIRTHDAY),
        ("110105202712310020", Fault.ID_BIRTHDAY),
        ("110105194912310021", Fault.ID_CHECKSUM),
    ],
)
def test_faults_of_id_numbers(number: str, fault: Fault) -> None:
    assert identity.id_number_fault(number, today=TODAY) is fault


def test_a_birthday_is_judged_by_the_day_of_the_import() -> None:
    assert identity.id_number_fault(STANDARD_EXAMPLE, today=date(1949, 12, 30)) is Fault.ID_BIRTHDAY


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        (" 张 三 ", "张三"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽．买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("张\u3000三\u200b", "张三"),
    ],
)
def test_names_have_one_spelling(typed: str, canonical: str) -> None:
    assert identity.canonical_name(typed) == canonical


@pytest.mark.parametrize(
    "typed", ["+86 138 0013 8000", "86-138-0013-8000", "１３８００１３８０００", "008613800138000"]
)
def test_phones_have_one_spelling(typed: str) -> None:
    assert identity.canonical_phone(typed) == "13800138000"


def test_an_id_number_has_one_spelling() -> None:
    assert identity.canonical_id_number(" 110105 19491231 002ｘ") == STANDARD_EXAMPLE

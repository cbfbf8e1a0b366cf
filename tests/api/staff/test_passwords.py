import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from api.staff.passwords import MAX_LENGTH, MIN_LENGTH, Passwords, UnsuitablePasswordError

pytestmark = pytest.mark.anyio

_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.mark.parametrize("password", ["", "x" * (MIN_LENGTH - 1), "x" * (MAX_LENGTH + 1)])
async def test_too_short_and_too_long_are_refused(passwords: Passwords, password: str) -> None:
    with pytest.raises(UnsuitablePasswordError):
        await passwords.hash(password)


@pytest.mark.parametrize("password", ["x" * MIN_LENGTH, "工会小助手工会小助手", "x" * MAX_LENGTH])
async def test_only_the_right_password_is_valid(passwords: Passwords, password: str) -> None:
    stored = await passwords.hash(password)
    assert password not in stored
    assert await passwords.is_valid(password, stored)
    assert not await passwords.is_valid(password + "x", stored)


async def test_full_width_letters_are_the_same_password(passwords: Passwords) -> None:
    assert await passwords.is_valid("ＰＡＳＳ１２３４５６", await passwords.hash("PASS123456"))


@pytest.mark.parametrize("stored", [None, "", "not a hash"])
async def test_without_a_hash_no_password_is_valid(
    passwords: Passwords, stored: str | None
) -> None:
    assert not await passwords.is_valid("", stored)


async def test_a_hash_at_older_parameters_is_renewed() -> None:
    old, new = Passwords(_CHEAP), Passwords(PasswordHasher(2, 16, 1))
    stored = await old.hash("correct horse")
    assert await old.renewed("correct horse", stored) is None
    renewed = await new.renewed("correct horse", stored)
    assert renewed is not None
    assert await new.renewed("correct horse", renewed) is None
    assert await new.is_valid("correct horse", renewed)


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=MIN_LENGTH, max_size=20))
async def test_any_text_of_fitting_length_is_a_password(password: str) -> None:
    passwords = Passwords(_CHEAP)
    try:
        stored = await passwords.hash(password)
    except UnsuitablePasswordError:  # normalising may compose characters into fewer
        return
    assert await passwords.is_valid(password, stored)

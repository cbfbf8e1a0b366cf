import asyncio
from datetime import timedelta
from typing import Literal

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.staff.accounts import Accounts
from api.staff.passwords import Passwords
from api.staff.sessions import LIFETIME, Sessions
from api.staff.throttle import MAX_FAILURES, PAUSE
from api.storage.database import Database
from api.storage.models import AuditEntry, Role, Staff, StaffSession
from tests.api.outbox.clock import Clock
from tests.api.staff.conftest import CountingHasher
from tests.api.staff.office import PASSWORD, SECRET_KEY, on_both_engines

WRONG = "wrong"

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def chen(accounts: Accounts) -> Staff:
    return await accounts.create("chen", "陈姐", Role.AGENT, PASSWORD)


async def refusal_of(sessions: Sessions, username: str, password: str = WRONG) -> ErrorCode:
    with pytest.raises(ApiError) as caught:
        await sessions.login(username, password)
    return caught.value.code


@on_both_engines
async def test_the_token_is_known_again_and_not_stored(
    sessions: Sessions, database: Database, chen: Staff
) -> None:
    login = await sessions.login("Chen", PASSWORD)
    assert (await sessions.authenticate(login.token)).id == chen.id
    async with database.read() as session:
        stored = (await session.scalars(select(StaffSession))).one()
    assert login.token not in (stored.token_hash, stored.id)


async def test_two_logins_are_two_tokens(sessions: Sessions) -> None:
    one, two = await sessions.login("chen", PASSWORD), await sessions.login("chen", PASSWORD)
    assert one.token != two.token
    await sessions.logout(one.token)
    assert (await sessions.authenticate(two.token)).username == "chen"


@pytest.mark.parametrize("token", ["", "x", "\x00", "令牌"])
async def test_a_foreign_token_is_nobody(sessions: Sessions, token: str) -> None:
    with pytest.raises(ApiError, match=ErrorCode.UNAUTHORIZED):
        await sessions.authenticate(token)


async def test_another_key_makes_old_tokens_worthless(
    sessions: Sessions, database: Database, passwords: Passwords, clock: Clock
) -> None:
    token = (await sessions.login("chen", PASSWORD)).token
    other = Sessions(database, passwords, secret_key="another", clock=clock)
    with pytest.raises(ApiError, match=ErrorCode.UNAUTHORIZED):
        await other.authenticate(token)


@on_both_engines
async def test_a_login_ends_12_hours_after_its_last_use(sessions: Sessions, clock: Clock) -> None:
    token = (await sessions.login("chen", PASSWORD)).token
    for _ in range(3):
        clock.advance(LIFETIME - timedelta(seconds=1))
        await sessions.authenticate(token)
    clock.advance(LIFETIME)
    with pytest.raises(ApiError, match=ErrorCode.UNAUTHORIZED):
        await sessions.authenticate(token)


async def test_logout_ends_the_login_at_once(sessions: Sessions) -> None:
    token = (await sessions.login("chen", PASSWORD)).token
    await sessions.logout(token)
    await sessions.logout(token)
    with pytest.raises(ApiError, match=ErrorCode.UNAUTHORIZED):
        await sessions.authenticate(token)


async def test_unknown_wrong_and_disabled_are_refused_alike(
    sessions: Sessions, accounts: Accounts, hasher: CountingHasher
) -> None:
    await accounts.create("gone", "离职", Role.AGENT, PASSWORD)
    await accounts.disable("gone")
    for username, password in (("nobody", PASSWORD), ("chen", WRONG), ("gone", PASSWORD)):
        before = hasher.verified
        assert await refusal_of(sessions, username, password) is ErrorCode.STAFF_LOGIN_FAILED
        # One hash each: that is where the time of a login goes.
        assert hasher.verified == before + 1


@pytest.mark.parametrize("username", ["chen", "nobody"])
async def test_five_failures_pause_the_account(
    sessions: Sessions, clock: Clock, username: str
) -> None:
    for _ in range(MAX_FAILURES):
        assert await refusal_of(sessions, username) is ErrorCode.STAFF_LOGIN_FAILED
    for spelling in (username, username.upper(), f" {username}"):
        assert await refusal_of(sessions, spelling, PASSWORD) is ErrorCode.TOO_MANY_REQUESTS
    clock.advance(PAUSE)
    assert await refusal_of(sessions, username) is ErrorCode.STAFF_LOGIN_FAILED


@on_both_engines
async def test_guesses_at_once_do_not_outrun_the_count(
    sessions: Sessions, hasher: CountingHasher
) -> None:
    codes = await asyncio.gather(*(refusal_of(sessions, "chen") for _ in range(40)))
    assert codes.count(ErrorCode.STAFF_LOGIN_FAILED) == MAX_FAILURES == hasher.verified
    assert codes.count(ErrorCode.TOO_MANY_REQUESTS) == 40 - MAX_FAILURES


async def test_success_forgets_failures(sessions: Sessions) -> None:
    for _ in range(3):
        for _ in range(MAX_FAILURES - 1):
            await refusal_of(sessions, "chen")
        await sessions.login("chen", PASSWORD)


@on_both_engines
async def test_login_renews_an_old_hash(
    database: Database, sessions: Sessions, clock: Clock, chen: Staff
) -> None:
    stronger = Sessions(
        database, Passwords(PasswordHasher(2, 16, 1)), secret_key=SECRET_KEY, clock=clock
    )
    await stronger.login("chen", PASSWORD)
    async with database.read() as session:
        stored = await session.get_one(Staff, chen.id)
    assert "t=2" in stored.password_hash
    await stronger.login("chen", PASSWORD)
    await sessions.login("chen", PASSWORD)


@on_both_engines
async def test_a_password_changed_meanwhile_is_no_way_in(
    database: Database, accounts: Accounts, clock: Clock
) -> None:
    """The change commits while the old password is still being checked."""
    loop = asyncio.get_running_loop()

    class ChangesPassword(CountingHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            is_right = super().verify(hash, password)
            change = accounts.set_password("chen", "another long one")
            asyncio.run_coroutine_threadsafe(change, loop).result(timeout=5)
            return is_right

    sessions = Sessions(database, Passwords(ChangesPassword()), secret_key=SECRET_KEY, clock=clock)
    assert await refusal_of(sessions, "chen", PASSWORD) is ErrorCode.STAFF_LOGIN_FAILED


@on_both_engines
async def test_login_and_logout_are_in_the_audit(
    sessions: Sessions, database: Database, chen: Staff
) -> None:
    await sessions.logout((await sessions.login("chen", PASSWORD)).token)
    async with database.read() as session:
        actions = (
            await session.scalars(
                select(AuditEntry.action)
                .where(AuditEntry.actor_id == chen.id)
                .order_by(AuditEntry.created_at)
            )
        ).all()
    assert actions == ["staff.login", "staff.logout"]

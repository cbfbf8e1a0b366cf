from collections.abc import Sequence

import pytest
from sqlalchemy import select

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.staff import accounts as module
from api.staff.accounts import Accounts, NoSuchAccountError, UnsuitableNameError, UsernameTakenError
from api.staff.passwords import UnsuitablePasswordError
from api.staff.sessions import Sessions
from api.storage.database import Database
from api.storage.models import ActorKind, AuditEntry, Role, Staff
from tests.api.outbox.clock import Clock
from tests.api.staff.office import PASSWORD, on_both_engines

pytestmark = pytest.mark.anyio


async def audit_of(database: Database, staff: Staff) -> Sequence[AuditEntry]:
    async with database.read() as session:
        return (
            await session.scalars(
                select(AuditEntry)
                .where(AuditEntry.subject_id == staff.id)
                .order_by(AuditEntry.created_at)
            )
        ).all()


async def find(database: Database, username: str) -> Staff | None:
    async with database.read() as session:
        return await module.find(session, username)


async def test_a_new_account_is_found_under_any_spelling(
    accounts: Accounts, database: Database
) -> None:
    created = await accounts.create(" Chen.Jie ", "陈姐", Role.LEGAL, PASSWORD)
    for spelling in ("chen.jie", "CHEN.JIE", "ｃｈｅｎ.jie"):
        found = await find(database, spelling)
        assert found is not None
        assert found.id == created.id
    assert (created.username, created.name, created.role) == ("chen.jie", "陈姐", Role.LEGAL)
    assert PASSWORD not in created.password_hash
    assert await find(database, "chen") is None


@on_both_engines
async def test_a_username_is_given_once(accounts: Accounts) -> None:
    await accounts.create("chen", "陈姐", Role.AGENT, PASSWORD)
    with pytest.raises(UsernameTakenError):
        await accounts.create("CHEN", "陈哥", Role.AGENT, PASSWORD)


@pytest.mark.parametrize("username", ["", "x", "a b", "a\x00b", "x" * 65])
async def test_unsuitable_usernames_are_refused(accounts: Accounts, username: str) -> None:
    with pytest.raises(UnsuitableNameError):
        await accounts.create(username, "陈姐", Role.AGENT, PASSWORD)


@pytest.mark.parametrize("name", ["", "  ", "陈\n姐", "陈" * 65])
async def test_unsuitable_names_are_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(UnsuitableNameError):
        await accounts.create("chen", name, Role.AGENT, PASSWORD)


async def test_a_weak_password_leaves_everything_as_it_was(
    accounts: Accounts, sessions: Sessions, database: Database
) -> None:
    with pytest.raises(UnsuitablePasswordError):
        await accounts.create("chen", "陈姐", Role.AGENT, "short")
    assert await find(database, "chen") is None
    await accounts.create("chen", "陈姐", Role.AGENT, PASSWORD)
    with pytest.raises(UnsuitablePasswordError):
        await accounts.set_password("chen", "short")
    await sessions.login("chen", PASSWORD)


@on_both_engines
async def test_a_new_password_ends_every_login(accounts: Accounts, sessions: Sessions) -> None:
    await accounts.create("chen", "陈姐", Role.AGENT, PASSWORD)
    before = await sessions.login("chen", PASSWORD)
    await accounts.set_password("chen", "another long one")
    for attempt in (sessions.authenticate(before.token), sessions.login("chen", PASSWORD)):
        with pytest.raises(ApiError):
            await attempt
    after = await sessions.login("chen", "another long one")
    assert (await sessions.authenticate(after.token)).username == "chen"


async def test_a_disabled_account_lets_nobody_in(
    accounts: Accounts, sessions: Sessions, database: Database, clock: Clock
) -> None:
    await accounts.create("chen", "陈姐", Role.AGENT, PASSWORD)
    token = (await sessions.login("chen", PASSWORD)).token
    await accounts.disable("chen")
    with pytest.raises(ApiError, match=ErrorCode.UNAUTHORIZED):
        await sessions.authenticate(token)
    with pytest.raises(ApiError, match=ErrorCode.STAFF_LOGIN_FAILED):
        await sessions.login("chen", PASSWORD)
    found = await find(database, "chen")
    assert found is not None
    assert found.disabled_at == clock()


async def test_changing_an_account_that_is_not_there(accounts: Accounts) -> None:
    with pytest.raises(NoSuchAccountError):
        await accounts.disable("nobody")
    with pytest.raises(NoSuchAccountError):
        await accounts.set_password("nobody", PASSWORD)


@on_both_engines
async def test_every_change_is_in_the_audit(accounts: Accounts, database: Database) -> None:
    boss = await accounts.create("boss", "主任", Role.ADMINISTRATOR, PASSWORD)
    chen = await accounts.create("chen", "陈姐", Role.AGENT, PASSWORD, by=boss)
    await accounts.set_password("chen", "another long one", by=boss)
    await accounts.disable("chen", by=boss)
    await accounts.disable("chen", by=boss)
    (entry,) = await audit_of(database, boss)
    assert (entry.action, entry.actor_kind, entry.actor_id) == (
        "staff.create",
        ActorKind.SYSTEM,
        None,
    )
    entries = await audit_of(database, chen)
    assert [entry.action for entry in entries] == [
        "staff.create",
        "staff.set_password",
        "staff.disable",
    ]
    assert {(entry.actor_kind, entry.actor_id) for entry in entries} == {(ActorKind.STAFF, boss.id)}
    assert entries[0].details == {"role": "agent"}

"""Accounts of others, over HTTP."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from api.storage.database import Database
from api.storage.models import AuditEntry, Role
from tests.api.outbox.clock import Clock
from tests.api.staff.authenticator import enrol
from tests.api.staff.office import PASSWORD, Colleague, Office, on_both_engines

pytestmark = pytest.mark.anyio
NEW = {"username": "wang", "name": "王律师", "role": "legal", "password": PASSWORD}


@pytest.fixture
async def boss(office: Office) -> Colleague:
    return await office.hire("boss", Role.ADMINISTRATOR)


@pytest.fixture
async def chen(office: Office) -> Colleague:
    return await office.hire("chen")


async def refusal(colleague: Colleague, method: str, path: str, body: Any = None) -> str:
    response = await colleague.request(method, path, body)
    code: str = response.json()["error"]["code"]
    return code


async def does(colleague: Colleague, method: str, path: str, body: Any = None) -> None:
    response = await colleague.request(method, path, body)
    assert response.status_code == 204, response.text


async def is_in(colleague: Colleague) -> bool:
    return (await colleague.request("GET", "/me")).status_code == 200


async def test_a_new_account(office: Office, boss: Colleague) -> None:
    response = await boss.request("POST", "/accounts", NEW)
    assert response.status_code == 201
    created = response.json()
    assert (created["username"], created["role"], created["last_used_at"]) == (
        "wang",
        "legal",
        None,
    )
    assert "password" not in response.text
    assert (await office.login("wang")).status_code == 200
    usernames = [account["username"] for account in await boss.get("/accounts")]
    assert usernames == ["boss", "wang"]
    assert await refusal(boss, "POST", "/accounts", NEW) == "username_taken"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"username": "a b"}, "invalid_request"),
        ({"name": " "}, "invalid_request"),
        ({"role": "king"}, "invalid_request"),
        ({"password": "short"}, "password_unsuitable"),
        ({"disabled": True}, "invalid_request"),
    ],
)
async def test_an_unsuitable_account_is_refused(
    boss: Colleague, change: dict[str, Any], code: str
) -> None:
    response = await boss.request("POST", "/accounts", NEW | change)
    assert response.json()["error"]["code"] == code
    assert PASSWORD not in response.text


@on_both_engines
async def test_fewer_rights_end_the_logins_and_more_do_not(
    boss: Colleague, chen: Colleague
) -> None:
    await does(boss, "PUT", "/accounts/chen/role", {"role": "legal"})
    assert await is_in(chen)
    assert "unmask" in (await chen.get("/me"))["permissions"]
    await does(boss, "PUT", "/accounts/chen/role", {"role": "editor"})
    assert not await is_in(chen)


async def test_disable_and_enable(office: Office, boss: Colleague, chen: Colleague) -> None:
    await does(chen, "PUT", "/me/presence", {"presence": "online"})
    await does(boss, "POST", "/accounts/chen/disable")
    assert not await is_in(chen)
    assert (await office.login("chen")).status_code == 401
    (account,) = [a for a in await boss.get("/accounts") if a["username"] == "chen"]
    assert account["disabled_at"] is not None
    assert account["presence"] == "away"
    for _ in range(2):
        await does(boss, "POST", "/accounts/chen/enable")
    assert not await is_in(chen)
    assert (await office.login("chen")).status_code == 200


async def test_a_forgotten_password(office: Office, boss: Colleague, chen: Colleague) -> None:
    body = {"password": "another long one"}
    await does(boss, "PUT", "/accounts/chen/password", body)
    assert not await is_in(chen)
    assert (await office.login("chen", "another long one")).status_code == 200
    weak = await refusal(boss, "PUT", "/accounts/chen/password", {"password": "x"})
    assert weak == "password_unsuitable"


@on_both_engines
async def test_a_lost_phone(office: Office, boss: Colleague, chen: Colleague, clock: Clock) -> None:
    await enrol(chen, clock)
    await does(boss, "DELETE", "/accounts/chen/second-factor")
    assert not await is_in(chen)
    assert (await office.login("chen")).status_code == 200
    (account,) = [a for a in await boss.get("/accounts") if a["username"] == "chen"]
    assert account["second_factor"] is False


async def test_ones_own_password_and_code_are_changed_elsewhere(boss: Colleague) -> None:
    """There the old ones are asked for."""
    body = {"password": "another long one"}
    assert await refusal(boss, "PUT", "/accounts/Boss/password", body) == "own_account"
    assert await refusal(boss, "DELETE", "/accounts/boss/second-factor") == "own_account"


async def test_capacity(boss: Colleague, chen: Colleague) -> None:
    for capacity in (3, None):
        await does(boss, "PUT", "/accounts/chen/capacity", {"capacity": capacity})
        (account,) = [a for a in await boss.get("/accounts") if a["username"] == "chen"]
        assert account["capacity"] == capacity
    for wrong in (-1, 101, "many"):
        body = {"capacity": wrong}
        assert await refusal(boss, "PUT", "/accounts/chen/capacity", body) == "invalid_request"


async def test_the_logins_of_somebody(office: Office, boss: Colleague, chen: Colleague) -> None:
    await office.login("chen")
    assert len(await boss.get("/accounts/chen/logins")) == 2
    await does(boss, "DELETE", "/accounts/chen/logins")
    assert not await is_in(chen)
    assert await boss.get("/accounts/chen/logins") == []
    assert await is_in(boss)


@pytest.mark.parametrize(
    ("method", "act", "body"),
    [
        ("PUT", "role", {"role": "agent"}),
        ("PUT", "capacity", {"capacity": 1}),
        ("PUT", "password", {"password": PASSWORD}),
        ("DELETE", "second-factor", None),
        ("POST", "disable", None),
        ("POST", "enable", None),
        ("GET", "logins", None),
        ("DELETE", "logins", None),
    ],
)
async def test_an_account_that_is_not_there(
    boss: Colleague, method: str, act: str, body: Any
) -> None:
    assert await refusal(boss, method, f"/accounts/nobody/{act}", body) == "account_not_found"


async def test_the_last_administrator_stays(boss: Colleague) -> None:
    role = ("PUT", "/accounts/boss/role")
    assert await refusal(boss, *role, {"role": "agent"}) == "last_administrator"
    assert await refusal(boss, "POST", "/accounts/boss/disable") == "last_administrator"
    await does(boss, *role, {"role": "administrator"})
    assert await is_in(boss)


async def test_one_of_two_administrators_may_go(office: Office, boss: Colleague) -> None:
    await office.hire("gone", Role.ADMINISTRATOR)
    second = await office.hire("second", Role.ADMINISTRATOR)
    await does(boss, "POST", "/accounts/gone/disable")
    await does(second, "PUT", "/accounts/boss/role", {"role": "agent"})
    assert await refusal(second, "POST", "/accounts/second/disable") == "last_administrator"


@on_both_engines
async def test_two_who_lower_each_other_at_once_leave_one(office: Office) -> None:
    one, two = [await office.hire(name, Role.ADMINISTRATOR) for name in ("one", "two")]
    responses = await asyncio.gather(
        one.request("PUT", "/accounts/two/role", {"role": "agent"}),
        two.request("POST", "/accounts/one/disable"),
    )
    assert [response.status_code for response in responses].count(204) == 1
    assert await is_in(one) != await is_in(two)


async def test_every_change_is_in_the_audit(
    office: Office, boss: Colleague, chen: Colleague, database: Database, clock: Clock
) -> None:
    await does(boss, "PUT", "/accounts/chen/role", {"role": "editor"})
    for _ in range(2):  # what changes nothing is no act
        await does(boss, "PUT", "/accounts/chen/role", {"role": "editor"})
        await does(boss, "PUT", "/accounts/chen/capacity", {"capacity": 5})
        await does(boss, "POST", "/accounts/chen/disable")
        await does(boss, "POST", "/accounts/chen/enable")
        await does(boss, "DELETE", "/accounts/chen/logins")
        await does(boss, "DELETE", "/accounts/chen/second-factor")
    async with database.read() as session:
        me = await session.scalar(
            select(AuditEntry.subject_id).where(AuditEntry.action == "staff.create").limit(1)
        )
        entries = await session.execute(
            select(AuditEntry.action, AuditEntry.details)
            .where(AuditEntry.actor_id == me, AuditEntry.subject_id != me)
            .order_by(AuditEntry.created_at)
        )
    assert [tuple(entry) for entry in entries] == [
        ("staff.change_role", {"before": "agent", "after": "editor"}),
        ("staff.capacity", {"capacity": 5}),
        ("staff.disable", {}),
        ("staff.enable", {}),
        ("staff.disable", {}),
        ("staff.enable", {}),
    ]

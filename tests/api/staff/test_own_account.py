"""What everybody does with their own account, over HTTP."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from api.staff.throttle import MAX_FAILURES, PAUSE
from api.storage.database import Database
from api.storage.models import AuditEntry, Presence, Staff, new_id
from tests.api.outbox.clock import Clock
from tests.api.staff.authenticator import enrol
from tests.api.staff.office import PASSWORD, Colleague, Office, on_both_engines

pytestmark = pytest.mark.anyio
NEW = "another long one"


@pytest.fixture
async def chen(office: Office) -> Colleague:
    return await office.hire("chen")


async def again(office: Office, password: str = PASSWORD) -> Colleague:
    """The same colleague, logged in somewhere else."""
    response = await office.login("chen", password)
    return Colleague(office.client, response.json()["token"])


async def refusal(colleague: Colleague, method: str, path: str, body: object = None) -> str:
    response = await colleague.request(method, path, body)
    code: str = response.json()["error"]["code"]
    return code


async def change(colleague: Colleague, old: str, new: str) -> str | None:
    """The code of the refusal, None if there was none."""
    body = {"old_password": old, "new_password": new}
    response = await colleague.request("PUT", "/me/password", body)
    code: str | None = response.json()["error"]["code"] if response.content else None
    return code


@on_both_engines
async def test_a_new_password_ends_the_other_logins(office: Office, chen: Colleague) -> None:
    elsewhere = await again(office)
    assert await change(chen, PASSWORD, NEW) is None
    await chen.get("/me")
    assert (await elsewhere.request("GET", "/me")).status_code == 401
    assert (await office.login("chen", PASSWORD)).status_code == 401
    assert (await office.login("chen", NEW)).status_code == 200


async def test_the_old_password_is_asked_for(office: Office, chen: Colleague) -> None:
    assert await change(chen, "wrong", NEW) == "password_wrong"
    assert await change(chen, PASSWORD, "short") == "password_unsuitable"
    assert (await office.login("chen", PASSWORD)).status_code == 200


async def test_a_stolen_token_cannot_guess_the_password(
    office: Office, chen: Colleague, clock: Clock
) -> None:
    for _ in range(MAX_FAILURES):
        assert await change(chen, "wrong", NEW) == "password_wrong"
    assert await change(chen, PASSWORD, NEW) == "too_many_requests"
    # The owner still gets in: these guesses are counted apart.
    assert (await office.login("chen", PASSWORD)).status_code == 200
    clock.advance(PAUSE)
    assert await change(chen, PASSWORD, NEW) is None


async def test_the_password_is_asked_for_before_a_second_factor(chen: Colleague) -> None:
    """Else a stolen token could lock the owner out."""
    begin = ("POST", "/me/second-factor")
    assert await refusal(chen, *begin, {"password": "wrong"}) == "password_wrong"


@on_both_engines
async def test_the_life_of_a_second_factor(
    office: Office, chen: Colleague, clock: Clock, database: Database
) -> None:
    confirm = ("POST", "/me/second-factor/confirm")
    assert await refusal(chen, *confirm, {"code": "123456"}) == "second_factor_changed"
    app, codes = await enrol(chen, clock)
    state = await chen.get("/me/second-factor")
    assert state["since"] is not None
    assert state["backup_codes_left"] == 10
    begin = ("POST", "/me/second-factor", {"password": PASSWORD})
    assert await refusal(chen, *begin) == "second_factor_changed"

    renew = ("POST", "/me/second-factor/backup-codes")
    assert await refusal(chen, *renew, {"code": app.wrong_code()}) == "code_wrong"
    assert await refusal(chen, *renew, {"code": app.code()}) == "code_wrong"  # used up
    response = await chen.request(*renew, {"code": app.next_code()})
    new_codes = response.json()["backup_codes"]
    assert not set(new_codes) & set(codes)
    assert (await office.login("chen", PASSWORD, codes[0])).status_code == 401
    assert (await office.login("chen", PASSWORD, new_codes[0])).status_code == 200

    disable = ("POST", "/me/second-factor/disable")
    assert await refusal(chen, *disable, {"code": new_codes[0]}) == "code_wrong"
    assert (await chen.request(*disable, {"code": new_codes[1]})).status_code == 204
    assert await refusal(chen, *disable, {"code": new_codes[2]}) == "second_factor_changed"
    assert (await office.login("chen", PASSWORD)).status_code == 200
    async with database.read() as session:
        row = (await session.scalars(select(Staff))).one()
        acts = set(await session.scalars(select(AuditEntry.action)))
    assert (row.totp_secret, row.totp_step, row.backup_codes) == (None, None, [])
    assert {
        "staff.second_factor_on",
        "staff.backup_codes",
        "staff.second_factor_off",
    } <= acts


async def test_a_second_beginning_makes_the_first_worthless(chen: Colleague, clock: Clock) -> None:
    first = (await chen.request("POST", "/me/second-factor", {"password": PASSWORD})).json()
    second = (await chen.request("POST", "/me/second-factor", {"password": PASSWORD})).json()
    assert first["secret"] != second["secret"]
    assert second["uri"].startswith("otpauth://totp/")
    assert second["qr"].startswith("<svg")


@on_both_engines
async def test_ones_logins_and_their_end(office: Office, chen: Colleague, clock: Clock) -> None:
    clock.advance(timedelta(hours=1))
    phone, tablet = await again(office), await again(office)
    seen = await phone.get("/me/logins")
    assert [login["is_this"] for login in seen].count(True) == 1
    assert len(seen) == 3
    oldest = seen[-1]
    assert not oldest["is_this"]
    assert (await phone.request("DELETE", f"/me/logins/{oldest['id']}")).status_code == 204
    assert (await chen.request("GET", "/me")).status_code == 401
    assert await refusal(phone, "DELETE", f"/me/logins/{oldest['id']}") == "login_not_found"
    assert (await phone.request("DELETE", "/me/logins")).status_code == 204
    assert (await tablet.request("GET", "/me")).status_code == 401
    assert [login["is_this"] for login in await phone.get("/me/logins")] == [True]


async def test_a_login_that_ran_out_is_not_listed(
    office: Office, chen: Colleague, clock: Clock
) -> None:
    clock.advance(timedelta(hours=13))
    here = await again(office)
    assert len(await here.get("/me/logins")) == 1


async def test_nobody_ends_the_login_of_somebody_else(office: Office, chen: Colleague) -> None:
    wang = await office.hire("wang")
    (login,) = await chen.get("/me/logins")
    for login_id in (login["id"], new_id()):
        assert await refusal(wang, "DELETE", f"/me/logins/{login_id}") == "login_not_found"
    await chen.get("/me")


async def test_presence(chen: Colleague, database: Database) -> None:
    assert (await chen.request("PUT", "/me/presence", {"presence": "online"})).status_code == 204
    async with database.read() as session:
        assert (await session.scalars(select(Staff.presence))).one() is Presence.ONLINE
    assert (await chen.request("PUT", "/me/presence", {"presence": "busy"})).status_code == 422

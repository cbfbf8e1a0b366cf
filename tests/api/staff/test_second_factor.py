import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from api.staff.people import People
from api.staff.throttle import PAUSE
from api.storage.database import Database
from api.storage.models import AuditEntry, Role, Staff
from tests.api.outbox.clock import Clock
from tests.api.staff.authenticator import STEP, enrol
from tests.api.staff.office import PASSWORD, Colleague, Office, on_both_engines

pytestmark = pytest.mark.anyio
Answer = tuple[int, str | None]


async def log_in(office: Office, code: str | None = None, password: str = PASSWORD) -> Answer:
    response = await office.login("chen", password, code)
    return response.status_code, response.json().get("error", {}).get("code")


@pytest.fixture
async def chen(office: Office) -> Colleague:
    return await office.hire("chen")


@on_both_engines
async def test_the_code_is_asked_for_after_the_password(
    office: Office, chen: Colleague, clock: Clock
) -> None:
    app, _ = await enrol(chen, clock)
    assert await log_in(office, password="wrong") == (401, "staff_login_failed")
    assert await log_in(office, app.next_code(), "wrong") == (401, "staff_login_failed")
    assert await log_in(office) == (401, "code_required")
    assert await log_in(office, app.wrong_code()) == (401, "staff_login_failed")
    assert await log_in(office, app.code()) == (200, None)


async def test_an_account_without_it_takes_any_code(office: Office, chen: Colleague) -> None:
    assert await log_in(office, "123456") == (200, None)


async def test_nothing_is_asked_before_the_first_code(office: Office, chen: Colleague) -> None:
    await chen.request("POST", "/me/second-factor", {"password": PASSWORD})
    assert await log_in(office) == (200, None)


async def test_the_code_that_switched_it_on_is_used_up(
    office: Office, chen: Colleague, clock: Clock
) -> None:
    app, _ = await enrol(chen, clock)
    assert await log_in(office, app.code()) == (401, "staff_login_failed")


@on_both_engines
async def test_of_two_logins_at_once_with_one_code_one_gets_in(
    office: Office, chen: Colleague, clock: Clock
) -> None:
    app, _ = await enrol(chen, clock)
    code = app.next_code()
    answers = await asyncio.gather(log_in(office, code), log_in(office, code))
    assert sorted(status for status, _ in answers) == [200, 401]


@pytest.mark.parametrize(("late_by", "is_good"), [(-1, True), (0, True), (1, True), (2, False)])
async def test_a_clock_may_be_half_a_minute_off(
    office: Office, chen: Colleague, clock: Clock, late_by: int, is_good: bool
) -> None:
    app, _ = await enrol(chen, clock)
    clock.advance(5 * STEP)
    code = app.code()
    clock.advance(late_by * STEP)
    assert (await log_in(office, code) == (200, None)) is is_good


@on_both_engines
async def test_a_backup_code_is_good_once(office: Office, chen: Colleague, clock: Clock) -> None:
    _, codes = await enrol(chen, clock)
    assert len(set(codes)) == 10
    assert await log_in(office, codes[0]) == (200, None)
    assert await log_in(office, codes[0]) == (401, "staff_login_failed")
    # Hyphens, capitals and the width of the letters are a matter of typing.
    assert await log_in(office, codes[1].replace("-", " ").upper()) == (200, None)
    assert (await chen.get("/me/second-factor"))["backup_codes_left"] == 8


async def test_a_backup_code_at_once_twice_is_good_once(
    office: Office, chen: Colleague, clock: Clock
) -> None:
    _, codes = await enrol(chen, clock)
    answers = await asyncio.gather(log_in(office, codes[0]), log_in(office, codes[0]))
    assert sorted(status for status, _ in answers) == [200, 401]


@pytest.mark.parametrize(
    "code", ["", " ", "12345", "1234567", "abcdef", "①②③④⑤⑥", "令牌", "x" * 16]
)
async def test_nonsense_is_no_code(
    office: Office, chen: Colleague, clock: Clock, code: str
) -> None:
    await enrol(chen, clock)
    assert (await log_in(office, code))[0] == 401


async def test_full_width_digits_are_digits(office: Office, chen: Colleague, clock: Clock) -> None:
    app, _ = await enrol(chen, clock)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in app.next_code())
    assert await log_in(office, wide) == (200, None)


async def test_guessing_codes_pauses_the_account(
    office: Office, chen: Colleague, clock: Clock
) -> None:
    """Whoever knows the password cannot begin to count afresh by leaving the code out."""
    app, codes = await enrol(chen, clock)
    for code in (app.wrong_code(), None, app.wrong_code(), None, app.wrong_code()):
        assert (await log_in(office, code))[0] == 401
    assert await log_in(office, codes[0]) == (429, "too_many_requests")
    clock.advance(PAUSE)
    assert await log_in(office, codes[0]) == (200, None)


async def test_nothing_of_it_lies_in_clear(
    chen: Colleague, database: Database, clock: Clock
) -> None:
    response = await chen.request("POST", "/me/second-factor", {"password": PASSWORD})
    secret = response.json()["secret"]
    _, codes = await enrol(chen, clock)
    async with database.read() as session:
        staff = (await session.scalars(select(Staff))).one()
    stored = f"{staff.totp_secret} {staff.backup_codes}"
    assert secret not in stored
    assert all(code not in stored and code.replace("-", "") not in stored for code in codes)


async def test_it_belongs_to_one_account_and_one_key(
    office: Office, chen: Colleague, database: Database, clock: Clock
) -> None:
    """A row copied onto another account, or read under another key, opens nothing."""
    app, codes = await enrol(chen, clock)
    await office.hire("wang")
    async with database.write() as session:
        of = {staff.username: staff for staff in await session.scalars(select(Staff))}
        of["wang"].totp_secret = of["chen"].totp_secret
        of["wang"].totp_confirmed_at = of["chen"].totp_confirmed_at
        of["wang"].backup_codes = of["chen"].backup_codes
    for code in (app.next_code(), codes[0]):
        assert (await office.login("wang", PASSWORD, code)).status_code == 401
    other = People.of(database, office.app.state.people.own._passwords, secret_key="another")
    office.app.state.staff_sessions = other.sessions
    assert await log_in(office, codes[0]) == (401, "staff_login_failed")


async def test_the_audit_says_how_somebody_got_in(
    office: Office, chen: Colleague, database: Database, clock: Clock
) -> None:
    app, codes = await enrol(chen, clock)
    await log_in(office, app.next_code())
    await log_in(office, codes[0])
    async with database.read() as session:
        entries = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id))).all()
    acts: list[Any] = [(e.action, e.details) for e in entries if e.action != "staff.create"]
    assert sorted(acts, key=str) == sorted(
        [
            ("staff.login", {}),
            ("staff.second_factor_on", {}),
            ("staff.login", {"second_factor": "totp"}),
            ("staff.login", {"second_factor": "backup_code"}),
        ],
        key=str,
    )


class TestRequired:
    @pytest.fixture
    def require_totp(self) -> set[Role]:
        return {Role.AGENT}

    async def test_only_the_way_to_it_is_open(
        self, office: Office, chen: Colleague, clock: Clock
    ) -> None:
        for method, path in (
            ("GET", "/conversations"),
            ("GET", "/me/logins"),
            ("PUT", "/me/password"),
            ("PUT", "/me/presence"),
            ("POST", "/me/second-factor/disable"),
        ):
            response = await chen.request(method, path, {})
            assert response.status_code == 403, path
            assert response.json()["error"]["code"] == "second_factor_required"
        await chen.get("/me")
        assert await chen.get("/me/second-factor") == {
            "since": None,
            "backup_codes_left": 0,
            "is_required": True,
        }
        app, _ = await enrol(chen, clock)
        await chen.get("/conversations")
        response = await chen.request(
            "POST", "/me/second-factor/disable", {"code": app.next_code()}
        )
        assert response.json()["error"]["code"] == "second_factor_required"

    async def test_one_can_leave_without_it(self, chen: Colleague) -> None:
        assert (await chen.request("POST", "/logout")).status_code == 204

    async def test_other_roles_are_asked_for_nothing(self, office: Office) -> None:
        wang = await office.hire("wang", Role.LEGAL)
        await wang.get("/conversations")

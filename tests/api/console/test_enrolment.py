"""The way of somebody whose role needs a second factor, without scripts."""

import re
from collections.abc import AsyncIterator

import httpx2
import pyotp
import pytest

from api.app import create_app
from api.console import enrolment, login
from api.settings import Settings
from api.staff.accounts import Accounts
from api.staff.passwords import Passwords
from api.storage.models import Role

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse battery staple"
SAME_ORIGIN = {"Origin": "http://gateway"}


@pytest.fixture
async def browser(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(settings.model_copy(update={"require_totp": frozenset({Role.AGENT})}))
    app.include_router(login.router)
    app.include_router(enrolment.router)
    async with app.router.lifespan_context(app):
        accounts = Accounts(app.state.database, Passwords())
        await accounts.create("wang", "王芳", Role.AGENT, PASSWORD)
        await accounts.create("zhou", "周主任", Role.SUPERVISOR, PASSWORD)
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
            yield client


async def send(browser: httpx2.AsyncClient, path: str, **form: str) -> httpx2.Response:
    return await browser.post(f"/staff/{path}", data=form, headers=SAME_ORIGIN)


async def log_in(browser: httpx2.AsyncClient, username: str = "wang", code: str = "") -> str:
    """Where it leads to; what it says if it leads nowhere."""
    response = await send(browser, "login", username=username, password=PASSWORD, code=code)
    return response.headers.get("Location", response.text)


async def begin(browser: httpx2.AsyncClient) -> pyotp.TOTP:
    page = await send(browser, "enrol", password=PASSWORD)
    assert page.status_code == 200, page.text
    assert "<svg" in page.text
    assert "<script" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page.text)
    assert found is not None
    return pyotp.TOTP(found[1])


async def test_the_whole_way(browser: httpx2.AsyncClient) -> None:
    assert await log_in(browser) == "/staff/enrol"
    assert (await browser.get("/staff/enrol")).status_code == 200
    # Whatever page of the console is asked for leads to the login, and that leads here.
    assert (await browser.get("/staff/login?expired=1")).headers["Location"] == "/staff/enrol"
    app = await begin(browser)
    page = await send(browser, "enrol/confirm", code=app.now())
    assert page.status_code == 200
    codes = re.findall(r"\b[2-9a-z]{5}-[2-9a-z]{5}\b", page.text)
    assert len(codes) == 10
    assert (await browser.get("/staff/enrol")).headers["Location"] == "/staff/"
    assert (await browser.get("/staff/login")).status_code == 200

    browser.cookies.clear()
    assert "再填一次密码" in await log_in(browser)
    assert await log_in(browser, code=codes[0]) == "/staff/"


async def test_a_mistyped_code_can_be_typed_again(browser: httpx2.AsyncClient) -> None:
    await log_in(browser)
    app = await begin(browser)
    wrong = "000000" if app.now() != "000000" else "111111"
    page = await send(browser, "enrol/confirm", code=wrong)
    assert page.status_code == 422
    assert "验证码不对" in page.text
    assert 'name="code"' in page.text
    assert (await send(browser, "enrol/confirm", code=app.now())).status_code == 200


async def test_the_password_is_asked_for(browser: httpx2.AsyncClient) -> None:
    await log_in(browser)
    page = await send(browser, "enrol", password="wrong")
    assert page.status_code == 422
    assert "密码不对" in page.text
    assert "<svg" not in page.text


async def test_others_do_not_need_it(browser: httpx2.AsyncClient) -> None:
    assert (await browser.get("/staff/enrol")).headers["Location"] == "/staff/login"
    assert await log_in(browser, "zhou") == "/staff/"
    assert (await browser.get("/staff/enrol")).headers["Location"] == "/staff/"
    assert (await send(browser, "enrol", password=PASSWORD)).headers["Location"] == "/staff/"


async def test_another_site_cannot_send_the_form(browser: httpx2.AsyncClient) -> None:
    await log_in(browser)
    elsewhere = {"Origin": "https://elsewhere.example"}
    for path in ("/staff/enrol", "/staff/enrol/confirm"):
        response = await browser.post(path, data={}, headers=elsewhere)
        assert response.status_code == 403

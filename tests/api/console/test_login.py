from collections.abc import AsyncIterator

import httpx2
import pytest

from api.app import create_app
from api.console import login
from api.settings import Settings
from api.staff.accounts import Accounts
from api.staff.passwords import Passwords
from api.storage.models import Role

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse battery staple"
SAME_ORIGIN = {"Origin": "http://gateway"}


@pytest.fixture
async def browser(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(settings)
    app.include_router(login.router)
    async with app.router.lifespan_context(app):
        accounts = Accounts(app.state.database, Passwords())
        await accounts.create("wang", "王芳", Role.AGENT, PASSWORD)
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
            yield client


async def log_in(
    browser: httpx2.AsyncClient, password: str = PASSWORD, to: str = ""
) -> httpx2.Response:
    form = {"username": "wang", "password": password, "to": to}
    return await browser.post("/staff/login", data=form, headers=SAME_ORIGIN)


async def test_the_form_runs_no_script(browser: httpx2.AsyncClient) -> None:
    response = await browser.get("/staff/login")
    assert response.status_code == 200
    assert "<script" not in response.text
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "登录已过期" in (await browser.get("/staff/login?expired=1")).text


async def test_the_right_password_leads_to_the_inbox(browser: httpx2.AsyncClient) -> None:
    response = await log_in(browser)
    assert (response.status_code, response.headers["Location"]) == (303, "/staff/")
    cookie = response.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_a_login_leads_back_to_where_one_was(browser: httpx2.AsyncClient) -> None:
    form = await browser.get(login.login_path("/staff/cases/01J8ZK", expired=True))
    assert 'name="to" value="/staff/cases/01J8ZK"' in form.text
    assert "登录已过期" in form.text
    response = await log_in(browser, "wrong", to="/staff/cases/01J8ZK")
    assert 'name="to" value="/staff/cases/01J8ZK"' in response.text
    response = await log_in(browser, to="/staff/cases/01J8ZK")
    assert response.headers["Location"] == "/staff/cases/01J8ZK"


@pytest.mark.parametrize(
    "to", ["//elsewhere.example", "https://elsewhere.example", "/staff//x", "/staff/\\x", "/", "x"]
)
async def test_a_login_leads_nowhere_else(browser: httpx2.AsyncClient, to: str) -> None:
    assert "elsewhere" not in (await browser.get("/staff/login", params={"to": to})).text
    assert (await log_in(browser, to=to)).headers["Location"] == "/staff/"


async def test_a_wrong_password_says_so_and_keeps_the_username(
    browser: httpx2.AsyncClient,
) -> None:
    response = await log_in(browser, "wrong")
    assert response.status_code == 401
    assert "用户名或密码不对" in response.text
    assert 'value="wang"' in response.text
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_another_site_cannot_send_the_form(
    browser: httpx2.AsyncClient, headers: dict[str, str]
) -> None:
    form = {"username": "wang", "password": PASSWORD}
    for path in ("/staff/login", "/staff/logout"):
        response = await browser.post(path, data=form, headers=headers)
        assert response.status_code == 403


async def test_logging_out_ends_the_login_everywhere(browser: httpx2.AsyncClient) -> None:
    await log_in(browser)
    token = browser.cookies["union_staff"]
    me = {"Authorization": f"Bearer {token}"}
    assert (await browser.get("/api/v1/staff/me", headers=me)).status_code == 200
    response = await browser.post("/staff/logout", headers=SAME_ORIGIN)
    assert response.headers["Location"] == "/staff/login"
    assert (await browser.get("/api/v1/staff/me", headers=me)).status_code == 401


async def test_the_cookie_does_not_open_the_rest_layer(browser: httpx2.AsyncClient) -> None:
    await log_in(browser)
    assert (await browser.get("/api/v1/staff/me")).status_code == 401

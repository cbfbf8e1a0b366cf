"""Another site cannot act in the name of somebody who is logged in to the console."""

import re

import httpx2
import pytest
from fastapi import FastAPI
from starlette.responses import Response

from api.app import create_app
from api.console import cookie, enrolment, login
from api.security.access_table import ACCESS, MOUNT, Caller
from api.settings import Environment, Settings
from api.storage.models import Role, new_id
from tests.api.gateway import Gateway
from tests.security.staff import hired

pytestmark = pytest.mark.anyio
ELSEWHERE = {"Origin": "https://elsewhere.example"}
FORMS = [
    path for method, path in ACCESS if method not in ("GET", MOUNT) and path.startswith("/staff/")
]
"""What the console sends as forms; its pages themselves talk over a socket that belongs to the
page, whose key only the page knows."""


@pytest.mark.parametrize("path", FORMS)
async def test_no_form_of_another_site_is_taken(settings: Settings, path: str) -> None:
    app = create_app(settings)
    for router in (login.router, enrolment.router):
        app.include_router(router)
    async with app.router.lifespan_context(app):
        colleague = await hired(app, Role.SUPERVISOR)
        async with _browser(app, colleague.token) as browser:
            for headers in (ELSEWHERE, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
                response = await browser.post(path, data={}, headers=headers)
                assert response.status_code == 403, headers
            still = await browser.get(
                "/api/v1/staff/me", headers={"Authorization": f"Bearer {colleague.token}"}
            )
            assert still.status_code == 200


async def test_the_cookie_opens_no_route_of_the_rest_layer(running_gateway: Gateway) -> None:
    colleague = await hired(running_gateway.app, Role.SUPERVISOR)
    checked = 0
    async with _browser(running_gateway.app, colleague.token) as browser:
        for (method, path), access in ACCESS.items():
            if access.caller is not Caller.STAFF:
                continue
            url = re.sub(r"\{\w+\}", new_id(), path)
            assert (await browser.request(method, url)).status_code == 401, (method, path)
            checked += 1
    assert checked > 80


async def test_pages_of_other_hosts_may_not_read_what_staff_may(running_gateway: Gateway) -> None:
    client = running_gateway.client
    for path in ("/api/v1/staff/me", "/api/v1/staff/conversations"):
        asked = ELSEWHERE | {
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization",
        }
        for response in (
            await client.get(path, headers=ELSEWHERE),
            await client.options(path, headers=asked),
        ):
            assert "access-control-allow-origin" not in response.headers
            assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize("env", Environment)
def test_browsers_keep_the_cookie_to_the_console(env: Environment) -> None:
    given = Response()
    cookie.give(given, "token", Settings.model_construct(env=env))
    (said,) = given.headers.getlist("set-cookie")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(said.split("; "))
    is_production = env is Environment.PRODUCTION
    assert ("Secure" in said) is is_production
    assert said.startswith("__Host-") is is_production


def _browser(app: FastAPI, token: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app),
        base_url="http://gateway",
        cookies={cookie._NAME: token},
    )

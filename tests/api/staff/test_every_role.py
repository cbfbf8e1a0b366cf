"""Every route and every page, for every role, against the permission table."""

import importlib
import re
from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.console import cookie
from api.console.page import pages
from api.console.pages import PAGE_MODULES
from api.console.texts import console_texts
from api.conversations import tokens
from api.security.access_table import ACCESS, WEBSOCKET, Caller
from api.settings import Settings
from api.staff.permissions import may
from api.staff.sessions import LIFETIME
from api.storage.database import Database
from api.storage.models import Role, Staff, StaffSession, new_id, now
from tests.api.console import anew

pytestmark = pytest.mark.anyio
ROUTES = [
    (method, path, access.permission)
    for (method, path), access in ACCESS.items()
    if access.caller is Caller.STAFF and method != WEBSOCKET
]


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The whole gateway. A process has one console, so it is mounted in one test only."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


async def token_of(app: FastAPI, role: Role) -> str:
    """A colleague of this role, logged in."""
    settings: Settings = app.state.settings
    database: Database = app.state.database
    token, staff_id = tokens.new_token(), new_id()
    async with database.write() as session:
        session.add(
            Staff(id=staff_id, username=staff_id, name=role.value, role=role, password_hash="")
        )
        await session.flush()
        session.add(
            StaffSession(
                staff_id=staff_id,
                token_hash=tokens.hash_token(token, settings.secret_key.get_secret_value()),
                expires_at=now() + LIFETIME,
            )
        )
    return token


@pytest.mark.parametrize("role", Role)
async def test_a_route_opens_to_those_who_may(
    app: FastAPI, client: httpx2.AsyncClient, role: Role
) -> None:
    token = await token_of(app, role)
    for method, path, permission in ROUTES:
        if path.endswith("/logout"):
            continue  # opens to everybody, and what comes after it would not
        url = re.sub(r"\{\w+\}", new_id(), path)
        headers = {"Authorization": f"Bearer {token}"}
        response = await client.request(method, url, json={}, headers=headers)
        if permission is None or may(role, permission):
            assert response.status_code not in (401, 403), (method, path)
            assert response.status_code < 500, (method, path)
        else:
            assert response.status_code == 403, (method, path)
            assert response.json()["error"]["code"] == "forbidden"


async def test_a_page_opens_to_those_who_may(settings: Settings) -> None:
    for module in PAGE_MODULES:
        importlib.import_module(module)
    app = create_app(settings)
    anew.mount(app)
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client,
    ):
        assert {"/account", "/people", "/audit"} <= set(pages)
        for path in pages:
            response = await client.get(address(path))
            assert response.status_code == 307, path
            assert response.headers["Location"].startswith("/staff/login"), path
        for role in Role:
            client.cookies.set(cookie._NAME, await token_of(app, role))
            for path, permission in pages.items():
                response = await client.get(address(path))
                assert response.status_code == 200, path
                is_refused = console_texts().forbidden in response.text
                assert is_refused is not (permission is None or may(role, permission)), (
                    role,
                    path,
                )


def address(path: str) -> str:
    return "/staff" + re.sub(r"\{\w+\}", new_id(), path)

"""Route by route over the whole application."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.routing import Host, Router

from api.app import create_app
from api.members import page
from api.privacy import routes as privacy_routes
from api.security.access_table import (
    ACCESS,
    CONSOLE_ROUTES,
    MOUNT,
    WEBSOCKET,
    Caller,
    UndeclaredRouteError,
    as_markdown,
    require_complete,
    routes_of,
)
from api.settings import Settings
from api.staff.auth import Requires
from api.storage.models import new_id
from tests.api.gateway import Gateway


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    return create_app(Settings(data_dir=tmp_path))


def required(dependant: Dependant) -> Iterator[Any]:
    if isinstance(dependant.call, Requires):
        yield dependant.call.permission
    for inner in dependant.dependencies:
        yield from required(inner)


def test_every_route_of_the_application_is_declared(app: FastAPI) -> None:
    require_complete(app)


def test_every_row_is_a_route(app: FastAPI) -> None:
    for router in (page.router, privacy_routes.router):
        app.include_router(router)
    assert set(ACCESS) - CONSOLE_ROUTES == routes_of(app)


def test_a_route_that_nobody_declared_is_refused(app: FastAPI) -> None:
    inner, outer = APIRouter(prefix="/inner"), APIRouter(prefix="/outer")
    inner.add_api_route("/secret", lambda: None, methods=["PUT"])
    outer.include_router(inner)
    app.include_router(outer)
    app.mount("/attached", Router())
    app.add_api_websocket_route("/socket", lambda _: None)
    with pytest.raises(UndeclaredRouteError) as refused:
        require_complete(app)
    assert str(refused.value).endswith(
        "MOUNT /attached, PUT /outer/inner/secret, WEBSOCKET /socket"
    )


def test_a_kind_of_route_that_is_not_known_is_refused() -> None:
    app = FastAPI()
    app.router.routes.append(Host("example.org", Router()))
    with pytest.raises(TypeError, match="Host"):
        routes_of(app)


def test_staff_routes_ask_for_the_permission_of_their_row(app: FastAPI) -> None:
    checked = 0
    for context in iter_route_contexts(app.routes):
        for method in context.methods or ():
            access = ACCESS.get((method, context.path or ""))
            if access is not None and access.caller is Caller.STAFF:
                assert list(required(context.dependant)) == (
                    [access.permission] if access.permission else []
                ), context.path
                checked += 1
    assert checked == sum(access.caller is Caller.STAFF for access in ACCESS.values())


@pytest.mark.anyio
async def test_without_a_token_only_public_routes_answer(running_gateway: Gateway) -> None:
    checked = set()
    for method, path in routes_of(running_gateway.app):
        if method in (MOUNT, WEBSOCKET):
            continue
        caller = ACCESS[method, path].caller
        for headers in ({}, {"Authorization": "Bearer made-up"}):
            url = re.sub(r"\{\w+\}", new_id(), path)
            response = await running_gateway.client.request(method, url, headers=headers)
            refused = response.status_code == 401
            if caller in (Caller.WORKER_TOKEN, Caller.STAFF):
                unknown = response.status_code == 404 and headers
                assert refused or unknown, (method, path)
                assert "error" in response.json()
            else:
                assert not refused, (method, path)
        checked.add(caller)
    assert checked >= {Caller.PUBLIC, Caller.WORKER_TOKEN, Caller.STAFF}


@pytest.mark.anyio
async def test_one_workers_token_opens_nothing_else(running_gateway: Gateway) -> None:
    worker, other = await running_gateway.worker(), await running_gateway.worker()
    for method, path in routes_of(running_gateway.app):
        access = ACCESS[method, path]
        if access.caller not in (Caller.WORKER_TOKEN, Caller.STAFF) or method == WEBSOCKET:
            continue
        if "/me" in path and access.caller is Caller.WORKER_TOKEN:
            continue  # names nobody else
        url = re.sub(r"\{\w+\}", other.id, path)
        response = await running_gateway.client.request(method, url, headers=worker.headers)
        assert response.status_code == 401, (method, path)


def test_the_table_can_be_read_by_people() -> None:
    table = as_markdown()
    for method, path in ACCESS:
        assert f"| `{method} {path}` |" in table


def test_the_document_says_what_the_table_says() -> None:
    document = Path(__file__).parents[3] / "docs" / "access.md"
    assert document.read_text(encoding="utf-8").endswith(as_markdown())

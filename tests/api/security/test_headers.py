from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.security.headers import SecurityHeaders

pytestmark = pytest.mark.anyio
OWN = "default-src 'none'; script-src 'self'; Frame-Ancestors *;"


async def plain(_: Request) -> Response:
    return PlainTextResponse("", headers={"Cache-Control": "no-cache"})


async def with_policy(_: Request) -> Response:
    return PlainTextResponse("", headers={"Content-Security-Policy": OWN})


@asynccontextmanager
async def serving(**arguments: Any) -> AsyncIterator[httpx2.AsyncClient]:
    routes = [
        Route("/", with_policy),
        Route("/page", with_policy),
        Route("/api/x", plain),
        Route("/x", plain),
    ]
    app = SecurityHeaders(Starlette(routes=routes), embeddable_paths={"/"}, **arguments)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


async def test_without_a_policy_nothing_is_loaded_and_nobody_frames() -> None:
    async with serving(embedding_origins=["https://a.example"]) as client:
        for path in ("/x", "/api/x", "/missing"):
            headers = (await client.get(path)).headers
            assert headers["Content-Security-Policy"] == (
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            )
            assert headers["X-Frame-Options"] == "DENY"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert "microphone=()" in headers["Permissions-Policy"]
            assert "Strict-Transport-Security" not in headers


async def test_a_page_says_what_it_loads_but_not_who_frames_it() -> None:
    async with serving(embedding_origins=["https://a.example", "https://b.example"]) as client:
        page, widget = await client.get("/page"), await client.get("/")
    assert page.headers.get_list("Content-Security-Policy") == [
        "default-src 'none'; script-src 'self'; frame-ancestors 'none'"
    ]
    assert widget.headers.get_list("Content-Security-Policy") == [
        "default-src 'none'; script-src 'self';"
        " frame-ancestors 'self' https://a.example https://b.example"
    ]
    assert "X-Frame-Options" not in widget.headers


async def test_answers_of_the_api_are_not_kept() -> None:
    async with serving() as client:
        assert (await client.get("/api/x")).headers["Cache-Control"] == "no-store"
        assert (await client.get("/x")).headers["Cache-Control"] == "no-cache"


async def test_production_stays_with_https() -> None:
    async with serving(is_production=True) as client:
        assert (await client.get("/x")).headers["Strict-Transport-Security"] == "max-age=31536000"

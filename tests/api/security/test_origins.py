import httpx2
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from api.security.origins import cors_arguments, parse_origins

pytestmark = pytest.mark.anyio
ORIGIN = "https://www.example.org"


def test_origins_are_spelled_as_browsers_do() -> None:
    given = ["HTTPS://WWW.Example.org/", "https://a.example:443", "http://a.example:8080", "", " "]
    given += ["http://[2001:DB8::1]:81"]
    assert parse_origins(given) == [
        ORIGIN,
        "https://a.example",
        "http://a.example:8080",
        "http://[2001:db8::1]:81",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "null",
        "www.example.org",
        "https://*.example.org",
        "https://example.org/page",
        "https://user@example.org",
        "https://example.org; script-src *",
        "https://工会.example",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        parse_origins([text])


@pytest.mark.parametrize(("origin", "allowed"), [(ORIGIN, True), ("https://evil.example", False)])
async def test_only_listed_origins_may(origin: str, allowed: bool) -> None:
    app = Starlette(middleware=[Middleware(CORSMiddleware, **cors_arguments([ORIGIN]))])
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client:
        response = await client.options(
            "/",
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": "DELETE",
                "Access-Control-Request-Headers": "authorization,content-type",
            },
        )
    assert (response.headers.get("Access-Control-Allow-Origin") == origin) is allowed
    assert response.is_success is allowed
    assert "Access-Control-Allow-Credentials" not in response.headers

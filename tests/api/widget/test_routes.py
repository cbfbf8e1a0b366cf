import gzip

import pytest

from api.settings import Settings
from api.widget.bundle import widget_bundle
from tests.api import gateway
from tests.api.gateway import Gateway

pytestmark = pytest.mark.anyio


async def test_serves_the_module_plain_and_gzipped(running_gateway: Gateway) -> None:
    client = running_gateway.client
    plain = await client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert plain.status_code == 200
    assert plain.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert plain.content == widget_bundle().body
    small = await client.get("/widget.js", headers={"Accept-Encoding": "br, gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert int(small.headers["Content-Length"]) == len(widget_bundle().gzipped)
    assert small.content == plain.content
    assert small.headers["ETag"] != plain.headers["ETag"]
    assert gzip.decompress(widget_bundle().gzipped) == plain.content


@pytest.mark.parametrize("accepted", ["", "gzip;q=0", "gzip; q=0.0", "br", "identity"])
async def test_sends_gzip_to_those_who_take_it(running_gateway: Gateway, accepted: str) -> None:
    response = await running_gateway.client.get("/widget.js", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in response.headers


async def test_may_be_cached_and_asked_for_again(running_gateway: Gateway) -> None:
    client = running_gateway.client
    first = await client.get("/widget.js")
    assert first.headers["Cache-Control"].startswith("public, max-age=")
    assert first.headers["Vary"] == "Accept-Encoding, Origin"
    tag = first.headers["ETag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = await client.get("/widget.js", headers={"If-None-Match": known})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["ETag"] == tag
    other = await client.get("/widget.js", headers={"If-None-Match": '"x"'})
    assert other.status_code == 200


async def test_is_for_pages_on_the_list(settings: Settings) -> None:
    allowed = settings.model_copy(update={"allowed_origins": ["https://www.example.org"]})
    async with gateway.running(allowed) as running:
        for origin, answer in (
            ("https://www.example.org", "https://www.example.org"),
            ("https://other.example.org", None),
        ):
            response = await running.client.get("/widget.js", headers={"Origin": origin})
            assert response.headers.get("Access-Control-Allow-Origin") == answer
            assert "Origin" in response.headers["Vary"]

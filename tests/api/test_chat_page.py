"""The demonstration page as it is served: its policy, and that nothing of it is inline."""

from collections.abc import Mapping
from html.parser import HTMLParser

import pytest

from api.chat_page import STATIC
from tests.api.gateway import Gateway

pytestmark = pytest.mark.anyio

PAGE = (STATIC / "index.html").read_text(encoding="utf-8")


class _Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, Mapping[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


ELEMENTS = _Elements(PAGE).found


async def test_the_policy_allows_this_host_and_nothing_else(running_gateway: Gateway) -> None:
    response = await running_gateway.client.get("/")
    policy = dict(
        directive.strip().split(" ", 1)
        for directive in response.headers["Content-Security-Policy"].split(";")
    )
    assert policy.pop("frame-ancestors").startswith("'self'")
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",  # sockets, too
        "img-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


def test_nothing_on_the_page_is_inline() -> None:
    for tag, attributes in ELEMENTS:
        assert tag != "style"
        assert tag != "script" or "src" in attributes
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_it_embeds_the_window_as_any_page_would() -> None:
    assert ("script", {"type": "module", "src": "/widget.js"}) in ELEMENTS
    assert [tag for tag, _ in ELEMENTS].count("union-assistant") == 1


async def test_what_it_names_is_served(running_gateway: Gateway) -> None:
    named = [
        attributes.get("src") or attributes["href"]
        for tag, attributes in ELEMENTS
        if tag in ("script", "link", "img")
    ]
    assert "/widget.js" in named
    for address in named:
        assert (await running_gateway.client.get(address)).status_code == 200

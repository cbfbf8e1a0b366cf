"""The chat page as it is served: its policy, and that its files fit together and to the gateway."""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

import pytest

from api.chat_page import STATIC
from api.storage.models import ActorKind, Author, Status
from api.texts import gateway_texts
from tests.api.gateway import Gateway

pytestmark = pytest.mark.anyio

PAGE = (STATIC / "index.html").read_text(encoding="utf-8")
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in STATIC.glob("*.js")}


class _Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, Mapping[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


ELEMENTS = _Elements(PAGE).found
IDS = {attributes["id"]: attributes for _, attributes in ELEMENTS if "id" in attributes}


def strings() -> dict[str, str]:
    """The page's texts under the names by which scripts ask for them."""
    prefix = "data-"
    return {
        re.sub(r"-(.)", lambda match: match[1].upper(), name.removeprefix(prefix)): text
        for name, text in IDS["strings"].items()
        if name.startswith(prefix)
    }


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
    }


def test_nothing_on_the_page_is_inline() -> None:
    for tag, attributes in ELEMENTS:
        assert tag != "style"
        assert tag != "script" or "src" in attributes
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


async def test_every_script_is_served_and_used(running_gateway: Gateway) -> None:
    def imported(name: str) -> Iterator[str]:
        yield name
        for other in re.findall(r'from "\./([\w-]+\.js)"', SCRIPTS[name]):
            yield from imported(other)

    assert set(imported("chat.js")) == set(SCRIPTS)
    for name in SCRIPTS:
        response = await running_gateway.client.get(f"/static/{name}")
        assert response.status_code == 200
        assert "javascript" in response.headers["Content-Type"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_have_their_texts_and_elements_in_the_page(name: str) -> None:
    script = SCRIPTS[name]
    assert not re.search(r"[\u4e00-\u9fff]", script)
    assert set(re.findall(r'(?:getElementById|template)\("([\w-]+)"\)', script)) <= set(IDS)
    assert set(re.findall(r'\bsay\("(\w+)"', script)) <= set(strings())


def test_every_status_author_and_writer_has_a_name() -> None:
    names = {f"status{status.capitalize()}" for status in Status}
    names |= {f"author{author.capitalize()}" for author in Author}
    names |= {f"typing{by.capitalize()}" for by in (ActorKind.BOT, ActorKind.STAFF)}
    names |= {"statusStaffNamed", "statusOffline"}
    assert names <= set(strings())


def test_the_colleague_is_named_by_the_notices_that_name_one() -> None:
    pattern = re.compile(strings()["noticeOfStaff"])
    desk = gateway_texts().desk
    named = {"claimed", "transferred"}
    for notice in named:
        match = pattern.search(getattr(desk, notice).format(name="王芳"))
        assert match
        assert [group for group in match.groups() if group] == ["王芳"]
    for notice in set(type(desk).model_fields) - named:
        assert not pattern.search(getattr(desk, notice))

import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser

import httpx2
import pytest
from fastapi import FastAPI

from api.members import page
from tests.api.members.people import id_number
from tests.api.members.scene import Scene

pytestmark = pytest.mark.anyio

RIGHT = {"name": "张三", "last_six": id_number(1)[-6:], "phone": "13800000001"}
MISMATCHES: tuple[dict[str, str], ...] = (
    RIGHT | {"name": "李四"},
    RIGHT | {"last_six": "000000"},
    RIGHT | {"phone": "13900000000"},
    RIGHT | {"name": "查无此人", "phone": "13900000000"},
    {},
)


@pytest.fixture
async def client(scene: Scene) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.state.verification = scene.verification
    app.include_router(page.router)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(
        transport=transport, base_url="https://union.example", follow_redirects=True
    ) as client:
        yield client


@pytest.fixture
async def url(scene: Scene) -> str:
    return f"/verify/{await scene.link(await scene.conversation())}"


async def test_from_the_form_to_the_end(client: httpx2.AsyncClient, url: str) -> None:
    form = await client.get(url)
    assert form.status_code == 200
    assert "开始核对" in form.text
    done = await client.post(url, data=RIGHT)
    assert (done.status_code, done.url.path) == (200, url)
    assert [response.status_code for response in done.history] == [303]
    assert "核对好了" in done.text
    again = await client.post(url, data=RIGHT)
    assert "核对好了" in again.text


async def test_every_mismatch_looks_the_same(client: httpx2.AsyncClient, scene: Scene) -> None:
    seen = set()
    for data in MISMATCHES:
        url = f"/verify/{await scene.link(await scene.conversation())}"
        response = await client.post(url, data=data)
        # What was typed comes back to the one who typed it; apart from that, not a byte differs.
        text = re.sub(r'value="[^"]*"', "", response.text)
        headers = {k: v for k, v in response.headers.items() if k != "content-length"}
        seen.add((response.status_code, text, str(headers)))
    assert len(seen) == 1
    assert "没有核对上" in seen.pop()[1]


async def test_unknown_old_and_exhausted_links_look_the_same(
    client: httpx2.AsyncClient, url: str
) -> None:
    for _ in range(5):
        exhausted = await client.post(url, data=MISMATCHES[0])
    unknown = await client.get("/verify/unknown")
    assert exhausted.status_code == unknown.status_code == 404
    assert exhausted.text == unknown.text
    assert "链接已失效" in unknown.text


async def test_a_lock_is_said(client: httpx2.AsyncClient, scene: Scene) -> None:
    conversation = await scene.conversation()
    for _ in range(2):
        url = f"/verify/{await scene.link(conversation)}"
        for _ in range(5):
            await client.post(url, data=MISMATCHES[0])
    response = await client.post(f"/verify/{await scene.link(conversation)}", data=RIGHT)
    assert response.status_code == 429
    assert "请过一小时再试" in response.text


async def test_what_was_typed_is_escaped(client: httpx2.AsyncClient, url: str) -> None:
    attack = "\"><script>alert('1')</script>{{7*7}}"
    response = await client.post(url, data={"name": attack, "last_six": attack, "phone": attack})
    assert "<script" not in response.text
    assert "&#34;&gt;&lt;script&gt;" in response.text
    assert "49" not in response.text


async def test_the_end_of_the_id_number_never_comes_back(
    client: httpx2.AsyncClient, url: str
) -> None:
    response = await client.post(url, data=RIGHT | {"name": "李四", "last_six": "987654"})
    assert "987654" not in response.text
    assert 'value="李四"' in response.text


@pytest.mark.parametrize("key", ["https:evil.example", "%5C%5Cevil.example", "..%2e", "a b"])
async def test_a_made_up_key_leads_nowhere_else(client: httpx2.AsyncClient, key: str) -> None:
    response = await client.post(f"/verify/{key}", data=RIGHT)
    assert response.url.host == "union.example"
    assert response.status_code == 404


async def test_headers_allow_nothing_but_the_form(client: httpx2.AsyncClient, url: str) -> None:
    responses = [
        await client.get(url),
        await client.get("/verify/unknown"),
        await client.post(url, data=MISMATCHES[0]),
        await client.post(url, data=RIGHT, follow_redirects=False),
    ]
    for response in responses:
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["referrer-policy"] == "no-referrer"


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inputs: dict[str, dict[str, str | None]] = {}
        self.labels: set[str | None] = set()
        self.ids: set[str | None] = set()
        self.tags: set[str] = set()
        self.styled = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.add(tag)
        self.ids.add(attributes.get("id"))
        self.styled |= "style" in attributes or any(name.startswith("on") for name in attributes)
        if tag == "input":
            self.inputs[attributes["name"] or ""] = attributes
        if tag == "label":
            self.labels.add(attributes["for"])


async def test_the_form_can_be_filled_in_by_everybody(client: httpx2.AsyncClient, url: str) -> None:
    for response in (await client.get(url), await client.post(url, data=MISMATCHES[0])):
        parsed = _Page()
        parsed.feed(response.text)
        assert set(parsed.inputs) == {"name", "last_six", "phone"}
        for attributes in parsed.inputs.values():
            assert attributes["id"] in parsed.labels
            described = (attributes.get("aria-describedby") or "").split()
            assert set(described) <= parsed.ids
        assert parsed.inputs["phone"]["inputmode"] == "tel"
        assert parsed.inputs["last_six"]["autocapitalize"] == "characters"
        assert '<html lang="zh-CN">' in response.text
        assert not parsed.styled
        assert parsed.tags.isdisjoint({"script", "style", "iframe"})

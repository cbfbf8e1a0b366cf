"""Suggested replies, and the search beside the composer."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx2
import pytest
from fastapi import FastAPI, Response

from api.inbox.knowledge import ActionServerSearch
from contract import Reply, ReplyKind
from tests.api.inbox.conftest import CITATION
from tests.api.inbox.room import Room
from tests.api.staff.office import Colleague

pytestmark = pytest.mark.anyio


async def test_a_reply_with_its_source(room: Room, chen: Colleague) -> None:
    conversation_id = await room.case("老板三个月没发工资怎么办")
    await room.said(conversation_id, "在吗")
    suggestion = await chen.get(f"/conversations/{conversation_id}/suggestion")
    assert suggestion["question"] == "老板三个月没发工资怎么办"
    assert suggestion["text"] == "拖欠工资可以投诉\n\n依据：《保障农民工工资支付条例》"
    assert suggestion["citations"][0]["article_id"] == CITATION.article_id


async def test_nothing_fits(room: Room, chen: Colleague) -> None:
    conversation_id = await room.case("今天天气怎么样呀")
    suggestion = await chen.get(f"/conversations/{conversation_id}/suggestion")
    assert suggestion == {"question": "今天天气怎么样呀", "text": "", "citations": []}


async def test_the_search_beside_the_composer(room: Room, chen: Colleague) -> None:
    found = await chen.get(f"/inbox/knowledge?q={quote('工资')}")
    assert found["text"] == "**拖欠工资**可以投诉"
    assert (await chen.get(f"/inbox/knowledge?q={quote('天气')}"))["text"] == ""
    assert (await chen.request("GET", "/inbox/knowledge?q=")).status_code == 422


@pytest.fixture
async def action_server() -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()

    @app.post("/answer")
    async def answer(body: dict[str, str]) -> Response:
        match body["text"]:
            case "工资":
                reply = Reply(kind=ReplyKind.ANSWER, text="投诉", citations=[CITATION])
                return Response(reply.model_dump_json(), media_type="application/json")
            case "坏":
                return Response("{", media_type="application/json")
        return Response(status_code=204)

    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport) as client:
        yield client


async def test_the_action_server_is_asked(action_server: httpx2.AsyncClient) -> None:
    search = ActionServerSearch(action_server, "http://actions", timeout_s=5)
    assert (await search("工资")).text == "投诉"
    assert (await search("工资")).citations == [CITATION]
    for nothing in ("天气", "坏"):
        assert (await search(nothing)).text == ""


async def test_nobody_answers(unused_url: str) -> None:
    async with httpx2.AsyncClient() as client:
        assert (await ActionServerSearch(client, unused_url, timeout_s=5)("工资")).text == ""

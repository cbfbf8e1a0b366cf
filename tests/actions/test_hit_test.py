"""Every stage of a search, over HTTP."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from sanic import Sanic

from actions import hit_test
from actions.search import Search
from knowledge_base.search import KnowledgeBase
from tests.actions.conftest import Fixed

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def client(knowledge_base: KnowledgeBase) -> AsyncIterator[httpx2.AsyncClient]:
    server = Sanic("hit_test")
    server.config.TOUCHUP = False  # rewrites the class, which goes once in a process
    server.blueprint(hit_test.blueprint(Search(Fixed(knowledge_base))))
    running = await server.create_server(
        host="127.0.0.1", port=0, return_asyncio_server=True, access_log=False
    )
    assert running is not None
    await running.startup()
    await running.start_serving()
    port = running.server.sockets[0].getsockname()[1]
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as made:
            yield made
    finally:
        running.close()
        await running.wait_closed()


async def test_every_stage_is_told(
    client: httpx2.AsyncClient, knowledge_base: KnowledgeBase
) -> None:
    told = (await client.post("/hit-test", json={"text": "职工医疗互助怎么申请"})).json()
    assert (told["version"], told["decision"]) == (knowledge_base.version, "answer")
    assert told["answer_from"] > told["choices_from"]
    first = told["hits"][0]
    assert first["article_id"] == "mutual-aid"
    assert first.keys() >= {"bm25", "pinyin", "dense", "fused", "score", "probability", "revision"}
    assert told["parts"] == []


async def test_a_question_in_two_parts_is_told_in_parts(client: httpx2.AsyncClient) -> None:
    text = "职工医疗互助怎么申请？被拖欠工资怎么办？"
    told = (await client.post("/hit-test", json={"text": text})).json()
    assert [part["hits"][0]["article_id"] for part in told["parts"]] == [
        "mutual-aid",
        "wage-arrears",
    ]


@pytest.mark.parametrize("body", [{"text": " "}, {"text": 1}, {}, ["text"]])
async def test_another_body_is_refused(client: httpx2.AsyncClient, body: object) -> None:
    assert (await client.post("/hit-test", json=body)).status_code == 422

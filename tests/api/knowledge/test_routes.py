"""The knowledge desk over HTTP."""

import re
from collections.abc import AsyncIterator

import pytest
from sanic import Sanic

from actions import hit_test
from actions.search import Search
from api.knowledge.hit_test import HitTester
from api.security.access_table import routes_of
from knowledge_base.index.store import IndexStore
from knowledge_base.search import KnowledgeBase
from tests.actions.conftest import Fixed
from tests.api.knowledge.office import Office
from tests.knowledge_base import samples

pytestmark = pytest.mark.anyio
LEAVE = "/articles/annual-leave-days"


async def test_from_the_list_to_the_approval(office: Office) -> None:
    chen, zhou = await office.login("chen"), await office.login("zhou")
    listed = (await chen.get("/articles?text=年休假"))["articles"]
    assert [each["id"] for each in listed] == ["annual-leave-days"]
    opened = await chen.get(LEAVE)
    source = opened["source"].replace("填请假单", "填好请假单")
    checked = await chen.post(f"{LEAVE}/check", {"source": source})
    assert checked["problems"] == []
    assert "填好请假单" in checked["preview"]["html"]
    body = {"source": source, "base": opened["base"]}
    saved = await chen.request("PUT", f"{LEAVE}/draft", json=body)
    revision = saved.json()
    assert (revision["number"], revision["state"]) == (1, "draft")
    compared = await chen.get(f"{LEAVE}/difference?old=0&new=1")
    assert {each["kind"] for each in compared["lines"]} == {"same", "removed", "added", "gap"}
    await chen.post(f"/revisions/{revision['id']}/submit", {"comment": "请看"})
    await chen.post(f"/revisions/{revision['id']}/approve", {}, status=403)
    approved = await zhou.post(f"/revisions/{revision['id']}/approve", {})
    assert approved["state"] == "approved"
    waiting = (await zhou.get("/articles?state=approved"))["articles"]
    assert [each["latest"]["author"] for each in waiting] == ["陈编辑"]


async def test_the_second_editor_gets_409_with_the_name(office: Office) -> None:
    chen, wu = await office.login("chen"), await office.login("wu")
    opened = await chen.get(LEAVE)
    body = {"source": opened["source"] + "\n甲", "base": opened["base"]}
    assert (await chen.request("PUT", f"{LEAVE}/draft", json=body)).status_code == 200
    refused = await wu.request("PUT", f"{LEAVE}/draft", json=body)
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "edited_by_other"
    assert "陈编辑" in refused.json()["error"]["message"]


async def test_one_article_is_published_and_rolled_back(office: Office) -> None:
    chen, zhou = await office.login("chen"), await office.login("zhou")
    opened = await chen.get(LEAVE)
    source = opened["source"].replace("填请假单", "填好请假单")
    body = {"source": source, "base": opened["base"]}
    saved = await chen.request("PUT", f"{LEAVE}/draft", json=body)
    await chen.post(f"/revisions/{saved.json()['id']}/submit", {})
    await zhou.post(f"/revisions/{saved.json()['id']}/approve", {})
    await zhou.post("/articles/wage-arrears/publish", status=409)
    begun = await zhou.post(f"{LEAVE}/publish", status=202)
    assert begun["state"] == "running"
    await office.app.state.knowledge.publishing.wait()
    ended = await chen.get(f"/knowledge/publications/{begun['id']}")
    assert (ended["state"], ended["report"]["gate"]["passed"]) == ("live", True)
    assert [each["id"] for each in (await chen.get("/knowledge/publications"))["publications"]] == [
        begun["id"]
    ]
    assert (await zhou.post("/knowledge/roll-back"))["state"] == "rolled_back"
    await zhou.post("/knowledge/publications", status=409)


async def test_a_file_is_looked_at_kept_and_dropped(office: Office) -> None:
    chen = await office.login("chen")
    files = {"file": ("春风行动.md", "# 春风行动\n\n困难职工可以申请。".encode())}
    shown = await chen.request("POST", "/knowledge/imports/preview", files=files)
    assert shown.json()["documents"][0]["title"] == "春风行动"
    assert (await chen.request("POST", "/knowledge/imports", files=files)).status_code == 201
    (waiting,) = (await chen.get("/knowledge/imports"))["imports"]
    assert waiting["uploaded_by_name"] == "陈编辑"
    begun = await chen.post(
        f"/knowledge/imports/{waiting['name']}/article",
        {"document_id": shown.json()["documents"][0]["id"], "area": "hardship-aid"},
        status=201,
    )
    assert begun["number"] == 1
    dropped = await chen.request("DELETE", f"/knowledge/imports/{waiting['name']}")
    assert dropped.status_code == 204
    refused = await chen.request("POST", "/knowledge/imports", files={"file": ("a.exe", b"x")})
    assert refused.json()["error"]["code"] == "import_refused"


async def test_new_articles_worklist_and_retiring(office: Office) -> None:
    chen = await office.login("chen")
    body = {"id": "new-one", "area": "general", "title": "新的一条"}
    assert (await chen.post("/articles", body, status=201))["number"] == 1
    await chen.post("/articles", body, status=409)
    assert (await chen.get("/knowledge/worklist"))["items"][0]["article"]["id"] == "old-programme"
    assert (await chen.post(f"{LEAVE}/retire", {}))["state"] == "submitted"


async def test_who_may_not_edit_sees_nothing(office: Office) -> None:
    colleague = await office.login("wang")
    for method, path in sorted(routes_of(office.app)):
        if "knowledge" in path or "article" in path or "revision" in path:
            known = re.sub(r"\{\w+\}", "0" * 26, path.removeprefix("/api/v1/staff"))
            response = await colleague.request(method, known.replace("{name}", "x"))
            assert response.status_code == 403, (method, path)


@pytest.fixture
async def searching(office: Office) -> AsyncIterator[None]:
    """An action server that serves the small knowledge base."""
    store = IndexStore(office.app.state.knowledge.publishing._places.index)
    served = KnowledgeBase.from_store(store, samples.engine_of(samples.fake_encoder()))
    server = Sanic("knowledge_desk")
    server.config.TOUCHUP = False  # rewrites the class, which goes once in a process
    server.blueprint(hit_test.blueprint(Search(Fixed(served))))
    running = await server.create_server(
        host="127.0.0.1", port=0, return_asyncio_server=True, access_log=False
    )
    assert running is not None
    await running.startup()
    await running.start_serving()
    port = running.server.sockets[0].getsockname()[1]
    tester: HitTester = office.app.state.knowledge.hit_tester
    tester._url = f"http://127.0.0.1:{port}/hit-test"
    yield
    running.close()
    await running.wait_closed()


async def test_a_hit_test_shows_every_stage(office: Office, searching: None) -> None:
    chen = await office.login("chen")
    told = await chen.post("/knowledge/hit-test", {"text": "职工医疗互助怎么申请"})
    assert (told["decision"], told["hits"][0]["article_id"]) == ("answer", "mutual-aid")
    assert (
        told["version"]
        == IndexStore(office.app.state.knowledge.publishing._places.index).pointer().in_use
    )


async def test_without_the_action_server_there_is_no_hit_test(office: Office) -> None:
    chen = await office.login("chen")
    refused = await chen.request("POST", "/knowledge/hit-test", json={"text": "年假"})
    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "search_unavailable"

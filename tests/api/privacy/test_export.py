import json
from datetime import UTC, datetime

import pytest

from api.privacy.export import Export
from api.privacy.texts import privacy_texts
from api.storage.models import Conversation, Staff
from tests.api.privacy.conftest import Office
from tests.api.privacy.followers import follow

pytestmark = pytest.mark.anyio
WORD = "极密词语"


async def test_an_export_holds_what_was_told(office: Office) -> None:
    worker = await office.talkative_worker(WORD)
    response = await office.export(worker)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert "attachment" in response.headers["Content-Disposition"]
    data = response.json()
    assert data["about"] == privacy_texts().export.about
    assert data["worker"]["member"] == {
        "name": "张*",
        "union": "某厂工会",
        "joined_on": None,
        "mutual_aid_years": [2026],
    }
    [conversation] = data["conversations"]
    assert conversation["rating"]["comment"] == f"评：{WORD}"
    [handoff] = conversation["handoffs"]
    assert handoff["facts"] == {"employer": WORD}
    said = [(each["author"], each["text"], each["helpful"]) for each in conversation["messages"]]
    assert ("worker", f"问：{WORD}", None) in said
    assert ("bot", f"答：{WORD}", True) in said
    assert [each["id"] for each in conversation["messages"]] == [
        each.id for each in await office.messages(worker.id)
    ]
    assert datetime.fromisoformat(data["exported_at"]).tzinfo is not None


async def test_what_staff_keep_to_themselves_is_not_in_it(office: Office) -> None:
    worker = await office.talkative_worker(WORD)
    async with office.database.read() as session:
        staff = await session.get_one(Staff, office.staff_id)
    await office.gateway.app.state.desk.claim(worker.id, staff)
    await office.gateway.app.state.desk.resolve(worker.id, staff, "内部结论")
    text = (await office.export(worker)).text
    for secret in ("记：", "内部结论", "sealed", "张三丰", office.staff_id):
        assert secret not in text
    assert "priority" not in text
    assert "token" not in text


async def test_an_export_is_about_one_worker(office: Office) -> None:
    worker, other = await office.talkative_worker("甲的话"), await office.talkative_worker("乙的话")
    assert "乙的话" not in (await office.export(worker)).text
    assert "甲的话" not in (await office.export(other)).text


async def test_an_export_comes_conversation_by_conversation(office: Office) -> None:
    worker = await office.talkative_worker(WORD)
    settings = office.gateway.app.state.settings
    async with office.database.read() as session:
        first = await session.get_one(Conversation, worker.id)
    async with office.database.read() as session:
        staff = await session.get_one(Staff, office.staff_id)
    await office.gateway.app.state.desk.claim(worker.id, staff)
    await office.gateway.app.state.desk.resolve(worker.id, staff, "好")
    await worker.say("又来了")
    export = Export(office.database, first.worker_id, settings.timezone)
    chunks = [chunk async for chunk in export.chunks()]
    assert len(chunks) == 4  # head, two conversations, end
    assert len(json.loads(b"".join(chunks))["conversations"]) == 2


async def test_somebody_who_said_nothing_has_an_export_too(office: Office) -> None:
    worker = await office.gateway.worker()
    data = (await office.export(worker)).json()
    assert data["worker"]["member"] is None
    [conversation] = data["conversations"]
    assert [each["author"] for each in conversation["messages"]] == ["bot"]
    assert conversation["rating"] is None


async def test_an_export_tells_of_files_and_of_following(office: Office) -> None:
    worker = await office.talkative_worker(WORD)
    assert (await office.export(worker)).json()["worker"]["wechat"] is None
    since = datetime(2026, 11, 26, 1, 40, tzinfo=UTC)
    await follow(office.database, worker.id, "oSecret", WORD, since)
    response = await office.export(worker)
    assert "oSecret" not in response.text
    data = response.json()
    assert data["worker"]["wechat"] == {"following": True, "since": "2026-11-26T09:40:00+08:00"}
    [conversation] = data["conversations"]
    assert conversation["channel"] == "wechat"
    first, *others = conversation["messages"]
    [attachment] = first["attachments"]
    assert set(attachment) == {"id", "content_type", "size", "created_at"}
    assert (attachment["content_type"], attachment["size"]) == ("image/jpeg", 1234)
    assert all(each["attachments"] == [] for each in others)

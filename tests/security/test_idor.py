"""Whoever has one conversation has no other one; the routes themselves are walked through in
``tests/api/security/test_access_table.py``, here are the things inside of conversations."""

import pytest
from sqlalchemy import select

from api.storage.database import Database
from api.storage.models import Feedback, Rating, Role
from tests.api.attachments.samples import jpeg
from tests.api.attachments.scene import hand_over
from tests.api.gateway import Gateway, Worker
from tests.security.staff import hired

pytestmark = pytest.mark.anyio
SECRET = "只有我知道的话"


@pytest.fixture
async def other(running_gateway: Gateway) -> Worker:
    """Somebody else, who has said something."""
    other = await running_gateway.worker()
    await other.say(SECRET)
    return other


async def _answer_of(worker: Worker) -> str:
    messages = (await worker.history())["messages"]
    return str(next(each["id"] for each in reversed(messages) if each["author"] == "bot"))


async def test_a_message_of_another_conversation_cannot_be_rated(
    running_gateway: Gateway, worker: Worker, other: Worker
) -> None:
    url = f"/api/v1/conversations/{worker.id}/messages/{await _answer_of(other)}/feedback"
    response = await worker.client.post(url, json={"helpful": False}, headers=worker.headers)
    assert response.json()["error"]["code"] == "message_not_found"
    assert await _count(running_gateway.database, Feedback) == 0


async def test_a_message_of_another_conversation_is_no_place_to_read_from(
    worker: Worker, other: Worker
) -> None:
    after = {"after": await _answer_of(other)}
    response = await worker.client.get(worker.url, params=after, headers=worker.headers)
    assert response.status_code == 404
    assert SECRET not in response.text


async def test_a_rating_goes_to_ones_own_conversation(
    running_gateway: Gateway, worker: Worker, other: Worker
) -> None:
    url = f"/api/v1/conversations/{other.id}/rating"
    response = await worker.client.post(url, json={"score": 1}, headers=worker.headers)
    assert response.status_code == 401
    assert await _count(running_gateway.database, Rating) == 0


async def test_export_and_deletion_are_of_oneself(worker: Worker, other: Worker) -> None:
    exported = await worker.client.get("/api/v1/me/export", headers=worker.headers)
    assert exported.status_code == 200
    assert SECRET not in exported.text
    deleted = await worker.client.delete("/api/v1/me", headers=worker.headers)
    assert deleted.status_code == 200
    assert SECRET in str(await other.history())


async def test_a_file_is_for_its_conversation_and_the_colleague_who_has_it(
    running_gateway: Gateway, worker: Worker, other: Worker
) -> None:
    await hand_over(running_gateway.database, other.id)
    client, url = running_gateway.client, f"/api/v1/conversations/{other.id}/attachments"
    sent = await client.post(
        url,
        files={"file": ("a.jpg", jpeg())},
        data={"client_message_id": "f1"},
        headers=other.headers,
    )
    attachment_id = sent.json()["attachment"]["id"]
    for conversation_id, status in ((other.id, 401), (worker.id, 404)):
        mine = f"/api/v1/conversations/{conversation_id}/attachments/{attachment_id}"
        assert (await client.get(mine, headers=worker.headers)).status_code == status
    editor = await hired(running_gateway.app, Role.EDITOR)
    staff_url = f"/api/v1/staff/attachments/{attachment_id}"
    assert (await client.get(staff_url, headers=editor.headers)).status_code == 403


async def test_an_agent_acts_on_no_case_of_a_colleague(
    running_gateway: Gateway, worker: Worker
) -> None:
    await hand_over(running_gateway.database, worker.id)
    holder = await hired(running_gateway.app, Role.AGENT)
    intruder = await hired(running_gateway.app, Role.AGENT)
    client, case = running_gateway.client, f"/api/v1/staff/conversations/{worker.id}"
    assert (await client.post(f"{case}/claim", headers=holder.headers)).status_code == 204
    acts: list[tuple[str, str, dict[str, str]]] = [
        ("POST", "release", {}),
        ("POST", "return", {}),
        ("POST", "resolve", {"outcome": "办结"}),
        ("POST", "messages", {"text": "您好", "client_message_id": "m1"}),
        ("POST", "transfer", {"to_username": holder.username}),
        ("POST", "notes", {"text": "看过"}),
        ("PUT", "draft", {"text": "您好"}),
        ("GET", "card", {}),
        ("GET", "", {}),
    ]
    for method, act, body in acts:
        response = await client.request(
            method, f"{case}/{act}".rstrip("/"), json=body, headers=intruder.headers
        )
        assert response.status_code in (403, 409), (method, act, response.text)


async def _count(database: Database, table: type[Feedback] | type[Rating]) -> int:
    async with database.read() as session:
        return len((await session.scalars(select(table))).all())

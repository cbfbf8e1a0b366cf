"""Labels: made by supervisors, put on by everybody at the desk."""

import pytest

from api.storage.models import Role
from tests.api.inbox.room import Room
from tests.api.staff.office import Colleague

pytestmark = pytest.mark.anyio


@pytest.fixture
async def boss(room: Room) -> Colleague:
    return await room.office.hire("boss", Role.SUPERVISOR)


async def create(boss: Colleague, name: str) -> str:
    response = await boss.request("POST", "/labels", {"name": name, "colour": "red"})
    assert response.status_code == 201
    label_id: str = response.json()["id"]
    return label_id


async def test_put_on_and_taken_off(room: Room, boss: Colleague, chen: Colleague) -> None:
    label_id = await create(boss, "集体事件")
    labelled, other = await room.case(), await room.case()
    path = f"/conversations/{labelled}/labels/{label_id}"
    for _ in range(2):
        assert (await chen.request("PUT", path)).status_code == 204
    rows = {row["conversation_id"]: row["labels"] for row in await room.rows(chen)}
    assert rows[labelled] == [{"id": label_id, "name": "集体事件", "colour": "red"}]
    assert rows[other] == []
    assert await room.found(chen, f"?label={label_id}") == [labelled]
    assert (await chen.request("DELETE", path)).status_code == 204
    assert await room.found(chen, f"?label={label_id}") == []


async def test_a_name_is_there_once(room: Room, boss: Colleague) -> None:
    label_id = await create(boss, "急")
    assert (await boss.request("POST", "/labels", {"name": " 急 "})).status_code == 409
    assert (await boss.request("POST", "/labels", {"name": "　"})).status_code == 422
    assert (await boss.request("DELETE", f"/labels/{label_id}")).status_code == 204
    assert await boss.get("/labels") == []
    assert await create(boss, "急") == label_id


async def test_who_may(room: Room, boss: Colleague, chen: Colleague, wang: Colleague) -> None:
    assert (await chen.request("POST", "/labels", {"name": "急"})).status_code == 403
    label_id = await create(boss, "急")
    conversation_id = await room.case()
    await chen.does(conversation_id, "claim")
    path = f"/conversations/{conversation_id}/labels/{label_id}"
    assert (await wang.request("PUT", path)).status_code == 403
    gone = path.replace(label_id, "0" * 26)
    assert (await chen.request("PUT", gone)).status_code == 404

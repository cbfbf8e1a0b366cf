"""Canned replies and their variables."""

import asyncio
from typing import Any

import pytest

from api.inbox.canned_replies import filled
from api.storage.models import Role
from tests.api.inbox.room import Room
from tests.api.staff.office import Colleague

pytestmark = pytest.mark.anyio
BODY = {"shortcut": "wh", "title": "问候", "text": "{姓名}好，我是{坐席}，{单位}的事我在看"}


@pytest.fixture
async def boss(room: Room) -> Colleague:
    return await room.office.hire("boss", Role.SUPERVISOR)


async def create(boss: Colleague, **changes: str) -> Any:
    response = await boss.request("POST", "/canned-replies", BODY | changes)
    assert response.status_code == 201, response.text
    return response.json()


async def test_filled_from_the_case(room: Room, boss: Colleague, chen: Colleague) -> None:
    await create(boss)
    conversation_id = await room.case(employer="{坐席}电子厂")
    (reply,) = await chen.get(f"/conversations/{conversation_id}/canned-replies")
    assert reply["text"] == "您好，我是chen姐，{坐席}电子厂的事我在看"
    (raw,) = await chen.get("/canned-replies")
    assert raw["text"] == BODY["text"]


def test_an_unknown_variable_stays() -> None:
    assert filled("{姓名}{什么}{", {"姓名": "您"}) == "您{什么}{"


async def test_two_who_edit_at_once_lose_nothing(room: Room, boss: Colleague) -> None:
    reply = await create(boss)
    path = f"/canned-replies/{reply['id']}"
    changes = [{**BODY, "title": title, "version": 1} for title in ("甲", "乙")]
    answers = await asyncio.gather(*(boss.request("PUT", path, change) for change in changes))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (kept,) = await boss.get("/canned-replies")
    assert kept["version"] == 2
    assert (await boss.request("DELETE", f"{path}?version=1")).status_code == 409
    assert (await boss.request("DELETE", f"{path}?version=2")).status_code == 204
    assert await boss.get("/canned-replies") == []
    assert (await create(boss))["version"] == 3


@pytest.mark.parametrize(
    "change",
    [
        {"shortcut": "a b"},
        {"shortcut": "/a"},
        {"shortcut": "\u200b"},
        {"title": ""},
        {"text": "{电话}"},
        {"text": "x" * 2001},
    ],
)
async def test_what_cannot_be_used(boss: Colleague, change: dict[str, str]) -> None:
    assert (await boss.request("POST", "/canned-replies", BODY | change)).status_code == 422


async def test_a_shortcut_is_there_once(boss: Colleague, chen: Colleague) -> None:
    reply = await create(boss)
    other = await create(boss, shortcut="zj")
    assert (await boss.request("POST", "/canned-replies", BODY)).status_code == 409
    taken = BODY | {"version": other["version"]}
    response = await boss.request("PUT", f"/canned-replies/{other['id']}", taken)
    assert response.status_code == 409
    assert (await chen.request("POST", "/canned-replies", BODY)).status_code == 403
    gone = f"/canned-replies/{reply['id'][::-1]}"
    assert (await boss.request("PUT", gone, BODY | {"version": 1})).status_code == 404

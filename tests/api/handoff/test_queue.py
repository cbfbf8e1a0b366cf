from datetime import timedelta

import pytest

from api.handoff import queue
from api.storage.models import Status
from tests.api.handoff.conftest import Scene

pytestmark = pytest.mark.anyio


async def test_the_most_urgent_and_then_the_oldest_come_first(scene: Scene) -> None:
    ids = {}
    for name, priority in (("old", 3), ("urgent", 1), ("new", 3)):
        ids[name] = await scene.waiting(priority=priority)
        scene.clock.forward(timedelta(minutes=1))
    async with scene.database.read() as session:
        entries = await queue.queue(session)
        positions = {
            entry.conversation.id: await queue.position(session, entry.handoff) for entry in entries
        }
    assert [entry.conversation.id for entry in entries] == [
        ids["urgent"],
        ids["old"],
        ids["new"],
    ]
    assert positions == {ids["urgent"]: 0, ids["old"]: 1, ids["new"]: 2}


async def test_the_queue_can_be_narrowed(scene: Scene) -> None:
    first, second = await scene.waiting(), await scene.waiting(priority=2)
    await scene.desk.claim(first, scene.ann)
    async with scene.database.read() as session:
        waiting = await queue.queue(session, status=Status.WAITING)
        mine = await queue.queue(session, claimed_by=scene.ann.id)
        pressing = await queue.queue(session, priority=2)
    assert [entry.conversation.id for entry in waiting] == [second]
    assert [entry.conversation.id for entry in mine] == [first]
    assert mine[0].claimed_by is not None
    assert mine[0].claimed_by.name == "小安"
    assert [entry.conversation.id for entry in pressing] == [second]


async def test_a_case_is_shown_with_all_that_is_known(scene: Scene) -> None:
    case = await scene.waiting()
    await scene.desk.claim(case, scene.ann)
    await scene.desk.note(case, scene.bob, "上个月也来过")
    async with scene.database.read() as session:
        detail = await queue.detail(session, case)
    assert detail.handoff is not None
    assert detail.claimed_by is not None
    assert detail.messages[0].text == "老板不发工资"
    assert [(note.text, name) for note, name in detail.notes] == [("上个月也来过", "小博")]
    assert detail.earlier == []

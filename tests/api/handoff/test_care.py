from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from api.conversations import access
from api.handoff.care import Care
from api.outbox.escalation import Escalations
from api.promises.schedule import Schedule
from api.promises.service import ServicePromises
from api.promises.working_hours import WorkingHours
from api.storage.models import (
    Author,
    Handoff,
    HandoffState,
    Message,
    MessageKind,
    OutboxItem,
    Status,
)
from tests.api.handoff.conftest import Scene

pytestmark = pytest.mark.anyio

SILENCE = timedelta(minutes=15)
IDLE = timedelta(days=7)
PROMISES = ServicePromises(
    WorkingHours(Schedule.parse("mon-sun 00:00-23:59"), ZoneInfo("Asia/Shanghai"))
)


@pytest.fixture
def care(scene: Scene) -> Care:
    return Care(
        scene.database,
        scene.desk,
        PROMISES,
        Escalations(["webhook"], clock=scene.clock),
        silence=SILENCE,
        idle=IDLE,
        publisher=scene.listener,
        clock=scene.clock,
    )


async def _worker_says(scene: Scene, case: str, text: str) -> None:
    async with scene.database.write() as session:
        conversation = await access.lock_conversation(session, case)
        message = Message.of(Author.WORKER, MessageKind.CHAT, text, created_at=scene.clock())
        await access.append(session, conversation, [message])


async def test_a_case_without_a_first_word_goes_back(scene: Scene, care: Care) -> None:
    case = await scene.waiting()
    await scene.desk.claim(case, scene.ann)
    scene.clock.forward(SILENCE)
    await care.round()
    assert (await scene.conversation(case)).status is Status.WITH_STAFF
    scene.clock.forward(timedelta(seconds=1))
    await care.round()
    assert (await scene.conversation(case)).status is Status.WAITING
    handoff = await scene.handoff(case)
    assert handoff is not None
    assert (handoff.state, handoff.claimed_by) == (HandoffState.WAITING, None)


async def test_who_has_answered_may_wait_for_the_worker(scene: Scene, care: Care) -> None:
    case = await scene.waiting()
    await scene.desk.claim(case, scene.ann)
    scene.clock.forward(timedelta(minutes=1))
    await scene.desk.reply(case, scene.ann, "请把合同拍给我", "1")
    scene.clock.forward(timedelta(hours=3))
    await care.round()
    assert (await scene.conversation(case)).status is Status.WITH_STAFF
    await _worker_says(scene, case, "拍好了")
    await care.round()
    assert (await scene.conversation(case)).status is Status.WITH_STAFF
    scene.clock.forward(SILENCE + timedelta(seconds=1))
    await care.round()
    assert (await scene.conversation(case)).status is Status.WAITING


async def test_idle_conversations_with_the_bot_close(scene: Scene, care: Care) -> None:
    case = await scene.waiting()
    await scene.desk.release(case, scene.ann)
    await care.round()
    assert (await scene.conversation(case)).status is Status.BOT
    scene.clock.forward(timedelta(days=3650))
    await care.round()
    assert (await scene.conversation(case)).status is Status.CLOSED
    said = await scene.texts(case)
    await care.round()
    assert await scene.texts(case) == said


@pytest.mark.parametrize("status", [Status.WAITING, Status.BOT])
async def test_what_is_on_the_desk_is_never_put_away(
    scene: Scene, care: Care, status: Status
) -> None:
    case = await scene.waiting(status=status)
    scene.clock.forward(timedelta(days=3650))
    await care.round()
    assert (await scene.conversation(case)).status is status
    assert await scene.handoff(case) is not None


async def test_the_desk_is_told_once_of_a_warning_and_once_of_a_breach(
    scene: Scene, care: Care
) -> None:
    case = await scene.waiting()
    due = scene.clock() + timedelta(hours=2)
    async with scene.database.write() as session:
        handoff = (await session.scalars(select(Handoff))).one()
        handoff.due_at = due

    async def told() -> list[str]:
        async with scene.database.read() as session:
            items = await session.scalars(select(OutboxItem).order_by(OutboxItem.id))
            return [item.payload["type"] for item in items]

    await care.round()
    assert await told() == []
    scene.clock.now = due - timedelta(minutes=20)
    for _ in range(2):
        await care.round()
    assert await told() == ["handoff.sla_warning"]
    scene.clock.now = due
    for _ in range(2):
        await care.round()
    assert await told() == ["handoff.sla_warning", "handoff.sla_breach"]
    await scene.desk.claim(case, scene.ann)

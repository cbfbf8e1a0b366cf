import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from api.conversations import access
from api.conversations.dialogue import Question
from api.handoff import queue
from api.live.events import MessageStored, QueueChanged, StatusChanged
from api.outbox import queue as outbox
from api.privacy import bot_memory
from api.privacy.texts import privacy_texts
from api.staff.messages import CaseResponse
from api.storage.models import (
    AuditEntry,
    Conversation,
    Feedback,
    HandoffState,
    OutboxItem,
    Rating,
    Staff,
    Status,
    now,
)
from api.storage.models import Worker as WorkerRow
from tests.api.gateway import Worker
from tests.api.privacy.conftest import Office

pytestmark = pytest.mark.anyio
WORD = "极密词语"


async def test_no_word_of_the_worker_is_left_anywhere(office: Office) -> None:
    worker = await office.talkative_worker(WORD)
    before = await office.everything()
    assert before.count(WORD) >= 10
    response = await office.delete(worker)
    assert response.status_code == 200
    assert response.json()["kept"] == privacy_texts().deletion.kept
    after = await office.everything()
    assert WORD not in after
    assert f"id-{WORD}" not in after


async def test_the_worker_is_not_known_any_more(office: Office) -> None:
    worker = await office.talkative_worker(WORD)
    async with office.database.read() as session:
        conversation = await session.get_one(Conversation, worker.id)
    token_hash = conversation.token_hash
    await office.delete(worker)
    async with office.database.read() as session:
        person = await session.get_one(WorkerRow, conversation.worker_id)
    assert person.deleted_at is not None
    assert person.member_id is person.verified_at is None
    assert token_hash not in await office.everything()


async def test_figures_stay(office: Office) -> None:
    worker = await office.talkative_worker(WORD)
    count = len(await office.messages(worker.id))
    await office.delete(worker)
    async with office.database.read() as session:
        rating = await session.get_one(Rating, worker.id)
        helpful = (await session.scalars(select(Feedback.helpful))).one()
    assert (rating.score, rating.comment, helpful) == (4, "", True)
    assert len(await office.messages(worker.id)) == count + 1
    assert (await office.handoff(worker.id)).reason == "legal_case"


async def test_no_token_works_any_more(office: Office) -> None:
    worker = await office.talkative_worker(WORD)
    await office.delete(worker)
    assert (await office.gateway.client.get(worker.url, headers=worker.headers)).status_code == 401
    assert (await worker.post("在吗")).status_code == 401
    assert (await office.export(worker)).status_code == 401


async def test_a_repetition_gets_the_same_answer_and_does_nothing(office: Office) -> None:
    worker = await office.talkative_worker(WORD)
    first = await office.delete(worker)
    before = await office.everything()
    again = await office.delete(worker)
    assert (again.status_code, again.json()) == (200, first.json())
    assert await office.everything() == before


@pytest.mark.parametrize("header", [None, "Bearer x", "Basic x", "Bearer "])
async def test_nobody_is_deleted_without_the_token(office: Office, header: str | None) -> None:
    worker = await office.talkative_worker(WORD)
    for method, url in (("DELETE", "/api/v1/me"), ("GET", "/api/v1/me/export")):
        headers = {"Authorization": header} if header else {}
        response = await office.gateway.client.request(method, url, headers=headers)
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "unauthorized"
    assert (await worker.history())["messages"]


async def test_other_workers_keep_everything(office: Office) -> None:
    worker, other = await office.talkative_worker(WORD), await office.talkative_worker("别人")
    history = await other.history()
    await office.delete(worker)
    assert await other.history() == history
    assert (await office.handoff(other.id)).state is HandoffState.WAITING


@pytest.mark.parametrize("status", [Status.WAITING, Status.WITH_STAFF])
async def test_the_desk_is_told_and_has_nothing_to_do_any_more(
    office: Office, status: Status
) -> None:
    worker = await office.talkative_worker(WORD)
    async with office.database.read() as session:
        staff = await session.get_one(Staff, office.staff_id)
    if status is Status.WITH_STAFF:
        await office.gateway.app.state.desk.claim(worker.id, staff)
    await office.delete(worker)
    assert (await office.handoff(worker.id)).state is HandoffState.CANCELLED
    async with office.database.read() as session:
        assert not await queue.queue(session)
        case = await queue.detail(session, worker.id)
    seen = CaseResponse.of(case, ZoneInfo("Asia/Shanghai"))
    assert seen.messages[-1].text == privacy_texts().desk_notice
    assert {message.text for message in seen.messages[:-1]} == {""}
    assert case.conversation.status is Status.CLOSED
    assert case.conversation.closed_at is not None
    assert MessageStored(worker.id, case.conversation.last_seq) in office.listener.events
    assert StatusChanged(worker.id, Status.CLOSED) in office.listener.events
    assert QueueChanged() in office.listener.events


async def test_a_turn_that_is_under_way_leaves_nothing(office: Office) -> None:
    worker = await office.gateway.worker()
    office.rasa.hold()
    turn = asyncio.create_task(worker.say(WORD))
    await office.rasa.arrived.wait()
    await office.delete(worker)
    office.rasa.gate.set()
    assert (await turn)["messages"] == []
    assert WORD not in await office.everything()
    async with office.database.read() as session:
        assert not await access.unhandled_messages(session)


async def test_conversations_that_went_on_are_deleted_together(office: Office) -> None:
    worker = await office.talkative_worker(WORD)
    async with office.database.read() as session:
        staff = await session.get_one(Staff, office.staff_id)
    desk = office.gateway.app.state.desk
    await desk.claim(worker.id, staff)
    await desk.resolve(worker.id, staff, f"结果：{WORD}")
    following = (await worker.say(f"又来了 {WORD}"))["conversation_id"]
    assert following != worker.id
    await office.delete(worker)
    assert WORD not in await office.everything()
    # It was not on the desk any more, so nobody has to be told.
    assert {message.text for message in await office.messages(worker.id)} == {""}
    assert {message.text for message in await office.messages(following)} == {""}


async def test_two_at_once_delete_once(office: Office) -> None:
    worker = await office.talkative_worker(WORD)
    responses = await asyncio.gather(*(office.delete(worker) for _ in range(5)))
    assert {response.status_code for response in responses} == {200}
    async with office.database.read() as session:
        entries = (
            await session.scalars(
                select(AuditEntry).where(AuditEntry.action.startswith("privacy."))
            )
        ).all()
    assert sorted(entry.action for entry in entries) == [
        "privacy.erase_conversation",
        "privacy.erase_worker",
    ]


async def test_what_was_to_be_delivered_is_not_and_the_bot_forgets(office: Office) -> None:
    worker = await office.talkative_worker(WORD)
    async with office.database.write() as session:
        await outbox.enqueue(session, "chat", {"text": WORD}, worker.id)
        (await access.lock_conversation(session, worker.id)).bot_round = 2
    await office.delete(worker)
    async with office.database.read() as session:
        [item] = (
            await session.scalars(
                select(OutboxItem).where(OutboxItem.adapter == bot_memory.ADAPTER)
            )
        ).all()
        assert await session.scalar(select(func.count()).where(OutboxItem.adapter == "chat")) == 0
    assert item.payload == {"senders": [_sender(worker, number) for number in range(3)]}
    assert timedelta(seconds=50) < item.due_at - now() <= timedelta(seconds=60)


def _sender(worker: Worker, bot_round: int) -> str:
    return Question(worker.id, bot_round, message_id="", text="", channel="web").sender

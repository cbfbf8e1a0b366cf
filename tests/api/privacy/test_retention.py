from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from api.privacy import retention as module
from api.privacy.retention import Retention
from api.storage.models import AuditEntry, Conversation, HandoffState, Staff, Status, now
from api.storage.models import Worker as WorkerRow
from tests.api.gateway import Worker
from tests.api.privacy.conftest import Office

pytestmark = pytest.mark.anyio
WORD = "极密词语"
DAY = timedelta(days=1)


async def rounds(office: Office, *, days_later: float) -> int:
    def clock() -> datetime:
        return now() + days_later * DAY

    return await Retention(office.database, keep=180 * DAY, clock=clock).round()


async def age(office: Office, conversation_id: str, days: float) -> None:
    async with office.database.write() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        conversation.last_message_at -= days * DAY


async def resolve(office: Office, worker: Worker) -> None:
    async with office.database.read() as session:
        staff = await session.get_one(Staff, office.staff_id)
    desk = office.gateway.app.state.desk
    await desk.claim(worker.id, staff)
    await desk.resolve(worker.id, staff, f"结果：{WORD}")


async def test_a_closed_conversation_is_erased_after_its_time(office: Office) -> None:
    worker = await office.talkative_worker(WORD)
    await resolve(office, worker)
    assert await rounds(office, days_later=179) == 0
    assert WORD in await office.everything()
    assert await rounds(office, days_later=181) == 1
    assert WORD not in await office.everything()
    assert await rounds(office, days_later=181) == 0


async def test_with_the_last_conversation_the_worker_is_forgotten(office: Office) -> None:
    worker = await office.talkative_worker(WORD)
    await resolve(office, worker)
    await rounds(office, days_later=181)
    async with office.database.read() as session:
        person = (await session.scalars(select(WorkerRow))).one()
        entries = await session.scalars(
            select(AuditEntry.action).where(AuditEntry.action.startswith("privacy."))
        )
        assert sorted(entries) == ["privacy.erase_conversation", "privacy.erase_worker"]
    assert person.deleted_at is not None
    assert person.member_id is None
    assert (await worker.post("在吗")).status_code == 401
    # What others did stays on record.
    assert "handoff.resolve" in await office.everything()


async def test_who_came_back_keeps_the_token_and_what_is_new(office: Office) -> None:
    worker = await office.talkative_worker(WORD)
    await resolve(office, worker)
    await age(office, worker.id, 200)
    following = (await worker.say("新的事"))["conversation_id"]
    assert await rounds(office, days_later=0) == 1
    assert WORD not in await office.everything()
    assert "新的事" in [message.text for message in await office.messages(following)]
    assert (await worker.say("还在吗"))["conversation_id"] == following


async def test_an_idle_conversation_with_the_bot_is_closed_and_erased(office: Office) -> None:
    worker = await office.gateway.worker()
    await worker.say(WORD)
    assert await rounds(office, days_later=181) == 1
    assert WORD not in await office.everything()
    async with office.database.read() as session:
        conversation = await session.get_one(Conversation, worker.id)
    assert conversation.status is Status.CLOSED


@pytest.mark.parametrize("status", [Status.WAITING, Status.WITH_STAFF, Status.BOT])
async def test_what_is_on_the_desk_stays(office: Office, status: Status) -> None:
    worker = await office.talkative_worker(WORD)
    async with office.database.write() as session:
        (await session.get_one(Conversation, worker.id)).status = status
    assert await rounds(office, days_later=1000) == 0
    assert (await office.handoff(worker.id)).state is HandoffState.WAITING


async def test_more_than_a_batch_is_erased_in_one_round(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_WORKERS_AT_ONCE", 2)
    for _ in range(5):
        await office.gateway.worker()
    assert await rounds(office, days_later=181) == 5


async def test_what_slipped_in_behind_a_deletion_is_erased_too(office: Office) -> None:
    worker = await office.gateway.worker()
    async with office.database.write() as session:
        conversation = await session.get_one(Conversation, worker.id)
        person = await session.get_one(WorkerRow, conversation.worker_id)
        person.deleted_at = now()
    assert await rounds(office, days_later=181) == 1
    assert await rounds(office, days_later=181) == 0

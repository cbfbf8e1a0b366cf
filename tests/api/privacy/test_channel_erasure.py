"""What a channel keeps about a worker goes with the rest."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from api.conversations import access
from api.privacy.channel_erasure import PAYLOAD_KEPT, RECORD_KEPT
from api.privacy.retention import Retention
from api.storage.models import (
    Attachment,
    AttachmentState,
    Conversation,
    Delivery,
    HandoffState,
    Status,
    WechatFollower,
    WechatPart,
    now,
)
from tests.api.privacy.conftest import Office
from tests.api.privacy.followers import Follower, follow

pytestmark = pytest.mark.anyio
WORD = "极密词语"
OPENID = "oSecretOpenId0123456789"
DAY = timedelta(days=1)


@pytest.fixture
async def follower(office: Office) -> Follower:
    worker = await office.talkative_worker(WORD)
    return await follow(office.database, worker.id, OPENID, WORD)


async def delete(office: Office, follower: Follower) -> None:
    """Delete the follower at their own word."""
    deletion = office.gateway.app.state.deletion
    async with office.database.write() as session:
        await deletion.erase(session, follower.worker_id)


async def rounds(office: Office, *, later: timedelta) -> int:
    def clock() -> datetime:
        return now() + later

    return await Retention(office.database, keep=180 * DAY, clock=clock).round()


async def test_neither_words_nor_the_openid_are_left(office: Office, follower: Follower) -> None:
    await follower.receive("msg:1", WORD)
    await follower.receive("msg:2", WORD, conversation_id=follower.conversation_id)
    await follower.receive(f"event:{OPENID}:1:subscribe", WORD)
    await follower.receive(f"event:{OPENID}:2:CLICK:k", WORD, handled_at=None, reply=None)
    before = await office.everything()
    assert WORD in before
    assert OPENID in before
    await delete(office, follower)
    after = await office.everything()
    assert WORD not in after
    assert OPENID not in after


async def test_a_repeated_delivery_is_still_recognised(office: Office, follower: Follower) -> None:
    message = await follower.receive("msg:1", WORD)
    event = await follower.receive(f"event:{OPENID}:1:subscribe", WORD)
    await delete(office, follower)
    inbox = await follower.inbox()
    assert inbox[message].dedupe_key == "msg:1"
    assert inbox[event].dedupe_key == f"erased:{event}"
    for row in inbox.values():
        assert (row.payload, row.openid, row.reply) == ({}, "", "")


async def test_what_is_at_work_is_not_taken_up_again_and_can_still_be_answered(
    office: Office, follower: Follower
) -> None:
    row_id = await follower.receive("msg:1", WORD, handled_at=None, reply=None)
    await delete(office, follower)
    row = (await follower.inbox())[row_id]
    assert row.handled_at is not None
    assert row.reply is None


async def test_nothing_more_is_pushed(office: Office, follower: Follower) -> None:
    await delete(office, follower)
    async with office.database.read() as session:
        for table in (Delivery, WechatPart, WechatFollower):
            assert not (await session.scalars(select(table))).all(), table


async def test_of_a_file_its_kind_and_size_stay(office: Office, follower: Follower) -> None:
    await delete(office, follower)
    async with office.database.read() as session:
        attachment = (await session.scalars(select(Attachment))).one()
    assert attachment.state is AttachmentState.ERASED
    assert (attachment.source, attachment.file_name, attachment.sha256) == (None, "", None)
    assert (attachment.content_type, attachment.size) == ("image/jpeg", 1234)


async def test_other_followers_keep_everything(office: Office, follower: Follower) -> None:
    worker = await office.talkative_worker("别人")
    other = await follow(office.database, worker.id, "oOther", "别人")
    row_id = await other.receive("msg:9", "别人")
    await delete(office, follower)
    assert (await other.inbox())[row_id].payload == {"content": "别人"}
    async with office.database.read() as session:
        assert (await session.scalars(select(WechatFollower.openid))).all() == ["oOther"]
        for column in (Delivery.conversation_id, WechatPart.conversation_id):
            assert (await session.scalars(select(column))).all() == [worker.id]


async def test_retention_erases_what_belongs_to_an_old_conversation(
    office: Office, follower: Follower
) -> None:
    row_id = await follower.receive("msg:1", WORD, conversation_id=follower.conversation_id)
    worker = await office.gateway.worker()  # the same worker goes on in another conversation
    async with office.database.write() as session:
        old = await session.get_one(Conversation, follower.conversation_id)
        old.status, old.last_message_at = Status.CLOSED, now() - 200 * DAY
        handoff = await access.open_handoff(session, old.id)
        assert handoff is not None
        handoff.state = HandoffState.RESOLVED
        (await session.get_one(Conversation, worker.id)).worker_id = follower.worker_id
    assert await rounds(office, later=timedelta()) == 1
    row = (await follower.inbox())[row_id]
    assert (row.payload, row.openid, row.dedupe_key) == ({}, "", "msg:1")
    async with office.database.read() as session:
        assert not (await session.scalars(select(Delivery))).all()
        assert not (await session.scalars(select(WechatPart))).all()
        assert (await session.scalars(select(WechatFollower.openid))).all() == [OPENID]


async def test_the_inbox_is_emptied_after_a_week(office: Office, follower: Follower) -> None:
    handled = await follower.receive("msg:1", WORD, conversation_id=follower.conversation_id)
    left = await follower.receive("msg:2", WORD, handled_at=None, reply=None)
    await rounds(office, later=PAYLOAD_KEPT - DAY)
    assert (await follower.inbox())[handled].payload == {"content": WORD}
    for _ in range(2):
        await rounds(office, later=PAYLOAD_KEPT + DAY)
        inbox = await follower.inbox()
        assert (inbox[handled].payload, inbox[handled].reply) == ({}, "")
        assert inbox[handled].dedupe_key == "msg:1"
        assert inbox[left].payload == {"content": WORD}  # it has not been carried out


async def test_deliveries_and_strangers_are_dropped_after_a_month(
    office: Office, follower: Follower
) -> None:
    await follower.receive("msg:1", WORD, conversation_id=follower.conversation_id)
    await follower.receive("msg:2", WORD)
    async with office.database.write() as session:
        session.add(WechatFollower(openid="oNobody"))
    await rounds(office, later=RECORD_KEPT - DAY)
    assert len(await follower.inbox()) == 2
    await rounds(office, later=RECORD_KEPT + DAY)
    assert list(await follower.inbox()) == []
    async with office.database.read() as session:
        assert (await session.scalars(select(WechatFollower.openid))).all() == [OPENID]

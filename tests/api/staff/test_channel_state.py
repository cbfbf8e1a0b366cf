"""What the desk sees of a worker's channel."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from api.channels.wechat.accounts import WechatAccount
from api.channels.wechat.ledger import MESSAGE_LIMIT, MESSAGE_WINDOW
from api.staff.channel_texts import channel_texts
from api.storage.models import (
    Attachment,
    AttachmentState,
    Channel,
    Conversation,
    Delivery,
    DeliveryState,
    Handoff,
    Member,
    WechatFollower,
    Worker,
    new_id,
    now,
)
from tests.api.staff.office import Colleague, Office

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)


@pytest.fixture
async def chen(office: Office) -> Colleague:
    return await office.hire("chen")


def account_is(office: Office, account: WechatAccount) -> None:
    settings = office.app.state.settings
    office.app.state.settings = settings.model_copy(update={"wechat_account": account})


async def wechat_case(office: Office, *, contact: str | None = None, **follower: Any) -> str:
    """A case that waits, of a follower with these fields."""
    case = await office.case()
    async with office.database.write() as session:
        conversation = await session.get_one(Conversation, case)
        conversation.channel = Channel.WECHAT
        session.add(WechatFollower(openid=new_id(), worker_id=conversation.worker_id, **follower))
        handoff = (
            await session.scalars(select(Handoff).where(Handoff.conversation_id == case))
        ).one()
        handoff.case_facts = {"contact": contact} if contact else {}
    return case


async def message_of(colleague: Colleague, case: str) -> str:
    message_id: str = (await colleague.case(case))["messages"][0]["id"]
    return message_id


async def test_on_the_web_there_is_nothing_to_see(office: Office, chen: Colleague) -> None:
    seen = await chen.case(await office.case())
    assert seen["wechat"] is None
    assert (seen["deliveries"], seen["attachments"]) == ({}, [])


@pytest.mark.parametrize(
    "account", [WechatAccount.VERIFIED_SERVICE, WechatAccount.VERIFIED_SUBSCRIPTION]
)
async def test_while_the_window_is_open_a_reply_goes_out(
    office: Office, chen: Colleague, account: WechatAccount
) -> None:
    account_is(office, account)
    opened_at = now() - HOUR
    case = await wechat_case(office, window_opened_at=opened_at, window_used=2)
    wechat = (await chen.case(case))["wechat"]
    left = MESSAGE_LIMIT - 2
    assert (wechat["following"], wechat["plan"], wechat["messages_left"]) == (
        True,
        "send_now",
        left,
    )
    assert wechat["plan_text"] == channel_texts().wechat.send_now.format(left=left)
    ends_at = datetime.fromisoformat(wechat["window_ends_at"])
    assert timedelta() < ends_at - opened_at <= MESSAGE_WINDOW
    assert ends_at.utcoffset() == 8 * HOUR


@pytest.mark.parametrize(
    ("account", "follower"),
    [
        (WechatAccount.VERIFIED_SERVICE, {}),
        (WechatAccount.VERIFIED_SERVICE, {"window_opened_at": now() - 49 * HOUR}),
        (
            WechatAccount.VERIFIED_SERVICE,
            {"window_opened_at": now() - HOUR, "window_used": MESSAGE_LIMIT},
        ),
        (WechatAccount.UNVERIFIED, {"window_opened_at": now() - HOUR}),
    ],
    ids=["never written", "too long ago", "used up", "may not send"],
)
async def test_otherwise_it_waits_for_the_next_contact(
    office: Office, chen: Colleague, account: WechatAccount, follower: dict[str, Any]
) -> None:
    account_is(office, account)
    wechat = (await chen.case(await wechat_case(office, **follower)))["wechat"]
    assert (wechat["following"], wechat["plan"], wechat["messages_left"]) == (
        True,
        "next_contact",
        0,
    )
    texts = channel_texts().wechat
    assert wechat["plan_text"] == texts.next_contact + texts.phone_unknown


async def test_who_has_left_can_only_be_called(office: Office, chen: Colleague) -> None:
    account_is(office, WechatAccount.VERIFIED_SERVICE)
    case = await wechat_case(
        office, subscribed=False, window_opened_at=now() - HOUR, contact="13800000000"
    )
    wechat = (await chen.case(case))["wechat"]
    assert (wechat["following"], wechat["plan"], wechat["phone_known"]) == (False, "phone", True)
    assert (wechat["messages_left"], wechat["window_ends_at"]) == (0, None)
    texts = channel_texts().wechat
    assert wechat["plan_text"] == texts.phone + texts.phone_known
    assert "13800000000" not in str(wechat)


@pytest.mark.parametrize("phone", ["sealed-phone", None])
async def test_the_phone_of_a_verified_member_is_known(
    office: Office, chen: Colleague, phone: str | None
) -> None:
    case = await wechat_case(office)
    await verify(office, case, await new_member(office, phone))
    seen = await chen.case(case)
    assert seen["wechat"]["phone_known"] is (phone is not None)
    assert "sealed-phone" not in str(seen)


async def test_after_erasure_there_is_nobody_to_reach(office: Office, chen: Colleague) -> None:
    case = await wechat_case(office)
    async with office.database.write() as session:
        await session.execute(delete(WechatFollower))
    assert (await chen.case(case))["wechat"] is None


async def test_files_of_the_worker_are_listed(office: Office, chen: Colleague) -> None:
    case = await wechat_case(office)
    attachment = Attachment(
        conversation_id=case,
        message_id=await message_of(chen, case),
        state=AttachmentState.STORED,
        source="secret-media-id",
        file_name="工资条.jpg",
        content_type="image/jpeg",
        size=1234,
    )
    async with office.database.write() as session:
        session.add(attachment)
    seen = await chen.case(case)
    [listed] = seen["attachments"]
    assert datetime.fromisoformat(listed.pop("created_at")) == attachment.created_at
    assert listed == {
        "id": attachment.id,
        "message_id": attachment.message_id,
        "state": "stored",
        "family": "image",
        "content_type": "image/jpeg",
        "size": 1234,
        "name": "工资条.jpg",
    }
    assert "secret-media-id" not in str(seen)


async def test_a_reply_is_stored_though_nothing_can_be_sent(
    office: Office, chen: Colleague
) -> None:
    case = await wechat_case(office, subscribed=True)
    await chen.does(case, "claim")
    body = {"text": "您好", "client_message_id": "s1"}
    reply = await chen.does(case, "messages", **body)
    assert reply["text"] == "您好"
    async with office.database.write() as session:
        await session.merge(
            Delivery(
                message_id=reply["id"],
                conversation_id=case,
                state=DeliveryState.HELD,
                reason="out_of_window",
            )
        )
    held = {"state": "held", "reason": "out_of_window"}
    assert (await chen.does(case, "messages", **body))["delivery"] == held
    assert (await chen.case(case))["deliveries"][reply["id"]] == held


async def test_a_reply_on_the_web_needs_no_delivery(office: Office, chen: Colleague) -> None:
    case = await office.case()
    await chen.does(case, "claim")
    reply = await chen.does(case, "messages", text="您好", client_message_id="s1")
    assert reply["delivery"] is None


async def new_member(office: Office, phone: str | None = None) -> str:
    member = Member(
        id=new_id(),
        name="张三丰",
        id_number="sealed-id",
        id_number_hash=new_id(),
        phone=phone,
        union_name="某厂工会",
    )
    async with office.database.write() as session:
        session.add(member)
    return member.id


async def verify(office: Office, case: str, member_id: str | None) -> None:
    async with office.database.write() as session:
        worker = await session.get_one(Worker, await office.worker_of(case))
        worker.member_id = member_id


async def test_the_same_member_on_web_and_wechat_is_one_person(
    office: Office, chen: Colleague
) -> None:
    on_wechat, on_web = await wechat_case(office), await office.case()
    await office.case()  # somebody else, not verified
    member_id = await new_member(office)
    assert (await chen.case(on_wechat))["earlier"] == []
    for case in (on_wechat, on_web):
        await verify(office, case, member_id)
    [earlier] = (await chen.case(on_wechat))["earlier"]
    assert (earlier["conversation_id"], earlier["channel"]) == (on_web, "web")
    [earlier] = (await chen.case(on_web))["earlier"]
    assert (earlier["conversation_id"], earlier["channel"]) == (on_wechat, "wechat")


async def test_workers_who_were_not_recognised_are_not_taken_for_one(
    office: Office, chen: Colleague
) -> None:
    first, second = await wechat_case(office), await office.case()
    assert (await chen.case(first))["earlier"] == (await chen.case(second))["earlier"] == []

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import OperationalError

from api.channels.wechat import errands, ledger, parts
from api.channels.wechat.accounts import WechatAccount
from api.channels.wechat.courier import ADAPTER, Courier
from api.channels.wechat.followers import follower_of
from api.channels.wechat.ledger import MESSAGE_WINDOW
from api.channels.wechat.parts import LEASE
from api.channels.wechat.platform_errors import PlatformOutcome
from api.channels.wechat.splitting import size_of
from api.outbox import queue
from api.outbox.adapters import TemporaryError
from api.outbox.deliveries import PASSIVE_FIRST
from api.outbox.dispatcher import ATTEMPT_LIMIT_S, Dispatcher
from api.storage.database import Database
from api.storage.models import (
    Author,
    ChannelIdentity,
    Delivery,
    DeliveryState,
    Status,
    WechatFollower,
    WechatPart,
)
from tests.api.channels.wechat.post import Post, Recorder

pytestmark = pytest.mark.anyio
LONG = "余杭区总工会提醒您。" * 50
"""1,500 bytes: two do not fit into one part."""
HELD = DeliveryState.HELD
SENT = DeliveryState.SENT


def times_sent(post: Post, text: str) -> int:
    return "\n".join(post.sender.texts).count(text)


async def say_in_parts(post: Post, number: int) -> None:
    """Messages that cannot be merged."""
    for index in range(number):
        await post.say(f"第{index}条：{LONG}")
        await post.render()


async def test_what_waits_is_sent_in_order_and_counted(post: Post) -> None:
    await say_in_parts(post, 3)
    await post.deliver()
    assert ["第0条" in post.sender.texts[0], "第2条" in post.sender.texts[2]] == [True, True]
    assert await post.states() == [SENT] * 3
    assert await post.waiting() == []
    assert (await post.follower()).window_used == len(post.sender.texts) == 3


async def test_what_was_sent_is_not_sent_again(post: Post) -> None:
    await post.say("您好")
    await post.deliver()
    await post.deliver()
    assert len(post.sender.texts) == 1
    assert await post.take() is None


async def test_choices_that_were_sent_can_be_chosen(post: Post) -> None:
    await post.say("请选择", choices=("工资", "社保"))
    await post.deliver()
    assert [choice["title"] for choice in (await post.follower()).options] == ["工资", "社保"]


async def test_an_account_that_may_not_send_holds_it_for_the_passive_reply(post: Post) -> None:
    await post.say("您好")
    await post.deliver(WechatAccount.UNVERIFIED)
    await Courier(post.database, None, WechatAccount.VERIFIED_SERVICE).deliver(post.payload, "item")
    assert post.sender.texts == []
    (progress,) = await post.progress()
    assert (progress.state, progress.reason) == (HELD, "unverified")
    taken = await post.take()
    assert taken is not None
    assert "您好" in taken.text
    assert await post.states() == [SENT]


async def test_outside_the_window_it_is_held_and_goes_out_at_the_next_contact(post: Post) -> None:
    post.clock.advance(MESSAGE_WINDOW)
    await post.say("您好")
    await post.deliver()
    assert post.sender.texts == []
    (progress,) = await post.progress()
    assert (progress.state, progress.reason) == (HELD, PlatformOutcome.OUT_OF_WINDOW)
    await post.write()
    await post.wake()
    assert await post.states() == [DeliveryState.PENDING]
    await post.deliver()
    assert times_sent(post, "您好") == 1
    assert await post.states() == [SENT]


async def test_what_the_quota_leaves_over_is_held(post: Post) -> None:
    await post.use(3)
    await say_in_parts(post, 4)
    await post.deliver()
    assert len(post.sender.texts) == 2
    assert await post.states() == [SENT, SENT, HELD, HELD]
    assert (await post.progress())[-1].reason == PlatformOutcome.QUOTA_USED


async def test_parts_are_merged_when_the_quota_is_smaller_than_their_number(post: Post) -> None:
    await post.use(4)
    await post.say("第一条")
    await post.render()
    async with post.database.write() as session:  # somebody died over it
        (part,) = await parts.of_follower(session, post.openid)
        part.lease_until = post.clock()
    await post.say("第二条", choices=("工资",))
    await post.render()
    assert len(await post.waiting()) == 2
    await post.deliver()
    assert len(post.sender.texts) == 1
    assert times_sent(post, "第一条") == times_sent(post, "第二条") == 1
    assert await post.states() == [SENT] * 2
    assert len((await post.follower()).options) == 1


async def test_what_a_person_says_has_the_last_messages_of_a_window(post: Post) -> None:
    await post.set_status(Status.WITH_STAFF)
    await post.use(3)
    await post.notify("工作人员正在为您查询")
    await post.deliver()
    assert post.sender.texts == []
    assert (await post.progress())[0].reason == "saved"
    await post.say("查到了", author=Author.STAFF)
    await post.deliver()
    assert len(post.sender.texts) == 1
    assert times_sent(post, "工作人员正在为您查询") == times_sent(post, "查到了") == 1
    assert await post.states() == [SENT] * 2


@pytest.mark.parametrize(
    ("status", "used"), [(Status.WITH_STAFF, 2), (Status.BOT, 4)], ids=["room", "no person"]
)
async def test_else_notices_go_out(post: Post, status: Status, used: int) -> None:
    await post.set_status(status)
    await post.use(used)
    await post.notify("服务中心明天九点上班")
    await post.deliver()
    assert times_sent(post, "服务中心明天九点上班") == 1


@pytest.mark.parametrize(
    ("outcome", "left"),
    [(PlatformOutcome.OUT_OF_WINDOW, (0, None)), (PlatformOutcome.QUOTA_USED, (0, ...))],
)
async def test_the_ledger_learns_from_a_refusal(
    post: Post, outcome: PlatformOutcome, left: tuple[int, object]
) -> None:
    await say_in_parts(post, 2)
    post.sender.fails(outcome)
    await post.deliver()
    await post.deliver()
    assert post.sender.texts == []  # it was known before the second time
    assert [(each.state, each.reason) for each in await post.progress()] == [(HELD, outcome)] * 2
    allowed = ledger.allowance(await post.follower(), post.clock())
    assert allowed.left == 0
    assert (allowed.until is None) == (left[1] is None)


async def test_a_refusal_does_not_close_the_window_that_was_opened_meanwhile(post: Post) -> None:
    await post.say("您好")
    post.sender.fails(PlatformOutcome.OUT_OF_WINDOW)
    post.sender.gate.clear()
    delivery = asyncio.create_task(post.deliver())
    await post.sender.asked.wait()
    post.clock.advance(timedelta(seconds=1))
    await post.write()
    post.sender.gate.set()
    await delivery
    assert times_sent(post, "您好") == 1
    assert (await post.follower()).window_used == 1


@pytest.mark.parametrize(
    "outcome", [PlatformOutcome.NOT_FOLLOWING, PlatformOutcome.UNKNOWN_FOLLOWER]
)
async def test_who_has_left_gets_nothing_any_more(post: Post, outcome: PlatformOutcome) -> None:
    await say_in_parts(post, 2)
    post.sender.fails(outcome)
    await post.deliver()
    await post.say("还在吗")
    await post.deliver()
    assert post.sender.texts == []
    assert await post.states() == [DeliveryState.FAILED] * 3
    assert {each.reason for each in await post.progress()} == {PlatformOutcome.NOT_FOLLOWING}
    assert await post.waiting() == []
    assert not (await post.follower()).subscribed


async def test_nobody_is_looked_for_who_had_everything_deleted(post: Post) -> None:
    await post.say("您好")
    async with post.database.write() as session:
        await session.execute(delete(ChannelIdentity))
    await post.deliver()
    assert (await post.progress())[0].reason == "no_follower"


@pytest.mark.parametrize("refusals", [1, 2, 3])
async def test_what_the_platform_finds_too_long_is_split(post: Post, refusals: int) -> None:
    await post.use(3)  # the halves would be merged again
    await post.say(LONG)
    post.sender.fails(*[PlatformOutcome.TOO_LONG] * refusals)
    await post.deliver()
    while await post.waiting():
        await post.write()
        await post.deliver()
    assert "".join("".join(post.sender.texts).split()) == LONG
    assert all(size_of(text) < 1500 for text in post.sender.texts)
    assert await post.states() == [SENT]


async def test_what_is_short_is_not_split(post: Post) -> None:
    await post.say("您好")
    post.sender.fails(PlatformOutcome.TOO_LONG)
    await post.deliver()
    assert (await post.progress())[0].reason == PlatformOutcome.TOO_LONG


@pytest.mark.parametrize("outcome", [PlatformOutcome.NOT_PERMITTED, PlatformOutcome.REFUSED])
async def test_what_is_refused_for_good_waits_for_the_passive_reply(
    post: Post, outcome: PlatformOutcome
) -> None:
    await post.say("您好")
    post.sender.fails(outcome)
    await post.deliver()
    assert [(each.state, each.reason) for each in await post.progress()] == [(HELD, outcome)]
    assert await post.take() is not None
    assert await post.states() == [SENT]


@pytest.mark.parametrize(
    "outcome",
    [
        PlatformOutcome.TOKEN_REJECTED,
        PlatformOutcome.ADDRESS_NOT_ALLOWED,
        PlatformOutcome.BUSY,
        PlatformOutcome.TOO_FREQUENT,
        PlatformOutcome.UNREACHABLE,
    ],
)
async def test_a_temporary_failure_is_left_to_the_outbox(
    post: Post, outcome: PlatformOutcome
) -> None:
    await post.say("您好")
    post.sender.fails(outcome)
    with pytest.raises(TemporaryError, match=outcome):
        await post.deliver()
    assert (await post.follower()).window_used == 0
    await post.deliver()  # free at once
    assert times_sent(post, "您好") == 1


async def test_after_a_crash_between_sending_and_recording_it_is_sent_once_more(
    post: Post,
) -> None:
    await say_in_parts(post, 2)
    post.sender.dies_after_sending = True
    with pytest.raises(ConnectionResetError):
        await post.deliver()
    post.sender.dies_after_sending = False
    with pytest.raises(TemporaryError, match="being_sent") as caught:
        await post.deliver()
    assert caught.value.retry_after == LEASE
    assert await post.take() is None
    post.clock.advance(LEASE)
    await post.deliver()
    await post.deliver()
    assert [times_sent(post, "第0条"), times_sent(post, "第1条")] == [2, 1]
    assert await post.states() == [SENT] * 2


async def test_a_lease_of_a_clock_that_has_gone_back_holds_nothing_up(post: Post) -> None:
    await post.say("您好")
    post.sender.failures.append(ConnectionResetError("the process died"))
    post.clock.advance(timedelta(hours=2))
    with pytest.raises(ConnectionResetError):
        await post.deliver()
    post.clock.advance(timedelta(hours=-2))
    await post.deliver()
    assert times_sent(post, "您好") == 1


async def test_a_crash_before_sending_loses_nothing(post: Post) -> None:
    await post.say("您好")
    post.sender.failures.append(ConnectionResetError("the process died"))
    with pytest.raises(ConnectionResetError):
        await post.deliver()
    post.clock.advance(LEASE)
    taken = await post.take()
    assert taken is not None
    assert "您好" in taken.text
    await post.deliver()
    assert post.sender.texts == []


async def test_what_cannot_be_recorded_at_first_is_recorded_later(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, failures = errands.finish, [OperationalError("", None, Exception("locked"))]

    async def finish_late(*arguments: object) -> None:
        if failures:
            raise failures.pop()
        await finish(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(errands, "finish", finish_late)
    await post.say("您好")
    await post.deliver()
    assert times_sent(post, "您好") == 1
    assert await post.states() == [SENT]


async def test_a_sender_whose_lease_ran_out_takes_nothing_from_the_next_one(post: Post) -> None:
    await post.say("您好")
    post.sender.gate.clear()
    slow = asyncio.create_task(post.deliver())
    await post.sender.asked.wait()
    post.clock.advance(LEASE)
    quick = Recorder()
    await post.courier(sender=quick).deliver(post.payload, "item")
    post.sender.gate.set()
    await slow
    assert [len(quick.texts), len(post.sender.texts)] == [1, 1]  # at least once
    assert (await post.follower()).window_used == 2  # each is counted
    assert await post.states() == [SENT]


async def test_a_refusal_that_comes_after_the_lease_does_not_free_the_next_ones(
    post: Post,
) -> None:
    await post.say("您好")
    slow, next_one = Recorder(), Recorder()
    for sender in (slow, next_one):
        sender.gate.clear()
    slow.fails(PlatformOutcome.NOT_PERMITTED)
    deliveries = []
    for sender in (slow, next_one):
        courier = post.courier(sender=sender)
        deliveries.append(asyncio.create_task(courier.deliver(post.payload, "item")))
        await sender.asked.wait()
        post.clock.advance(LEASE)
    post.clock.advance(-LEASE)  # the second one's is alive
    slow.gate.set()
    await deliveries[0]
    assert await post.states() == [DeliveryState.SENDING]
    assert await post.take() is None
    next_one.gate.set()
    await deliveries[1]
    assert [len(slow.texts), len(next_one.texts)] == [0, 1]


async def test_a_refusal_that_comes_after_the_lease_changes_nothing(post: Post) -> None:
    await post.say("您好")
    post.sender.fails(PlatformOutcome.NOT_PERMITTED)
    post.sender.gate.clear()
    slow = asyncio.create_task(post.deliver())
    await post.sender.asked.wait()
    post.clock.advance(LEASE)
    assert await post.take() is not None
    post.sender.gate.set()
    await slow
    assert await post.states() == [SENT]


@pytest.mark.parametrize("outcomes", [(), (PlatformOutcome.NOT_FOLLOWING,)])
async def test_what_is_erased_while_it_is_being_sent_leaves_no_trace(
    post: Post, outcomes: tuple[PlatformOutcome, ...]
) -> None:
    await post.say("您好")
    post.sender.fails(*outcomes)
    post.sender.gate.clear()
    delivery = asyncio.create_task(post.deliver())
    await post.sender.asked.wait()
    async with post.database.write() as session:
        for table in (WechatPart, Delivery, WechatFollower, ChannelIdentity):
            await session.execute(delete(table))
    post.sender.gate.set()
    await delivery
    await post.render()
    assert await post.take() is None
    async with post.database.read() as session:
        assert await session.get(WechatFollower, post.openid) is None


async def test_what_is_said_while_a_part_is_being_sent_goes_with_the_same_call(post: Post) -> None:
    await post.say("第一条")
    post.sender.gate.clear()
    delivery = asyncio.create_task(post.deliver())
    await post.sender.asked.wait()
    await post.say("第二条")
    post.sender.gate.set()
    await delivery
    assert [times_sent(post, "第一条"), times_sent(post, "第二条")] == [1, 1]


async def test_a_slow_platform_does_not_run_into_the_outboxs_limit(post: Post) -> None:
    class Slow(Recorder):
        async def send_text(self, openid: str, text: str) -> None:
            post.clock.advance(timedelta(seconds=ATTEMPT_LIMIT_S / 2))
            await super().send_text(openid, text)

    slow = Slow()
    await say_in_parts(post, 3)
    items_before = len(await post.items())
    async with post.database.write() as session:
        await queue.claim_due(session, at=(await post.items())[-1].due_at, limit=9)
    await post.courier(sender=slow).deliver(post.payload, "item")
    assert len(slow.texts) == 1
    item = (await post.items())[-1]
    assert len(await post.items()) == items_before + 1
    assert (item.adapter, item.payload) == (ADAPTER, post.payload)
    await post.courier(sender=slow).deliver(post.payload, "item")
    await post.courier(sender=slow).deliver(post.payload, "item")
    assert await post.states() == [SENT] * 3


async def test_two_gateways_send_each_part_once_in_order(post: Post, post_url: str) -> None:
    """Thirty times over: who comes second leaves it to the first."""
    other = Database(post_url)
    try:
        for run in range(30):
            await post.write()
            before = len(post.sender.texts)
            await say_in_parts(post, 2)
            couriers = [post.courier(), post.courier(database=other)]
            results = await asyncio.gather(
                *(courier.deliver(post.payload, "item") for courier in couriers),
                return_exceptions=True,
            )
            failures = [result for result in results if result is not None]
            assert all(isinstance(failure, TemporaryError) for failure in failures), run
            sent = post.sender.texts[before:]
            assert [text[:3] for text in sent] == ["第0条", "第1条"], run
            assert await post.waiting() == []
        assert set(await post.states()) == {SENT}
    finally:
        await other.close()


async def test_the_passive_reply_and_the_courier_never_both_have_a_part(
    post: Post, post_url: str
) -> None:
    other = Database(post_url)
    ways = set()
    try:
        for run in range(30):
            await post.write()
            before = len(post.sender.texts)
            await post.say(f"甲{run}。", f"乙{run}。")

            post.sender.asked.clear()
            delivery = asyncio.create_task(
                post.courier(database=other).deliver(post.payload, "item")
            )
            if run % 2:  # else the passive reply mostly comes first
                await post.sender.asked.wait()
            taken = await post.take()
            await delivery
            sent = post.sender.texts[before:]
            passive = taken.text if taken else ""
            ways.add((bool(sent), bool(passive)))
            whole = "\n".join([*sent, passive])
            assert whole.count(f"甲{run}。") == whole.count(f"乙{run}。") == 1
            assert await post.waiting() == []
        assert set(await post.states()) == {SENT}
        assert len(ways) > 1  # each was the quicker one at times
    finally:
        await other.close()


async def test_the_outbox_delivers_what_the_passive_reply_left(post: Post) -> None:
    """From the message to the follower, over a crash and a platform that fails."""
    await post.say("您好")
    post.sender.fails(PlatformOutcome.BUSY)
    post.clock.time = (await post.items())[0].due_at + PASSIVE_FIRST
    async with post.database.write() as session:
        ledger.note_message(await follower_of(session, post.openid), post.clock())
    dispatcher = Dispatcher(
        post.database, {ADAPTER: post.courier()}, clock=post.clock, jitter=lambda: 0
    )
    dispatcher.start()
    try:
        async with asyncio.timeout(30):
            while await post.states() != [SENT]:
                post.clock.advance(timedelta(seconds=1))
                dispatcher.notify()
                await asyncio.sleep(0.01)
    finally:
        await dispatcher.close()
    assert times_sent(post, "您好") == 1

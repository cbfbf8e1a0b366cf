import asyncio
from datetime import timedelta

import pytest

from api.channels.wechat import parts
from api.channels.wechat.choices import MORE_LINE_BYTES
from api.channels.wechat.form import PART_MAX_BYTES
from api.channels.wechat.splitting import size_of
from api.storage.models import DeliveryState, Status
from tests.api.channels.wechat.post import Post

pytestmark = pytest.mark.anyio
LONG = "余杭区总工会提醒您。" * 50
"""1,500 bytes: two do not fit into one part."""


async def lease(post: Post, number: int, until: timedelta) -> None:
    async with post.database.write() as session:
        waiting = await parts.of_follower(session, post.openid)
        waiting[number].lease_until = post.clock() + until


async def test_what_is_said_is_composed_once_and_is_on_its_way(post: Post) -> None:
    await post.say("您好", "请问有什么可以帮您？")
    await post.render()
    await post.render()
    text = "\n".join(part.text for part in await post.waiting())
    assert text.count("您好") == text.count("请问有什么可以帮您？") == 1
    assert await post.states() == [DeliveryState.SENDING] * 2


async def test_what_is_new_is_merged_with_what_waits(post: Post) -> None:
    (first,) = await post.say("第一条")
    await post.render()
    (second,) = await post.say("第二条")
    await post.render()
    (part,) = await post.waiting()
    assert part.text.index("第一条") < part.text.index("第二条")
    assert part.message_ids == [first, second]


async def test_nothing_is_merged_with_what_is_being_sent(post: Post) -> None:
    await post.say("第一条")
    await post.render()
    await lease(post, 0, timedelta(seconds=60))
    await post.say("第二条")
    await post.render()
    assert ["第一条" in part.text for part in await post.waiting()] == [True, False]


async def test_parts_keep_the_order_of_the_messages_and_the_platforms_size(post: Post) -> None:
    for number in range(6):
        await post.say(f"第{number}条：{LONG}")
        await post.render()
    waiting = await post.waiting()
    assert all(size_of(part.text) <= PART_MAX_BYTES for part in waiting)
    whole = "".join(part.text for part in waiting)
    places = [whole.index(f"第{number}条") for number in range(6)]
    assert places == sorted(places)


async def test_a_passive_reply_delivers_what_fits(post: Post) -> None:
    await post.say("您好", "请讲", choices=("工资", "社保"))
    taken = await post.take()
    while taken and taken.left:
        taken = await post.take()
    assert taken is not None
    assert "请讲" in taken.text
    assert await post.waiting() == []
    assert await post.states() == [DeliveryState.SENT] * 2
    assert [choice["title"] for choice in (await post.follower()).options] == ["工资", "社保"]
    assert (await post.follower()).window_used == 0
    assert await post.take() is None


async def test_a_number_means_a_choice_while_the_choices_were_shown_last(post: Post) -> None:
    await post.say("请选择", choices=("工资",))
    await post.take()
    assert (await post.follower()).options != []
    await post.say("您的孩子几岁了？")
    await post.take()
    assert (await post.follower()).options == []


async def test_choices_end_a_text(post: Post) -> None:
    await post.say("第一个问题", choices=("工资", "社保"))
    await post.render()
    await post.say("第二个问题")
    await post.render()
    assert len(await post.waiting()) == 2
    first, second = await post.take(), await post.take()
    assert first is not None
    assert second is not None
    assert ("第一个问题" in first.text, "第二个问题" in first.text) == (True, False)
    assert (first.left, second.left) == (1, 0)


async def test_the_rest_is_counted_and_room_is_left_to_say_so(post: Post) -> None:
    await post.say(*(f"第{number}条：{LONG}" for number in range(3)))
    lefts = []
    while (taken := await post.take()) is not None:
        lefts.append(taken.left)
        assert size_of(taken.text) <= PART_MAX_BYTES - (MORE_LINE_BYTES if taken.left else 0)
    assert lefts[-1] == 0
    assert lefts[:-1] == sorted(lefts[:-1], reverse=True)
    assert await post.states() == [DeliveryState.SENT] * 3


async def test_a_long_message_is_delivered_with_its_last_part(post: Post) -> None:
    await post.say("余杭区总工会提醒您。" * 150)
    states = []
    while await post.take() is not None:
        states += await post.states()
    assert states[-1] is DeliveryState.SENT
    assert set(states[:-1]) == {DeliveryState.SENDING}
    assert len(states) > 1


async def test_nothing_is_taken_from_behind_what_is_being_sent(post: Post) -> None:
    await post.say("第一条")
    await post.render()
    await lease(post, 0, timedelta(seconds=60))
    await post.say("第二条")
    assert await post.take() is None
    post.clock.advance(timedelta(seconds=60))
    taken = await post.take()
    assert taken is not None
    assert "第一条" in taken.text
    assert "第二条" in taken.text


async def test_what_is_free_before_what_is_being_sent_is_taken(post: Post) -> None:
    await post.say(LONG)
    await post.render()
    await post.say(LONG)
    await post.render()
    await lease(post, 1, timedelta(seconds=60))
    taken = await post.take()
    assert taken is not None
    assert taken.left == 1
    assert await post.take() is None


async def test_what_has_nothing_to_show_is_not_waited_for(post: Post) -> None:
    await post.say("")
    await post.render()
    assert await post.waiting() == []
    assert (await post.progress())[0].reason == "nothing_to_show"


async def test_what_an_older_conversation_left_comes_first_and_stays_apart(post: Post) -> None:
    await post.say("旧的")
    await post.render()
    await post.set_status(Status.CLOSED)
    await post.follow_on()
    await post.say("新的")
    await post.render()
    assert ["旧的" in part.text for part in await post.waiting()] == [True, False]
    taken = await post.take()
    assert taken is not None
    assert taken.text.index("旧的") < taken.text.index("新的")


async def test_two_passive_replies_at_once_take_each_part_once(post: Post) -> None:
    for run in range(10):
        await post.say(f"{run} 甲", f"{run} 乙")
        taken = await asyncio.gather(post.take(), post.take())
        text = "".join(each.text for each in taken if each)
        assert text.count(f"{run} 甲") == text.count(f"{run} 乙") == 1

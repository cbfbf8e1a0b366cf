"""What a client of the live channel sees: a real server, a real client."""

import asyncio
import itertools

import pytest

from api.conversations import access
from api.conversations.places import Places
from api.live.events import MessageStored, Read, Typing
from api.live.limits import SocketLimits
from api.live.read_marks import mark_read
from api.operations.metrics import REGISTRY
from api.settings import Settings
from api.storage.models import ActorKind, Author, Message, MessageKind, Status
from tests.api.fake_rasa import FakeRasa
from tests.api.live.clients import Conversation, LiveGateway, serving

pytestmark = pytest.mark.anyio


async def test_hello_brings_the_history_and_what_comes_then(conversation: Conversation) -> None:
    async with conversation.client() as client:
        await client.hello()
        first = await client.next()
        assert (first["type"], first["status"]) == ("messages", "bot")
        assert [message["author"] for message in first["messages"]] == ["bot"]
        await conversation.by_staff("我来帮您看看")
        await client.until_text("我来帮您看看")
    assert len(client.messages) == 2


async def test_a_client_that_knows_everything_is_told_who_has_the_conversation(
    conversation: Conversation,
) -> None:
    last = await conversation.by_staff("您好", Status.WITH_STAFF)
    async with conversation.client() as client:
        await client.hello(after=last)
        assert await client.next() == {"type": "status", "status": "with_staff"}


async def test_a_message_is_accepted_then_shown_then_answered(
    conversation: Conversation, rasa: FakeRasa
) -> None:
    rasa.hold()
    async with conversation.client() as client:
        await client.hello()
        await client.next()
        await client.send("message", text="你好", client_message_id="m1")
        accepted, shown = await client.next(), await client.next()
        assert (accepted["type"], accepted["client_message_id"]) == ("accepted", "m1")
        assert [m["id"] for m in shown["messages"]] == [accepted["message_id"]]
        rasa.gate.set()
        await client.until_text("收到：你好")


async def test_a_repeated_message_is_accepted_and_does_nothing_twice(
    conversation: Conversation, rasa: FakeRasa
) -> None:
    async with conversation.client() as client:
        await client.hello()
        await client.send("message", text="你好", client_message_id="m1")
        first = await client.until("accepted")
        await client.until_text("收到：你好")
        await client.send("message", text="你好", client_message_id="m1")
        assert await client.until("accepted") == first
    assert rasa.texts == ["你好"]
    assert client.texts[1:] == ["你好", "收到：你好"]


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_a_message_without_a_place_is_refused_and_counted(
    live: LiveGateway, rasa: FakeRasa
) -> None:
    # Not 0: what is told of the first turn may come before its place is free.
    live.app.state.places = Places(1, patience_s=0.5)
    first, second = await live.conversation(), await live.conversation()
    refusals = counted("union_errors_total", code="storage_unavailable")
    turned_away = counted("union_places_refused_total")
    rasa.hold()
    async with first.client() as busy, second.client() as client:
        await busy.hello()
        await busy.send("message", text="第一句", client_message_id="a")
        await rasa.arrived.wait()
        assert counted("union_places_taken") == 1
        await client.hello()
        await client.send("message", text="第二句", client_message_id="b")
        refused = await client.until("error")
        assert refused["error"]["code"] == "storage_unavailable"
        assert refused["client_message_id"] == "b"
        assert 3 <= refused["retry_after"] <= 30
        rasa.gate.set()
        await busy.until_text("收到：第一句")
        await client.send("message", text="第二句", client_message_id="b")
        await client.until_text("收到：第二句")
    assert counted("union_errors_total", code="storage_unavailable") == refusals + 1
    assert counted("union_places_refused_total") == turned_away + 1


async def test_messages_sent_at_once_keep_their_order(
    conversation: Conversation, rasa: FakeRasa
) -> None:
    said = [f"第{n}句" for n in range(5)]
    async with conversation.client() as client:
        await client.hello()
        for number, text in enumerate(said):
            await client.send("message", text=text, client_message_id=f"m{number}")
        await client.until_text("收到：第4句")
    assert rasa.texts == said
    assert [m["text"] for m in client.messages if m["author"] == "worker"] == said


async def test_two_browsers_of_one_conversation_see_the_same(conversation: Conversation) -> None:
    async with conversation.client() as one, conversation.client() as two:
        await one.hello()
        await two.hello()
        await one.send("message", text="甲", client_message_id="a")
        await one.until_text("收到：甲")
        await two.send("message", text="乙", client_message_id="b")
        for client in (one, two):
            await client.until_text("收到：乙")
        assert one.messages == two.messages


async def test_coming_back_again_and_again_loses_nothing_and_doubles_nothing(
    conversation: Conversation,
) -> None:
    """While others write, a client reads some frames, loses the line and goes on."""
    seen: list[str] = []
    after: str | None = None
    frames_before_it_breaks = itertools.cycle([1, 4, 2, 3])
    breaks = itertools.cycle([True, False, False])

    async def write(name: str) -> None:
        for number in range(40):
            await conversation.by_staff(f"{name}{number}")
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as writers:
        tasks = [writers.create_task(write(name)) for name in "甲乙丙"]
        while len(seen) < 121 or not all(task.done() for task in tasks):
            async with conversation.client() as client:
                await client.hello(after)
                for _ in range(next(frames_before_it_breaks)):
                    if len(seen) + len(client.messages) < 121:
                        await client.next()
                if next(breaks):
                    client.connection.transport.abort()
            seen += [message["id"] for message in client.messages]
            after = client.last_id or after
    async with conversation.gateway.app.state.database.read() as session:
        stored = await access.messages_after(session, conversation.id, 0)
    assert seen == [message.id for message in stored]


async def test_more_events_than_a_mailbox_holds_are_one_look(conversation: Conversation) -> None:
    async with conversation.client() as client:
        await client.hello()
        await client.next()
        await conversation.by_staff("一")
        for seq in range(1000):
            conversation.gateway.hub.publish(MessageStored(conversation.id, seq))
        await conversation.by_staff("二")
        await client.until_text("二")
    assert client.texts[1:] == ["一", "二"]


async def test_a_lost_event_is_made_up_for_at_the_next_ping(settings: Settings) -> None:
    async with serving(settings, SocketLimits(ping_every=0.05)) as live:
        conversation = await live.conversation()
        async with conversation.client() as client:
            await client.hello()
            await client.next()
            async with live.app.state.database.write() as session:
                locked = await access.lock_conversation(session, conversation.id)
                await access.append(
                    session, locked, [Message.of(Author.STAFF, MessageKind.CHAT, "您好")]
                )
            await client.until("ping")
            await client.until_text("您好")


async def test_a_message_after_closing_goes_on_in_every_open_socket(
    conversation: Conversation,
) -> None:
    async with conversation.client() as one, conversation.client() as two:
        await one.hello()
        await two.hello()
        await conversation.by_staff("办好了", Status.CLOSED)
        await two.until_text("办好了")
        await one.send("message", text="还有一件事", client_message_id="m1")
        await one.until_text("收到：还有一件事")
        await two.until_text("收到：还有一件事")
        await two.send("message", text="再问一下", client_message_id="m2")
        await one.until_text("收到：再问一下")
        await two.until_text("收到：再问一下")
    assert one.messages == two.messages


async def test_typing_of_others_is_shown_and_the_worker_s_own_is_told_to_them(
    conversation: Conversation,
) -> None:
    hub = conversation.gateway.hub
    async with conversation.client() as client, hub.subscribe(conversation.id) as desk:
        await client.hello()
        await client.next()
        for _ in range(3):
            await client.send("typing")
        async with asyncio.timeout(5):
            assert (await desk.get()).events == (Typing(conversation.id, ActorKind.WORKER),)
        hub.publish(Typing(conversation.id, ActorKind.STAFF))
        assert await client.next() == {"type": "typing", "by": "staff"}


async def test_what_the_worker_has_read_is_kept_and_told_once(conversation: Conversation) -> None:
    hub = conversation.gateway.hub
    async with conversation.client() as client, hub.subscribe(conversation.id) as desk:
        await client.hello()
        greeting = (await client.next())["messages"][0]["id"]
        for message_id in (greeting, greeting, "unknown"):
            await client.send("read", message_id=message_id)
        assert await client.until("read") == {
            "type": "read",
            "by": "worker",
            "message_id": greeting,
        }
        assert (await desk.get()).events == (Read(conversation.id, ActorKind.WORKER, 1),)


async def test_what_staff_have_read_is_told_also_to_a_client_that_comes_later(
    conversation: Conversation,
) -> None:
    state = conversation.gateway.app.state
    async with conversation.client() as client:
        await client.hello()
        greeting = (await client.next())["messages"][0]["id"]
        async with state.database.write() as session:
            seq = await mark_read(session, conversation.id, greeting, by=ActorKind.STAFF)
        state.publisher.publish(Read(conversation.id, ActorKind.STAFF, seq or 0))
        read = {"type": "read", "by": "staff", "message_id": greeting}
        assert await client.next() == read
    async with conversation.client() as later:
        await later.hello(after=greeting)
        assert await later.next() == read

"""Wrong frames, limits, and how a socket ends."""

import pytest

from api.conversations import access
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.live.events import StatusChanged
from api.live.limits import SocketLimits
from api.settings import Settings
from api.storage.models import Status
from tests.api.fake_rasa import FakeRasa
from tests.api.live.clients import Conversation, serving

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "invalid_json"),
        ("[]", "invalid_request"),
        ('{"type": "unheard_of"}', "invalid_request"),
        ('{"type": "message", "text": "x"}', "invalid_request"),
        ('{"type": "message", "text": "x", "client_message_id": " "}', "invalid_request"),
        ('{"type": "message", "text": " ", "client_message_id": "m"}', "empty_message"),
        ('{"type": "pong", "more": 1}', "invalid_request"),
        ('{"type": "hello", "after": null}', "invalid_request"),
    ],
)
async def test_a_wrong_frame_is_refused_and_the_socket_stays(
    conversation: Conversation, frame: str, code: str
) -> None:
    async with conversation.client() as client:
        await client.hello()
        await client.next()
        await client.connection.send(frame)
        error = (await client.until("error"))["error"]
        assert error["code"] == code
        assert error["message"]
        assert len(error["request_id"]) == 26
        await client.send("message", text="你好", client_message_id="m1")
        await client.until_text("收到：你好")


async def test_nothing_is_served_before_hello(conversation: Conversation) -> None:
    async with conversation.client() as client:
        await client.send("message", text="你好", client_message_id="m1")
        assert (await client.next())["error"]["code"] == "invalid_request"
        await client.hello()
        await client.until("messages")
    assert len(client.texts) == 1


async def test_a_client_that_names_an_unknown_message_has_to_begin_again(
    conversation: Conversation,
) -> None:
    async with conversation.client() as client:
        await client.hello(after="unknown")
        assert (await client.next())["error"]["code"] == "message_not_found"
        assert await client.close_code() == 1008


async def test_too_many_messages_at_once_are_refused_one_by_one(
    settings: Settings, rasa: FakeRasa
) -> None:
    rasa.hold()
    async with serving(settings, SocketLimits(messages_in_flight=2)) as live:
        conversation = await live.conversation()
        async with conversation.client() as client:
            await client.hello()
            for number in range(3):
                await client.send("message", text="你好", client_message_id=f"m{number}")
            error = await client.until("error")
            assert error["error"]["code"] == "too_many_requests"
            assert error["client_message_id"] == "m2"
            rasa.gate.set()


async def test_whoever_limits_the_rate_is_asked_first(settings: Settings, rasa: FakeRasa) -> None:
    asked: list[str] = []

    async def admission(conversation_id: str) -> None:
        asked.append(conversation_id)
        raise ApiError(ErrorCode.TOO_MANY_REQUESTS)

    async with serving(settings, admission=admission) as live:
        conversation = await live.conversation()
        async with conversation.client() as client:
            await client.hello()
            await client.send("message", text="你好", client_message_id="m1")
            assert (await client.until("error"))["error"]["code"] == "too_many_requests"
    assert asked == [conversation.id]
    assert rasa.texts == []


@pytest.mark.parametrize(("frame", "code"), [(b"x", 1003), ("x" * 300_000, 1009)])
async def test_frames_that_no_client_sends_end_the_socket(
    conversation: Conversation, frame: str | bytes, code: int
) -> None:
    async with conversation.client() as client:
        await client.hello()
        await client.next()
        await client.connection.send(frame)
        assert await client.close_code() == code


async def test_a_client_that_answers_pings_stays(settings: Settings) -> None:
    async with serving(settings, SocketLimits(ping_every=0.03, dead_after=0.15)) as live:
        conversation = await live.conversation()
        async with conversation.client() as client:
            await client.hello()
            for _ in range(10):
                await client.until("ping")
                await client.send("pong")
            await conversation.by_staff("还在吗")
            await client.until_text("还在吗")


async def test_a_client_that_is_silent_is_taken_for_dead(settings: Settings) -> None:
    async with serving(settings, SocketLimits(ping_every=0.03, dead_after=0.1)) as live:
        conversation = await live.conversation()
        async with conversation.client() as client:
            await client.hello()
            assert await client.close_code() == 1008


async def test_a_client_that_never_says_hello_is_closed(settings: Settings) -> None:
    async with serving(settings, SocketLimits(hello_within=0.05)) as live:
        conversation = await live.conversation()
        async with conversation.client() as client:
            assert await client.close_code() == 1008


async def test_a_client_that_does_not_read_is_closed_and_keeps_nobody_waiting(
    settings: Settings,
) -> None:
    async with serving(settings, SocketLimits(slow_after=0.3)) as live:
        conversation = await live.conversation()
        async with conversation.client() as slow, conversation.client() as quick:
            await slow.hello()
            await quick.hello()
            await slow.next()
            slow.connection.transport.pause_reading()
            for number in range(300):
                await conversation.by_staff(f"{number}" + "长" * 20_000)
                await quick.until_text(f"{number}" + "长" * 20_000)
                if live.hub.subscriber_count == 1:
                    break
            else:
                pytest.fail("the slow client was never noticed")
            slow.connection.transport.resume_reading()
            assert await slow.close_code() == 1013


async def test_a_worker_whose_conversation_is_gone_has_no_socket_any_more(
    conversation: Conversation,
) -> None:
    state = conversation.gateway.app.state
    async with conversation.client() as client:
        await client.hello()
        await client.next()
        async with state.database.write() as session:
            (await access.lock_conversation(session, conversation.id)).token_hash = "erased"
        state.publisher.publish(StatusChanged(conversation.id, Status.CLOSED))
        assert (await client.until("error"))["error"]["code"] == "unauthorized"
        assert await client.close_code() == 1008


async def test_the_sockets_close_with_the_hub(conversation: Conversation) -> None:
    async with conversation.client() as client:
        await client.hello()
        await client.next()
        conversation.gateway.hub.close()
        assert await client.close_code() == 1012


async def test_the_sockets_close_with_the_server(settings: Settings) -> None:
    async with serving(settings) as live:
        conversation = await live.conversation()
        async with conversation.client() as client:
            await client.hello()
            await client.next()
            live.server.should_exit = True
            assert await client.close_code() == 1012
        await live.everybody_left()


async def test_a_client_that_leaves_does_not_take_its_message_along(
    conversation: Conversation, rasa: FakeRasa
) -> None:
    rasa.hold()
    async with conversation.client() as client:
        await client.hello()
        await client.send("message", text="你好", client_message_id="m1")
        await rasa.arrived.wait()
        client.connection.transport.abort()
    rasa.gate.set()
    async with conversation.client() as later:
        await later.hello()
        await later.until_text("收到：你好")

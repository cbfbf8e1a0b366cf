import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.slots import FloatSlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import InvalidConfigException
from sanic import Sanic

from channels.gateway import GatewayInput, ReplyCollector
from tracker_store.sqlite_store import SQLiteTrackerStore

SECRET = "a-shared-secret"
AUTHORIZED = {"Authorization": f"Bearer {SECRET}"}
MESSAGE = {"sender": "c1", "text": "你好", "metadata": {"message_id": "m1", "channel": "web"}}


class StubAgent:
    """Stands in for Rasa's agent: answers with what the test says."""

    def __init__(self) -> None:
        self.ready = True
        self.messages: list[UserMessage] = []
        self.tracker: DialogueStateTracker | None = None
        self.say: Callable[[UserMessage], Awaitable[None]] = self.say_hello
        self.tracker_store: Any = self
        self._tracker_store = self

    def is_ready(self) -> bool:
        return self.ready

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        return self.tracker

    async def handle(self, message: UserMessage) -> None:
        self.messages.append(message)
        await self.say(message)
        intent = {"name": "greet", "confidence": 0.9}
        self.tracker = DialogueStateTracker.from_events(
            message.sender_id,
            [
                UserUttered(message.text, intent, message_id=message.message_id),
                SlotSet("failed_turns", 1.0),
                BotUttered(None, {"custom": {"kind": "chat", "text": "您好", "quick_replies": []}}),
                BotUttered("还有吗", {"buttons": [{"title": "有", "payload": "有的"}]}),
            ],
            slots=[FloatSlot("failed_turns", mappings=[{}])],
        )

    async def say_hello(self, message: UserMessage) -> None:
        custom = {"kind": "chat", "text": "您好", "quick_replies": []}
        await message.output_channel.send_response("c1", {"custom": custom})


@pytest.fixture(scope="module")
async def app() -> AsyncIterator[Sanic]:
    """A real server on a free port; Sanic allows one application in a process."""
    app = Sanic("gateway-test", configure_logging=False)

    async def handle(message: UserMessage) -> None:
        await app.ctx.agent.handle(message)

    app.blueprint(GatewayInput(SECRET).blueprint(handle), url_prefix="/webhooks/gateway")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    app.ctx.address = "http://{}:{}".format(*listener.getsockname())
    server = await app.create_server(sock=listener, return_asyncio_server=True)
    assert server is not None
    await server.startup()
    yield app
    server.close()
    await server.wait_closed()


@pytest.fixture
def agent(app: Sanic) -> StubAgent:
    app.ctx.agent = StubAgent()
    return app.ctx.agent


@pytest.fixture
async def client(app: Sanic, agent: StubAgent) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(app.ctx.address) as session:
        yield session


async def post(
    client: aiohttp.ClientSession, headers: dict[str, str] | None = None, **request: Any
) -> tuple[int, Any]:
    headers = AUTHORIZED if headers is None else headers
    async with client.post("/webhooks/gateway/webhook", headers=headers, **request) as response:
        return response.status, await response.json()


async def test_a_turn_follows_the_contract(client: aiohttp.ClientSession) -> None:
    status, body = await post(client, json=MESSAGE)
    assert status == 200
    assert body == {
        "replies": [{"kind": "chat", "text": "您好", "quick_replies": []}],
        "intent": {"name": "greet", "confidence": 0.9},
        "entities": [],
        "slots": {"failed_turns": 1.0},
        "active_form": None,
    }


async def test_after_a_turn_the_conversation_is_not_read_again(
    client: aiohttp.ClientSession,
    agent: StubAgent,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = SQLiteTrackerStore(Domain.empty(), db=str(tmp_path / "tracker.db"))
    agent.tracker_store = FailSafeTrackerStore(store)
    read: list[str] = []

    async def speak(message: UserMessage) -> None:
        await agent.say_hello(message)
        tracker = await agent.tracker_store.get_or_create_tracker(message.sender_id)
        tracker.update(UserUttered(message.text, {"name": "greet"}, message_id=message.message_id))
        await agent.tracker_store.save(tracker)
        monkeypatch.setattr(store, "retrieve", lambda sender: read.append(sender))

    agent.say = speak
    status, body = await post(client, json=MESSAGE)
    store.close()
    assert (status, body["intent"]["name"], read) == (200, "greet", [])


async def test_a_repeated_message_is_heard_once(
    client: aiohttp.ClientSession, agent: StubAgent
) -> None:
    await post(client, json=MESSAGE)
    repeated = {**MESSAGE, "metadata": {**MESSAGE["metadata"], "repeated": True}}
    status, body = await post(client, json=repeated)
    assert status == 200
    assert len(agent.messages) == 1
    assert body["intent"]["name"] == "greet"
    assert body["replies"] == [
        {"kind": "chat", "text": "您好", "quick_replies": []},
        {"kind": "chat", "text": "还有吗", "quick_replies": [{"title": "有", "text": "有的"}]},
    ]


async def test_a_repeated_message_that_never_came_is_heard(
    client: aiohttp.ClientSession, agent: StubAgent
) -> None:
    repeated = {**MESSAGE, "metadata": {**MESSAGE["metadata"], "repeated": True}}
    assert (await post(client, json=repeated))[0] == 200
    assert len(agent.messages) == 1


async def test_metadata_and_message_id_reach_rasa(
    client: aiohttp.ClientSession, agent: StubAgent
) -> None:
    await post(client, json=MESSAGE)
    (message,) = agent.messages
    assert (message.sender_id, message.message_id, message.input_channel) == ("c1", "m1", "gateway")
    assert message.metadata == MESSAGE["metadata"]


async def test_rasa_sees_only_cleaned_text(client: aiohttp.ClientSession, agent: StubAgent) -> None:
    await post(client, json={**MESSAGE, "text": "/restart " + "长" * 9_000})
    (message,) = agent.messages
    assert message.text.startswith("restart")
    assert len(message.text) == 500


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": SECRET},
        {"Authorization": f"bearer {SECRET}"},
        {"Authorization": f"Bearer {SECRET}x"},
        {"Authorization": "Bearer 密码"},
    ],
)
async def test_the_secret_is_required(
    client: aiohttp.ClientSession, agent: StubAgent, headers: dict[str, str]
) -> None:
    status, body = await post(client, headers, json=MESSAGE)
    assert (status, body["error"]["code"]) == (401, "unauthorized")
    assert agent.messages == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b"[]", "bad_json"),
        (b'"text"', "bad_json"),
        (b"\xff\xfe", "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b'{"text": "x"}', "bad_sender"),
        (b'{"sender": null, "text": "x"}', "bad_sender"),
        (b'{"sender": 5, "text": "x"}', "bad_sender"),
        (b'{"sender": " ", "text": "x"}', "bad_sender"),
        (b'{"sender": "' + b"c" * 256 + b'", "text": "x"}', "bad_sender"),
        (b'{"sender": "c1"}', "bad_text"),
        (b'{"sender": "c1", "text": null}', "bad_text"),
        (b'{"sender": "c1", "text": 123}', "bad_text"),
        (b'{"sender": "c1", "text": ["x"]}', "bad_text"),
        (b'{"sender": "c1", "text": ""}', "empty_text"),
        (b'{"sender": "c1", "text": " \\u200b/ "}', "empty_text"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_bad_requests_are_named(
    client: aiohttp.ClientSession, agent: StubAgent, data: bytes, code: str
) -> None:
    status, body = await post(client, data=data)
    assert (status, body["error"]["code"]) == (422, code)
    assert agent.messages == []


@pytest.mark.parametrize("metadata", [None, 5, "x", []])
async def test_metadata_that_is_no_object_is_left_out(
    client: aiohttp.ClientSession, agent: StubAgent, metadata: Any
) -> None:
    status, _ = await post(client, json={**MESSAGE, "metadata": metadata})
    assert status == 200
    assert agent.messages[0].metadata == {}


async def test_a_failure_is_never_silent(client: aiohttp.ClientSession, agent: StubAgent) -> None:
    async def fail(message: UserMessage) -> None:
        raise RuntimeError("boom")

    agent.say = fail
    status, body = await post(client, json=MESSAGE)
    assert (status, body["error"]["code"]) == (500, "turn_failed")
    assert "boom" not in str(body)


async def test_a_turn_without_reply_is_a_failure(
    client: aiohttp.ClientSession, agent: StubAgent
) -> None:
    async def be_silent(message: UserMessage) -> None:
        return None

    agent.say = be_silent
    status, body = await post(client, json=MESSAGE)
    assert (status, body["error"]["code"]) == (500, "no_reply")


@pytest.mark.parametrize(
    ("traceparent", "trace_id"),
    [
        (f"00-{'ab' * 16}-{'cd' * 8}-01", "ab" * 16),
        ("张三 00-0-0-01", None),
        (7, None),
    ],
)
async def test_the_log_names_the_trace_of_the_gateway(
    client: aiohttp.ClientSession,
    caplog: pytest.LogCaptureFixture,
    traceparent: object,
    trace_id: object,
) -> None:
    caplog.set_level("INFO", "channels.gateway")
    metadata = {**MESSAGE["metadata"], "traceparent": traceparent}
    assert (await post(client, json={**MESSAGE, "metadata": metadata}))[0] == 200
    (line,) = [record for record in caplog.records if record.message == "turn"]
    assert getattr(line, "trace_id", None) == trace_id


async def test_a_failure_logs_no_text(
    client: aiohttp.ClientSession, agent: StubAgent, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(message: UserMessage) -> None:
        raise ValueError(f"cannot handle {message.text}")

    agent.say = fail
    await post(client, json=MESSAGE)
    assert "ValueError" in caplog.text
    assert MESSAGE["text"] not in caplog.text


async def test_without_a_model_the_channel_says_so(
    client: aiohttp.ClientSession, agent: StubAgent
) -> None:
    agent.ready = False
    status, body = await post(client, json=MESSAGE)
    assert (status, body["error"]["code"]) == (503, "model_not_loaded")


@pytest.mark.parametrize(("ready", "status"), [(True, 200), (False, 503)])
async def test_health(
    client: aiohttp.ClientSession, agent: StubAgent, ready: bool, status: int
) -> None:
    agent.ready = ready
    async with client.get("/webhooks/gateway/") as response:
        assert response.status == status
        assert (await response.json())["status"] == ("ok" if ready else "loading")


@pytest.mark.parametrize(
    ("authorized", "status", "code"), [(True, 500, "not_deleted"), (False, 401, "unauthorized")]
)
async def test_a_failed_deletion_is_an_error(
    client: aiohttp.ClientSession, authorized: bool, status: int, code: str
) -> None:
    # The stub has no store that could delete.
    headers = AUTHORIZED if authorized else {}
    async with client.delete("/webhooks/gateway/conversations/c1", headers=headers) as response:
        assert response.status == status
        assert (await response.json())["error"]["code"] == code


@pytest.mark.parametrize("credentials", [None, {}, {"gateway_secret": ""}, {"gateway_secret": " "}])
def test_an_empty_secret_is_refused(credentials: dict[str, Any] | None) -> None:
    with pytest.raises(InvalidConfigException):
        GatewayInput.from_credentials(credentials)


async def test_text_replies_become_chat_and_keep_their_order() -> None:
    collector = ReplyCollector()
    buttons = [{"title": "报销", "payload": "医疗互助怎么报"}, {"title": "转人工"}]
    await collector.send_response("c1", {"text": "一段\n\n两段"})
    await collector.send_response("c1", {"text": "选一个", "buttons": buttons})
    await collector.send_response("c1", {"custom": {"kind": "answer", "text": "答"}})
    assert collector.replies == [
        {"kind": "chat", "text": "一段\n\n两段", "quick_replies": []},
        {
            "kind": "chat",
            "text": "选一个",
            "quick_replies": [
                {"title": "报销", "text": "医疗互助怎么报"},
                {"title": "转人工", "text": "转人工"},
            ],
        },
        {"kind": "answer", "text": "答"},
    ]

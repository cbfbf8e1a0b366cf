"""The worker chat's HTTP interface: shapes, refusals, replay."""

from typing import Any

import pytest

from tests.api import fake_rasa
from tests.api.fake_rasa import ANSWER, FakeRasa
from tests.api.gateway import Gateway, Worker

pytestmark = pytest.mark.anyio

MESSAGE_KEYS = {
    "id",
    "author",
    "kind",
    "text",
    "html",
    "citations",
    "quick_replies",
    "created_at",
}


def code_of(response: Any) -> str:
    error = response.json()["error"]
    assert set(error) == {"code", "message", "request_id"}
    assert error["request_id"] == response.headers["X-Request-ID"]
    return str(error["code"])


async def test_a_new_conversation_greets(worker: Worker) -> None:
    assert set(worker.created) == {"conversation_id", "token", "messages", "status"}
    assert worker.created["status"] == "bot"
    (greeting,) = worker.created["messages"]
    assert set(greeting) == MESSAGE_KEYS
    assert (greeting["author"], greeting["kind"]) == ("bot", "chat")
    assert {"title": "转人工", "text": "转人工"} in greeting["quick_replies"]
    assert greeting["created_at"].endswith("+08:00")
    assert len(worker.id) == len(greeting["id"]) == 26


async def test_an_answer_has_the_designs_shape(worker: Worker, rasa: FakeRasa) -> None:
    rasa.answer = lambda _: fake_rasa.turn(ANSWER)
    result = await worker.say("医疗互助怎么报")
    assert set(result) == {"messages", "status"}
    (message,) = result["messages"]
    assert set(message) == MESSAGE_KEYS
    assert message["citations"] == ANSWER["citations"]
    assert message["quick_replies"] == ANSWER["quick_replies"]
    assert message["text"] == ANSWER["text"]
    assert "<strong>申请</strong>" in message["html"]
    assert "<li>打开杭工e家</li>" in message["html"]


async def test_replay_returns_everything_after_a_message(worker: Worker) -> None:
    await worker.say("一")
    await worker.say("二")
    everything = await worker.history()
    texts = [message["text"] for message in everything["messages"]]
    assert texts[1:] == ["一", "收到：一", "二", "收到：二"]
    assert everything["messages"][0] == worker.created["messages"][0]
    ids = [message["id"] for message in everything["messages"]]
    rest = await worker.history(after=ids[2])
    assert [message["id"] for message in rest["messages"]] == ids[3:]
    assert (await worker.history(after=ids[-1]))["messages"] == []


async def test_replay_after_an_unknown_message_is_refused(
    running_gateway: Gateway, worker: Worker
) -> None:
    other = await running_gateway.worker()
    for after in ("nonsense", other.created["messages"][0]["id"]):
        response = await worker.client.get(
            worker.url, params={"after": after}, headers=worker.headers
        )
        assert response.status_code == 404
        assert code_of(response) == "message_not_found"


@pytest.mark.parametrize("text", ["", "   ", "\n\t\r\n", "\u3000", "\x00\x07", "\u200b", "\ufeff"])
async def test_an_empty_message_is_refused(worker: Worker, rasa: FakeRasa, text: str) -> None:
    response = await worker.post(text)
    assert response.status_code == 422
    assert code_of(response) == "empty_message"
    assert response.json()["error"]["message"] == "请输入您想问的内容"
    assert len((await worker.history())["messages"]) == 1
    assert rasa.requests == []


@pytest.mark.parametrize(
    ("text", "to_rasa"),
    [
        ("😀👍", "😀👍"),
        ("？？？", "？？？"),
        ("/restart", "/restart"),
        ("/ask_service", "/ask_service"),
        ("你\x00好\x1b[31m\u202e", "你好[31m"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("' OR 1=1; DROP TABLE messages;--", "' OR 1=1; DROP TABLE messages;--"),
        ("我" * 10_000, "我" * 500),
        ("我" * 20_000, "我" * 500),
    ],
)
async def test_odd_messages_get_a_reply(
    worker: Worker, rasa: FakeRasa, text: str, to_rasa: str
) -> None:
    result = await worker.say(text)
    assert len(result["messages"]) == 1
    assert rasa.texts == [to_rasa]


async def test_markup_comes_back_as_text(worker: Worker) -> None:
    await worker.say("<script>alert(1)</script> [x](javascript:alert(1))")
    for message in (await worker.history())["messages"][1:]:
        assert "<script" not in message["html"]
        assert "&lt;script&gt;" in message["html"]
        assert "href" not in message["html"]


async def test_a_message_too_long_is_refused(worker: Worker) -> None:
    response = await worker.post("我" * 20_001)
    assert response.status_code == 413
    assert code_of(response) == "message_too_long"
    assert "20000" in response.json()["error"]["message"]


async def test_twenty_thousand_escaped_emoji_are_not_too_large(worker: Worker) -> None:
    body = '{"client_message_id":"e","text":"' + "\\ud83d\\ude00" * 20_000 + '"}'
    response = await worker.client.post(worker.url, content=body, headers=_json(worker))
    assert response.status_code == 200


async def test_a_body_too_large_is_refused(worker: Worker) -> None:
    async def chunks() -> Any:
        for _ in range(40):
            yield b" " * 10_000

    for content in (b" " * 400_000, chunks()):
        response = await worker.client.post(worker.url, content=content, headers=_json(worker))
        assert response.status_code == 413
        assert code_of(response) == "body_too_large"


def _json(worker: Worker) -> dict[str, str]:
    return worker.headers | {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"text":', 400, "invalid_json"),
        (b"", 422, "invalid_request"),
        (b"[]", 422, "invalid_request"),
        (b"null", 422, "invalid_request"),
        (b'"hello"', 422, "invalid_request"),
        (b"\xff\xfe", 400, "invalid_json"),
        (b"\xc3\x28", 400, "bad_request"),
        (b"[" * 100_000, 400, "bad_request"),
        (b"{}", 422, "invalid_request"),
        (b'{"text":"a"}', 422, "invalid_request"),
        (b'{"text":1,"client_message_id":"a"}', 422, "invalid_request"),
        (b'{"text":null,"client_message_id":"a"}', 422, "invalid_request"),
        (b'{"text":"a","client_message_id":""}', 422, "invalid_request"),
        (b'{"text":"a","client_message_id":"a b"}', 422, "invalid_request"),
        (b'{"text":"a","client_message_id":"a\\u0000"}', 422, "invalid_request"),
        (b'{"text":"a","client_message_id":"' + b"x" * 65 + b'"}', 422, "invalid_request"),
        (b'{"text":"a","client_message_id":"a","more":1}', 422, "invalid_request"),
        (b'{"text":"\\ud800","client_message_id":"a"}', 422, "empty_message"),
        (b'{"text":"a","client_message_id":"\\ud800"}', 422, "invalid_request"),
    ],
)
async def test_a_wrong_body_is_refused(
    worker: Worker, rasa: FakeRasa, body: bytes, status: int, code: str
) -> None:
    response = await worker.client.post(worker.url, content=body, headers=_json(worker))
    assert (response.status_code, code_of(response)) == (status, code)
    assert len((await worker.history())["messages"]) == 1
    assert rasa.requests == []


async def test_a_refusal_names_the_fields_and_repeats_nothing(worker: Worker) -> None:
    response = await worker.client.post(
        worker.url, json={"text": ["身份证号"]}, headers=worker.headers
    )
    message = response.json()["error"]["message"]
    assert "text" in message
    assert "client_message_id" in message
    assert "身份证号" not in response.text


@pytest.mark.parametrize("body", [{}, {"channel": "fax"}, {"channel": "web", "x": 1}])
async def test_a_wrong_new_conversation_is_refused(
    running_gateway: Gateway, body: dict[str, Any]
) -> None:
    response = await running_gateway.client.post("/api/v1/conversations", json=body)
    assert response.status_code == 422
    assert code_of(response) == "invalid_request"


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic x", "令牌"]
)
async def test_a_wrong_token_is_refused_before_the_body_is_read(
    worker: Worker, rasa: FakeRasa, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization.encode()}
    for response in (
        await worker.client.post(worker.url, content=b"{", headers=headers),
        await worker.client.get(worker.url, headers=headers),
    ):
        assert response.status_code == 401
        assert code_of(response) == "unauthorized"
        assert response.headers["WWW-Authenticate"] == "Bearer"
    assert rasa.requests == []


async def test_another_conversations_token_is_refused(
    running_gateway: Gateway, worker: Worker
) -> None:
    other = await running_gateway.worker()
    response = await worker.client.get(worker.url, headers=other.headers)
    assert response.status_code == 401


@pytest.mark.parametrize("conversation_id", ["01M855EHVTB7ANMVT100NEDVMT", "x", "%00", "你"])
async def test_an_unknown_conversation_is_refused(worker: Worker, conversation_id: str) -> None:
    response = await worker.client.get(
        f"/api/v1/conversations/{conversation_id}/messages", headers=worker.headers
    )
    assert response.status_code == 404
    assert code_of(response) == "conversation_not_found"

"""What workers, browsers and attackers really send."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.stack import Conversation, Product


@pytest.mark.parametrize("text", ["", "   ", "\n\t ", "\x00\x00", "\x07\x1b"])
def test_nothing_to_read_is_refused_with_a_clear_message(
    conversation: Conversation, text: str
) -> None:
    response = conversation.post(text)
    assert response.status_code == 422
    error = response.json()["error"]
    assert error["code"] == "empty_message"
    assert error["message"]
    assert error["request_id"]


@pytest.mark.parametrize(
    "text",
    [
        "😀😀😀",
        "/restart",
        "/ask_service",
        '/ask_service{"a": 1}',
        "  /restart",
        "?",
        "啊",
        "asdkjh",
    ],
)
def test_what_makes_no_sense_gets_a_sensible_reply(conversation: Conversation, text: str) -> None:
    result = conversation.say(text)
    (message,) = result["messages"]
    assert message["kind"] in {"choices", "decline", "question", "chat"}
    assert result["status"] == "bot"


def test_a_command_does_not_reset_the_conversation(conversation: Conversation) -> None:
    conversation.say("🎈🎈")
    second = conversation.say("/restart")["messages"][0]
    # A restarted dialogue would have forgotten the first failure and offered topics again.
    assert second["kind"] == "question"


def test_a_very_long_message_is_stored_whole(conversation: Conversation) -> None:
    text = "我在厂里上班十几年了老板一直不给交社保怎么办。" * 500
    result = conversation.say(text[:10_000])
    assert result["messages"]
    stored = next(m for m in conversation.history() if m["author"] == "worker")
    assert stored["text"] == text[:10_000]


def test_markup_is_shown_as_text(conversation: Conversation) -> None:
    conversation.say("<script>alert(1)</script><b>工伤</b>怎么办")
    stored = next(m for m in conversation.history() if m["author"] == "worker")
    assert "<script>" in stored["text"]
    assert "<script" not in stored["html"]
    assert "&lt;script&gt;" in stored["html"]


def test_control_characters_inside_a_message_are_dropped(conversation: Conversation) -> None:
    assert conversation.say("产\x00假\x07几天")["messages"]
    stored = next(m for m in conversation.history() if m["author"] == "worker")
    assert stored["text"] == "产假几天"


def test_invalid_json_is_refused(stack: Product, conversation: Conversation) -> None:
    response = stack.client.post(
        f"/api/v1/conversations/{conversation.id}/messages",
        content=b'{"text": ',
        headers={**conversation.headers, "Content-Type": "application/json"},
    )
    assert response.status_code in {400, 422}
    assert set(response.json()["error"]) == {"code", "message", "request_id"}


def test_a_wrong_token_sees_nothing(stack: Product, conversation: Conversation) -> None:
    other = Conversation(stack.client, conversation.id, "x" * 43)
    assert other.post("你好").status_code in {401, 403, 404}
    assert "error" in other.post("你好").json()


def test_an_unknown_conversation_is_an_error(stack: Product, conversation: Conversation) -> None:
    other = Conversation(stack.client, "01ARZ3NDEKTSV4RRFFQ69G5FAV", conversation.token)
    assert other.post("你好").status_code in {401, 404}


def test_a_repeated_message_is_handled_once(conversation: Conversation) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: conversation.say("产假有几天", "same"), range(8)))
    assert all(result == results[0] for result in results)
    authors = [message["author"] for message in conversation.history()]
    assert authors == ["bot", "worker", "bot"]


def test_messages_of_the_same_instant_are_answered_in_order(conversation: Conversation) -> None:
    texts = ["年假怎么算", "谢谢", "高温费有多少", "你是谁"]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(conversation.say, texts))
    reply_of = {
        text: result["messages"][0]["id"] for text, result in zip(texts, results, strict=True)
    }
    history = conversation.history()[1:]
    asked = [message["text"] for message in history if message["author"] == "worker"]
    answered = [message["id"] for message in history if message["author"] == "bot"]
    assert sorted(asked) == sorted(texts)
    assert answered == [reply_of[text] for text in asked]

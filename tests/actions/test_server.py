"""The action server over HTTP, on a port of its own."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from actions.__main__ import create_server, main
from actions.assistant import actions
from actions.search import Search
from contract import Reply, ReplyKind
from knowledge_base.search import KnowledgeBase, SearchResult
from tests.actions.conftest import Fixed
from tests.actions.conversation import tracker_state

pytestmark = [
    pytest.mark.anyio,
    # The pair of versions is pinned, and driven by the tests of the running product.
    pytest.mark.filterwarnings("ignore:.*versions of rasa and rasa_sdk:UserWarning"),
]

SECRET_WORDS = "我叫张三 被余杭某厂欠薪"


class FragileKnowledgeBase(KnowledgeBase):
    """Fails on one question, as a damaged index might."""

    def __init__(self, sound: KnowledgeBase) -> None:
        self._sound = sound

    def search(self, text: str, **options: Any) -> SearchResult:
        if text == SECRET_WORDS:
            raise RuntimeError(f"cannot search {text}")
        return self._sound.search(text, **options)

    def document(self, document_id: str) -> Any:
        return self._sound.document(document_id)


@pytest.fixture(scope="module")
async def client(knowledge_base: KnowledgeBase) -> AsyncIterator[httpx2.AsyncClient]:
    server = create_server(Search(Fixed(FragileKnowledgeBase(knowledge_base))))
    running = await server.create_server(
        host="127.0.0.1", port=0, return_asyncio_server=True, access_log=False
    )
    assert running is not None
    await running.startup()
    await running.start_serving()
    port = running.server.sockets[0].getsockname()[1]
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as made:
            yield made
    finally:
        running.close()
        await running.wait_closed()


def call(action: str, text: str, intent: str = "ask_service") -> dict[str, Any]:
    return {
        "next_action": action,
        "sender_id": "c1",
        "tracker": tracker_state(text, intent),
        "version": "3.6.21",
    }


@pytest.mark.parametrize(
    ("action", "text", "intent", "kind", "slots"),
    [
        ("action_answer", "医疗互助怎么申请", "ask_service", ReplyKind.ANSWER, {"topics"}),
        (
            "action_fallback",
            "今天股票涨了没有",
            "nlu_fallback",
            ReplyKind.CHOICES,
            {"failed_turns"},
        ),
        ("action_hand_over", "转人工", "request_human", ReplyKind.HANDOFF, set()),
        (
            "action_not_helpful",
            "没用",
            "not_helpful",
            ReplyKind.QUESTION,
            {"complaints", "offer"},
        ),
    ],
)
async def test_each_action_answers_with_a_reply_of_the_contract(
    client: httpx2.AsyncClient,
    action: str,
    text: str,
    intent: str,
    kind: ReplyKind,
    slots: set[str],
) -> None:
    response = await client.post("/webhook", json=call(action, text, intent))
    assert response.status_code == 200
    (message,) = response.json()["responses"]
    assert Reply.model_validate(message["custom"]).kind is kind
    assert {event["name"] for event in response.json()["events"]} == slots


async def test_a_form_is_opened_by_its_action(client: httpx2.AsyncClient) -> None:
    body = call("calculator_form", "帮我算年假", "calculate_annual_leave")
    events = (await client.post("/webhook", json=body)).json()["events"]
    assert {"event": "active_loop", "name": "calculator_form", "timestamp": None} in events


async def test_a_failing_action_is_an_error_without_the_workers_words(
    client: httpx2.AsyncClient,
) -> None:
    response = await client.post("/webhook", json=call("action_answer", SECRET_WORDS))
    assert response.status_code == 500
    assert response.json() == {"error": "action failed", "action_name": ""}
    assert "张三" not in response.text


async def test_after_a_failure_the_next_call_is_answered(client: httpx2.AsyncClient) -> None:
    await client.post("/webhook", json=call("action_answer", SECRET_WORDS))
    response = await client.post("/webhook", json=call("action_answer", "年假几天"))
    assert response.status_code == 200


async def test_an_unknown_action_is_not_found(client: httpx2.AsyncClient) -> None:
    response = await client.post("/webhook", json=call("action_dance", SECRET_WORDS))
    assert response.status_code == 404
    assert response.json()["action_name"] == "action_dance"
    assert "张三" not in response.text


async def test_what_is_no_call_is_an_error(client: httpx2.AsyncClient) -> None:
    response = await client.post("/webhook", content="张三 {")
    assert response.status_code >= 400
    assert "张三" not in response.text


async def test_health(client: httpx2.AsyncClient) -> None:
    response = await client.get("/health")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


async def test_the_actions_are_those_of_the_assistant(
    client: httpx2.AsyncClient, search: Search
) -> None:
    response = await client.get("/actions")
    names = [action.name() for action in actions(search)]
    assert sorted(each["name"] for each in response.json()) == sorted(names)


def test_without_a_model_it_says_so_and_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UNION_EMBEDDING_MODEL", str(tmp_path / "none"))
    assert main() == 1
    assert capsys.readouterr().err.startswith("error: ")


async def test_a_sure_answer_can_be_had_without_the_dialogue_server(
    client: httpx2.AsyncClient,
) -> None:
    response = await client.post("/answer", json={"text": "医疗互助怎么申请"})
    assert response.status_code == 200
    reply = Reply.model_validate_json(response.content)
    assert reply.kind is ReplyKind.ANSWER
    assert reply.citations


async def test_without_a_sure_answer_there_is_none(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/answer", json={"text": "明天下雨吗"})).status_code == 204


@pytest.mark.parametrize("body", [[], {}, {"text": " "}, {"text": 5}])
async def test_a_body_without_text_is_refused(client: httpx2.AsyncClient, body: Any) -> None:
    assert (await client.post("/answer", json=body)).status_code == 422

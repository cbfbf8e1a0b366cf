"""What a worker gets while the bot is away."""

import json
from collections.abc import AsyncIterator

import pytest

from api.conversations.degraded import DegradedAnswers
from api.conversations.dialogue import new_client
from api.settings import Settings
from tests.api import fake_rasa, gateway
from tests.api.fake_rasa import ANSWER, FakeRasa, turn

pytestmark = pytest.mark.anyio

UNSAFE = [
    "老板把我辞退了",
    "老闆把我辭退了",
    "厂里把我 辞 退 了",
    "工地上摔断腿了",
    "拖欠工资半年了",
    "我爸在厂里猝死",
    "我们几十个人没拿到钱",
    "不签就让我走人",
    "转人工",
]


@pytest.fixture
async def actions() -> AsyncIterator[FakeRasa]:
    async with fake_rasa.running() as running:
        running.answer = lambda request: json.dumps(ANSWER, ensure_ascii=False).encode()
        yield running


async def test_a_checked_answer_takes_the_bots_place(
    settings: Settings, rasa: FakeRasa, actions: FakeRasa
) -> None:
    rasa.status = 500
    away = settings.model_copy(update={"actions_url": actions.url})
    async with gateway.running(away) as running:
        worker = await running.worker()
        result = await worker.say("医疗互助怎么报")
        assert result["status"] == "bot"
        assert [each["kind"] for each in result["messages"]] == ["notice", "answer"]
        assert result["messages"][1]["citations"]
        assert actions.texts == ["医疗互助怎么报"]


@pytest.mark.parametrize("text", UNSAFE)
async def test_where_a_person_is_needed_nothing_is_answered(
    settings: Settings, rasa: FakeRasa, actions: FakeRasa, text: str
) -> None:
    rasa.status = 500
    away = settings.model_copy(update={"actions_url": actions.url})
    async with gateway.running(away) as running:
        worker = await running.worker()
        result = await worker.say(text)
        assert result["status"] == "waiting"
        assert [each["kind"] for each in result["messages"]] == ["notice"]
        assert actions.requests == []


async def test_with_nothing_at_all_there_is_an_honest_line(
    settings: Settings, unused_url: str
) -> None:
    away = settings.model_copy(update={"actions_url": unused_url, "rasa_urls": [unused_url]})
    async with gateway.running(away) as running:
        worker = await running.worker()
        for text in ("医疗互助怎么报", "高温费多少"):
            result = await worker.say(text)
            assert result["status"] == "waiting"
        assert "12351" in (await worker.history())["messages"][2]["text"]


async def test_only_a_sure_answer_counts(actions: FakeRasa) -> None:
    async with new_client() as client:
        answers = DegradedAnswers(client, actions.url, timeout_s=2)
        assert await answers.answer("医疗互助怎么报") is not None
        actions.answer = lambda request: json.dumps({"kind": "choices", "text": "?"}).encode()
        assert await answers.answer("医疗互助怎么报") is None
        actions.answer = lambda request: b"{}"
        assert await answers.answer("医疗互助怎么报") is None
        actions.status = 204
        assert await answers.answer("医疗互助怎么报") is None


async def test_the_bot_is_asked_again_after_a_while(
    settings: Settings, rasa: FakeRasa, unused_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.conversations.breaker.PAUSE_S", 0.0)
    away = settings.model_copy(update={"actions_url": unused_url})
    async with gateway.running(away) as running:
        rasa.status = 500
        for _ in range(4):
            assert (await (await running.worker()).say("你好"))["status"] == "waiting"
        rasa.status = 200
        rasa.answer = lambda request: turn({"kind": "chat", "text": "我回来了"})
        result = await (await running.worker()).say("你好")
        assert result["messages"][0]["text"] == "我回来了"


async def test_an_open_circuit_does_not_make_anybody_wait(
    settings: Settings, rasa: FakeRasa, unused_url: str
) -> None:
    rasa.status = 500
    async with gateway.running(settings.model_copy(update={"actions_url": unused_url})) as running:
        for _ in range(5):
            await (await running.worker()).say("你好")
    assert len(rasa.requests) == 3

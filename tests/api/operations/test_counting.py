"""The gateway counts what it does, where it does it."""

import pytest

from api.operations.metrics import REGISTRY
from tests.api.fake_rasa import ANSWER, HANDOFF, FakeRasa, turn
from tests.api.gateway import Gateway

pytestmark = pytest.mark.anyio


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_turns_replies_handoffs_and_errors(running_gateway: Gateway, rasa: FakeRasa) -> None:
    counted = [
        ("union_turns_total", {"channel": "web", "outcome": "bot"}, 2),
        ("union_turns_total", {"channel": "web", "outcome": "silent"}, 1),
        ("union_turns_total", {"channel": "web", "outcome": "unavailable"}, 1),
        ("union_turns_total", {"channel": "web", "outcome": "crisis"}, 1),
        ("union_replies_total", {"author": "bot", "kind": "answer"}, 1),
        ("union_handoffs_total", {"reason": "legal_case", "priority": "3"}, 1),
        ("union_handoffs_total", {"reason": "bot_unavailable", "priority": "4"}, 1),
        ("union_handoffs_total", {"reason": "crisis", "priority": "1"}, 1),
        ("union_turn_stage_seconds_count", {"stage": "store"}, 5),
        ("union_turn_stage_seconds_count", {"stage": "record"}, 5),
        ("union_turn_stage_seconds_count", {"stage": "bot"}, 3),
        ("union_errors_total", {"code": "unauthorized"}, 1),
    ]
    before = [sample(name, **labels) for name, labels, _ in counted]
    worker = await running_gateway.worker()
    rasa.answer = lambda _: turn(ANSWER)
    await worker.say("医疗互助怎么申请")
    rasa.answer = lambda _: turn(HANDOFF)
    await worker.say("老板三个月没发工资")
    await worker.say("我还有一张借条")
    rasa.status = 500
    other = await running_gateway.worker()
    await other.say("老板拖欠工资")
    await (await running_gateway.worker()).say("我不想活了")
    worker.headers = {"Authorization": "Bearer wrong"}
    assert (await worker.post("x")).status_code == 401
    for (name, labels, difference), value in zip(counted, before, strict=True):
        assert sample(name, **labels) - value == difference, (name, labels)


async def test_the_figures_are_exposed(running_gateway: Gateway) -> None:
    text = (await running_gateway.client.get("/metrics")).text
    assert "union_turns_total{" in text
    assert "union_database_up 1.0" in text

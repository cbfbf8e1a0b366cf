"""The gateway's spans: what a turn consists of, and what goes with the message to the bot."""

import asyncio
import base64
import json

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from pydantic import SecretStr

from api.conversations.degraded import ANSWER as DIRECT_ANSWER
from api.conversations.dialogue import WEBHOOK
from api.settings import Settings
from tests.api import fake_rasa, gateway
from tests.api.fake_rasa import ANSWER, FakeRasa
from tests.api.gateway import Gateway, Worker
from tests.api.outbox import receiver
from tests.traces import *  # noqa: F403
from tests.traces import Recorded

pytestmark = pytest.mark.anyio
CALL = f"POST {WEBHOOK}"
FOREIGN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


def trace_of(traceparent: str) -> tuple[str, str]:
    _, trace_id, span_id, _ = traceparent.split("-")
    return trace_id, span_id


async def test_a_turn_is_one_trace(worker: Worker, rasa: FakeRasa, recorded: Recorded) -> None:
    rasa.answer = lambda _: fake_rasa.turn(ANSWER)
    await worker.say("医疗互助怎么申请")
    assert recorded.names == ["store", CALL, "bot", "record", "turn", "message"]
    parents = {name: recorded.parent_of(name) for name in recorded.names}
    assert parents == {
        "message": None,
        "store": "message",
        "turn": "message",
        "bot": "turn",
        CALL: "bot",
        "record": "turn",
    }
    attributes = recorded.attributes("turn")
    assert attributes.pop("messaging.message.id") == rasa.requests[0]["metadata"]["message_id"]
    assert attributes == {
        "union.channel": "web",
        "union.turn.outcome": "bot",
        "union.replies": ("answer",),
        "union.conversation.status": "bot",
    }
    assert recorded.attributes(CALL)["http.response.status_code"] == 200


async def test_the_call_of_rasa_goes_with_the_message(
    worker: Worker, rasa: FakeRasa, recorded: Recorded
) -> None:
    await worker.say("你好")
    context = recorded.only(CALL).context
    carried = trace_of(rasa.requests[0]["metadata"]["traceparent"])
    assert carried == (
        trace.format_trace_id(context.trace_id),
        trace.format_span_id(context.span_id),
    )


async def test_off_nothing_goes_with_the_message(worker: Worker, rasa: FakeRasa) -> None:
    await worker.say("你好")
    assert "traceparent" not in rasa.requests[0]["metadata"]


async def test_a_client_has_no_say_in_traces(
    worker: Worker, rasa: FakeRasa, recorded: Recorded
) -> None:
    worker.headers["traceparent"] = FOREIGN
    await worker.say("你好")
    message = recorded.only("message")
    assert message.parent is None
    assert trace.format_trace_id(message.context.trace_id) != trace_of(FOREIGN)[0]


@pytest.mark.parametrize(
    ("words", "outcome"),
    [("我不想活了", "crisis"), ("删除我的记录", "gateway")],
)
async def test_what_the_bot_is_not_asked_has_no_call_of_it(
    worker: Worker, recorded: Recorded, words: str, outcome: str
) -> None:
    await worker.say(words)
    assert recorded.attributes("turn")["union.turn.outcome"] == outcome
    assert CALL not in recorded.names


async def test_while_rasa_is_away_the_knowledge_base_is_in_the_trace(
    settings: Settings, rasa: FakeRasa, recorded: Recorded
) -> None:
    rasa.answer = lambda request: (
        fake_rasa.turn() if "sender" in request else json.dumps(ANSWER).encode()
    )
    async with gateway.running(settings) as running:
        await (await running.worker()).say("医疗互助怎么申请")
    assert recorded.attributes("turn")["union.turn.outcome"] == "degraded"
    direct = f"POST {DIRECT_ANSWER}"
    assert recorded.parent_of(direct) == "bot"
    (head,) = [head for head in rasa.headers if head.startswith(f"POST {DIRECT_ANSWER} ")]
    span_id = trace.format_span_id(recorded.only(direct).context.span_id)
    assert span_id in head.partition("traceparent: ")[2].split("\r\n")[0]


async def test_a_bot_that_fails_is_marked(
    worker: Worker, rasa: FakeRasa, recorded: Recorded
) -> None:
    rasa.status = 500
    await worker.say("你好")
    call = recorded.only(CALL)
    assert call.status.status_code is StatusCode.ERROR
    assert (call.attributes or {})["error.type"] == "500"
    assert recorded.only("turn").status.status_code is StatusCode.UNSET


async def test_a_delivery_is_a_trace_of_its_own(settings: Settings, recorded: Recorded) -> None:
    async with receiver.running() as peer:
        reporting = settings.model_copy(
            update={
                "escalation_webhook_url": peer.url,
                "escalation_webhook_secret": SecretStr(base64.b64encode(bytes(32)).decode()),
            }
        )
        async with gateway.running(reporting) as running:
            await (await running.worker()).say("我不想活了")
            async with asyncio.timeout(10):
                await peer.arrived.wait()
    assert recorded.parent_of("delivery") is None
    attributes = recorded.attributes("delivery")
    assert attributes.pop("messaging.message.id")
    assert attributes == {"union.outbox.adapter": "webhook", "union.outbox.attempt": 1}


async def test_fastapi_exports_nothing_by_itself(
    running_gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    await running_gateway.worker()
    assert exporter.get_finished_spans() == ()

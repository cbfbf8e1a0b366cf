"""One trace over the gateway and an action, at a collector; and nobody's words in it.

The dialogue server is played: it hands on the metadata of a message, as Rasa does
(``bot/tests/channels/test_gateway.py``), in a thread that knows nothing of the gateway's context.
"""

import asyncio
import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import SecretStr

from actions.assistant import actions
from actions.search import Search
from actions.turn import DialogueAction, Outcome, Turn
from api.settings import Settings
from tests.actions.conftest import knowledge_base, loaded_index, search  # noqa: F401
from tests.actions.conversation import run, tracker_state
from tests.api import fake_rasa, gateway
from tests.api.conftest import anyio_backend, migrated_file, rasa, settings  # noqa: F401
from tests.api.fake_rasa import FakeRasa
from tests.api.outbox import receiver
from tests.traces import *  # noqa: F403
from tests.traces import Collector, Received

pytestmark = pytest.mark.anyio
NAME, PHONE, EMPLOYER = "张三丰", "13800001234", "余杭某某制衣厂"
QUESTION = f"我叫{NAME}，电话{PHONE}，在{EMPLOYER}上班，医疗互助怎么申请"
WEBHOOK_SECRET = base64.b64encode(b"secret of the webhook in tests").decode()
ACTION = "action_answer"


class PlayedRasa:
    """Runs one action on every message. The action fails where a message says so."""

    def __init__(self, search: Search) -> None:  # noqa: F811
        (self._action,) = [each for each in actions(search) if each.name() == ACTION]
        self._failing = DialogueAction(ACTION, self._fail)
        self._thread = ThreadPoolExecutor(max_workers=1)

    def __call__(self, request: dict[str, Any]) -> bytes:
        if "sender" not in request:  # the gateway asks the action server directly
            return json.dumps(fake_rasa.ANSWER).encode()
        return self._thread.submit(asyncio.run, self._turn(request)).result()

    async def _turn(self, request: dict[str, Any]) -> bytes:
        state = tracker_state(request["text"])
        state["latest_message"]["metadata"] = request["metadata"]
        if "出错" not in request["text"]:
            outcome = await run(self._action, state)
            return fake_rasa.turn(*(message["custom"] for message in outcome.messages))
        with pytest.raises(RuntimeError):
            await run(self._failing, state)
        return fake_rasa.turn()

    async def _fail(self, turn: Turn) -> Outcome:
        raise RuntimeError(turn.text)


async def test_one_trace_and_nobodys_words(
    settings: Settings,  # noqa: F811
    rasa: FakeRasa,  # noqa: F811
    search: Search,  # noqa: F811
    collector: Collector,
) -> None:
    rasa.answer = PlayedRasa(search)
    private = [NAME, PHONE, EMPLOYER, "医疗互助", "不想活", WEBHOOK_SECRET]
    private += [settings.secret_key.get_secret_value(), settings.rasa_secret.get_secret_value()]
    async with receiver.running() as peer:
        reporting = settings.model_copy(
            update={
                "otlp_endpoint": collector.url,
                "escalation_webhook_url": peer.url,
                "escalation_webhook_secret": SecretStr(WEBHOOK_SECRET),
            }
        )
        async with gateway.running(reporting) as running:
            worker = await running.worker()
            answered = await worker.say(QUESTION)
            await worker.say(f"{QUESTION} 出错")
            await worker.say(f"我叫{NAME}，我不想活了，{EMPLOYER}欠我工资，{PHONE}")
            async with asyncio.timeout(10):
                await peer.arrived.wait()
    private += [worker.created["token"], worker.id, answered["messages"][0]["text"][:8]]
    by_id = {span.span_id: span for span in collector.spans}
    action, *_ = [span for span in by_id.values() if span.name == ACTION]
    assert way_up(action, by_id) == ["POST /webhooks/gateway/webhook", "bot", "turn", "message"]
    assert {"store", "record", "search", "delivery"} <= {span.name for span in by_id.values()}
    assert "RuntimeError" in {span.attributes.get("error.type") for span in by_id.values()}
    everything = b"".join(collector.bodies)
    for words in private:
        assert words.encode() not in everything, words


def way_up(span: Received, by_id: dict[str, Received]) -> list[str]:
    names = []
    while span.parent_id:
        above = by_id[span.parent_id]
        assert above.trace_id == span.trace_id
        names.append(above.name)
        span = above
    return names

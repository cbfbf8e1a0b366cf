"""A scripted bot and action server beside the gateway, in a loop of their own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from anyio.from_thread import start_blocking_portal

from tests.api import fake_rasa
from tests.api.fake_rasa import FakeRasa

HAND_OVER: Final = "转人工"
"""A message that the bot hands over; it answers any other one from the knowledge base."""
_HIT_TEST = {
    "query": "年假",
    "rewritten": "年休假",
    "decision": "decline",
    "probability": 0.1,
    "hits": [],
    "parts": [],
    "version": "20261101-1",
    "fingerprint": "f1",
    "encoder": "e5",
    "answer_from": 0.7,
    "choices_from": 0.4,
}


@contextmanager
def running() -> Iterator[FakeRasa]:
    """It listens on a free port of the loopback interface."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(fake_rasa.running()) as rasa,
    ):

        def answer(request: dict[str, Any]) -> bytes:
            if rasa.headers[-1].startswith("POST /hit-test "):
                return json.dumps(_HIT_TEST).encode()
            if "sender" not in request:
                return json.dumps(fake_rasa.ANSWER).encode()
            hands_over = request["text"] == HAND_OVER
            return fake_rasa.turn(fake_rasa.HANDOFF if hands_over else fake_rasa.ANSWER)

        rasa.answer = answer
        yield rasa

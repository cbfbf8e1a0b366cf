from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, remember_failures, say
from contract import Reply, ReplyKind
from tests.actions.conversation import tracker_state


def test_text_intent_and_failed_turns_are_read() -> None:
    tracker = Tracker.from_dict(tracker_state("年假几天", "ask_service", 2.0))
    assert Turn.of(tracker) == Turn("年假几天", "ask_service", 2)


@pytest.mark.parametrize(
    "message", [{}, {"text": None, "intent": None}, {"text": "", "intent": {}}]
)
def test_what_is_missing_is_nothing(message: dict[str, Any]) -> None:
    state = {**tracker_state("", None, None), "latest_message": message}
    assert Turn.of(Tracker.from_dict(state)) == Turn("", None, 0)


def test_a_reply_is_said_as_the_contracts_payload() -> None:
    dispatcher = CollectingDispatcher()
    reply = Reply(kind=ReplyKind.CHAT, text="您好")
    say(dispatcher, reply)
    (message,) = dispatcher.messages
    assert message["text"] is None
    assert Reply.model_validate(message["custom"]) == reply


def test_failures_are_remembered_as_a_number() -> None:
    (event,) = remember_failures(2)
    assert (event["name"], event["value"]) == ("failed_turns", 2.0)
    assert isinstance(event["value"], float)

from typing import Any

import pytest
from pydantic import ValidationError

from contract import BotTurn, Reply

TURN: dict[str, Any] = {
    "replies": [{"kind": "chat", "text": "您好"}],
    "intent": {"name": "greet", "confidence": 0.98},
    "entities": [{"entity": "benefit", "value": "医疗互助", "start": 0}],
    "slots": {"failed_turns": 1.0, "member": None},
    "active_form": None,
}


def test_json_round_trip() -> None:
    turn = BotTurn.model_validate(TURN)
    assert BotTurn.model_validate_json(turn.model_dump_json()) == turn
    assert turn.replies == [Reply.model_validate(TURN["replies"][0])]


def test_unknown_keys_of_the_dialogue_server_are_tolerated() -> None:
    assert BotTurn.model_validate({**TURN, "latency": 0.2}) == BotTurn.model_validate(TURN)


def test_unknown_keys_of_a_reply_are_not() -> None:
    replies = [{"kind": "chat", "text": "您好", "mood": "good"}]
    with pytest.raises(ValidationError, match="Extra inputs"):
        BotTurn.model_validate({**TURN, "replies": replies})


def test_what_is_not_said_is_empty() -> None:
    turn = BotTurn.model_validate({"replies": [], "intent": {"name": None, "confidence": 0}})
    assert (turn.entities, turn.slots, turn.active_form) == ([], {}, None)


@pytest.mark.parametrize("missing", ["replies", "intent"])
def test_replies_and_intent_must_be_there(missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        BotTurn.model_validate({key: value for key, value in TURN.items() if key != missing})


@pytest.mark.parametrize("confidence", [-0.1, 1.1])
def test_the_confidence_is_a_probability(confidence: float) -> None:
    with pytest.raises(ValidationError):
        BotTurn.model_validate({**TURN, "intent": {"name": "greet", "confidence": confidence}})

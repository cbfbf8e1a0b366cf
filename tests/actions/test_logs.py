import json
import logging
import sys
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import logs
from actions.logs import JsonFormatter
from actions.turn import DialogueAction, Outcome, Turn
from contract import Reply, ReplyKind

WORDS = "我叫张三，电话13800000000"


def lines(captured: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in captured.splitlines()]


def test_an_exceptions_message_is_not_logged_but_its_type_and_place_are() -> None:
    try:
        raise ValueError(WORDS)
    except ValueError:
        record = logging.LogRecord(
            "actions", logging.ERROR, __file__, 1, "action failed", None, sys.exc_info()
        )
    line = JsonFormatter().format(record)
    assert "张三" not in line
    assert "13800000000" not in line
    assert json.loads(line)["error"] == "ValueError"
    assert "test_logs.py" in line


@pytest.mark.anyio
async def test_a_turn_has_the_same_id_in_every_log(capsys: pytest.CaptureFixture[str]) -> None:
    async def handler(turn: Turn) -> Outcome:
        return Outcome(turn.memory, Reply(kind=ReplyKind.CHAT, text=turn.text))

    message = {"text": WORDS, "intent": {"name": "greet"}, "metadata": {"message_id": "01J0000000"}}
    tracker = Tracker("sender", {}, message, [], False, None, {}, None)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        logs.configure()
        await DialogueAction("action_one", handler).run(CollectingDispatcher(), tracker, {})
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    captured = capsys.readouterr().err
    (line,) = lines(captured)
    assert line["message_id"] == "01J0000000"
    assert (line["action"], line["intent"], line["reply"]) == ("action_one", "greet", "chat")
    assert line["milliseconds"] >= 0
    assert "张三" not in captured

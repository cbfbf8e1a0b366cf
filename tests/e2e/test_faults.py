"""Parts that die: the worker gets an honest line, the desk gets the case, nothing is lost."""

import json
import signal
from pathlib import Path

import pytest

from tests.e2e.stack import Stack


@pytest.mark.parametrize("part", ["actions", "rasa"])
def test_a_dispute_comes_to_the_desk_while_a_part_is_dead(stack: Stack, part: str) -> None:
    conversation = stack.start_conversation()
    stack.kill(part)
    result = conversation.say("老板昨天把我辞退了 一分钱补偿没有")
    assert result["status"] == "waiting"
    (message,) = result["messages"]
    assert (message["author"], message["kind"]) == ("system", "notice")
    queue = json.loads(stack.run("handoffs", "--json"))
    (case,) = [case for case in queue if case["conversation_id"] == conversation.id]
    assert case["reason"] == "bot_unavailable"
    assert "辞退" in case["summary"]
    stack.wait_until_ready(120)
    assert stack.ask("医疗互助怎么申请")["kind"] in {"answer", "choices"}


def test_without_the_dialogue_server_a_safe_question_is_answered(stack: Stack) -> None:
    conversation = stack.start_conversation()
    stack.kill("rasa")
    result = conversation.say("医疗互助怎么申请")
    assert result["status"] == "bot"
    notice, answer = result["messages"]
    assert (notice["author"], notice["kind"]) == ("system", "notice")
    assert answer["kind"] == "answer"
    assert answer["citations"]
    stack.wait_until_ready(120)


def test_a_crisis_is_met_while_the_dialogue_server_is_down(stack: Stack) -> None:
    conversation = stack.start_conversation()
    stack.kill("rasa")
    (message,) = conversation.say("活着没意思 想跳楼")["messages"]
    assert "12356" in message["text"]
    stack.wait_until_ready(120)


def test_a_killed_gateway_keeps_every_message(stack: Stack) -> None:
    conversation = stack.start_conversation()
    first = conversation.say("高温费有多少", "before")
    stack.kill("gateway")
    stack.wait_until_ready(120)
    assert conversation.say("高温费有多少", "before") == first
    assert len(conversation.history()) == 3


def test_ctrl_c_stops_every_process(tmp_path: Path) -> None:
    with Stack(tmp_path, stop_with=signal.SIGINT) as second:
        processes = second.process_ids()
        assert processes.keys() == {"gateway", "rasa", "actions"}
    assert [pid for pid in processes.values() if Path(f"/proc/{pid}").exists()] == []

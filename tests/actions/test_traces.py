"""The action server's spans: below the gateway's, whose context comes with the message."""

import json
import logging
from typing import Any

import pytest
from opentelemetry import trace
from rasa_sdk import Action

from actions.assistant import actions
from actions.logs import JsonFormatter
from actions.search import Search
from actions.turn import DialogueAction, Outcome, Turn
from knowledge_base.retrieval.decision import Decision
from knowledge_base.watching import Part
from tests.actions.conftest import SearchThat
from tests.actions.conversation import run, tracker_state
from tests.traces import *  # noqa: F403
from tests.traces import Recorded

pytestmark = pytest.mark.anyio
TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
METADATA = {"message_id": "01J0000000", "traceparent": f"00-{TRACE}-{CALLER}-01"}
WORDS = "我叫张三丰，电话13800000000"


def action_answer(search: Search) -> Action:
    (action,) = [action for action in actions(search) if action.name() == "action_answer"]
    return action


def told(text: str, metadata: dict[str, Any] | None) -> dict[str, Any]:
    state = tracker_state(text)
    state["latest_message"]["metadata"] = metadata
    return state


async def test_an_action_goes_on_with_the_gateways_trace(
    recorded: Recorded, search_that: SearchThat
) -> None:
    action = action_answer(search_that(Decision.ANSWER))
    await run(action, told("医疗互助怎么申请", METADATA))
    span = recorded.only("action_answer")
    assert span.parent is not None
    assert trace.format_trace_id(span.parent.trace_id) == TRACE
    assert trace.format_span_id(span.parent.span_id) == CALLER
    assert recorded.attributes("action_answer") == {
        "messaging.message.id": "01J0000000",
        "union.intent": "ask_service",
        "union.reply": "answer",
        "union.decision": "answer",
    }


async def test_the_search_and_its_parts_are_below_the_action(
    recorded: Recorded, search_that: SearchThat
) -> None:
    action = action_answer(search_that(Decision.ANSWER))
    await run(action, told("医疗互助怎么申请", METADATA))
    parts = [f"search {part}" for part in Part]
    assert recorded.names == [*parts, "search", "action_answer"]
    assert {recorded.parent_of(part) for part in parts} == {"search"}
    assert recorded.parent_of("search") == "action_answer"
    attributes = recorded.attributes("search")
    assert attributes["union.search.decision"] == "answer"
    assert attributes["union.search.hits"] > 0
    assert attributes["union.index.fingerprint"]


@pytest.mark.parametrize("metadata", [None, {}, {"message_id": "01J0000000"}])
async def test_without_the_gateways_trace_it_begins_one(
    recorded: Recorded, search: Search, metadata: dict[str, Any] | None
) -> None:
    await run(action_answer(search), told("医疗互助怎么申请", metadata))
    assert recorded.only("action_answer").parent is None


async def test_of_a_failing_action_only_the_type_is_kept(recorded: Recorded) -> None:
    async def fail(_turn: Turn) -> Outcome:
        raise RuntimeError(WORDS)

    with pytest.raises(RuntimeError):
        await run(DialogueAction("action_test", fail), told(WORDS, METADATA))
    assert recorded.attributes("action_test") == {
        "messaging.message.id": "01J0000000",
        "error.type": "RuntimeError",
    }
    assert "张三丰" not in recorded.only("action_test").to_json()


async def test_the_log_names_the_trace(recorded: Recorded) -> None:
    lines: list[dict[str, Any]] = []

    async def handle(turn: Turn) -> Outcome:
        record = logging.LogRecord("actions", logging.INFO, __file__, 1, "now", None, None)
        lines.append(json.loads(JsonFormatter().format(record)))
        return Outcome(turn.memory)

    await run(DialogueAction("action_test", handle), told("在吗", METADATA))
    (line,) = lines
    assert line["trace_id"] == TRACE
    assert line["span_id"] == trace.format_span_id(recorded.only("action_test").context.span_id)

import base64
from typing import Any

import numpy as np
import pytest
from rasa_sdk import Tracker

from actions.entities import Entity
from actions.memory import Memory
from actions.texts import texts
from actions.turn import DialogueAction, Outcome, Turn, fold, with_privacy_warning
from contract import Reply, ReplyKind
from knowledge_base.calendar import today
from tests.actions.conversation import Mention, run, service, tracker_state

HELLO = Reply(kind=ReplyKind.CHAT, text="您好")


def turn_of(state: dict[str, Any]) -> Turn:
    return Turn.of(Tracker.from_dict(state))


def action_that(outcome: Outcome) -> DialogueAction:
    async def handle(_turn: Turn) -> Outcome:
        return outcome

    return DialogueAction("action_test", handle)


def test_a_turn_is_what_the_tracker_says() -> None:
    state = tracker_state(
        "年假几天",
        "ask_service",
        {"failed_turns": 2.0},
        mentions=[service("年假")],
        loop="calculator_form",
        confidence=0.7,
    )
    assert turn_of(state) == Turn(
        text="年假几天",
        intent="ask_service",
        memory=Memory(failed_turns=2),
        confidence=0.7,
        entities=(Entity(entity="service", start=0, end=2, value="年假"),),
        loop="calculator_form",
        day=today(),
    )


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": None, "intent": None, "entities": None},
        {"text": "", "intent": {}, "entities": []},
        {"text": "", "intent": {"name": None, "confidence": None}},
    ],
)
def test_what_is_missing_is_nothing(message: dict[str, Any]) -> None:
    turn = turn_of({**tracker_state(""), "latest_message": message})
    assert turn == Turn(text="", intent=None, memory=Memory(), confidence=0, day=today())


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＰＰ上怎麼報銷？", "app上怎么报销?"),
        ("工傷GS", "工伤gs"),
        ("年假幾天", "年假几天"),
        ("", ""),
    ],
)
def test_patterns_see_simplified_half_width_lower_case(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_subjects_are_the_services_in_the_workers_words() -> None:
    town = Mention("town", "闲林", "闲林街道")
    state = tracker_state("闲林的体捡和年假", mentions=[town, service("体捡"), service("年假")])
    assert turn_of(state).subjects == ("体捡", "年假")


def test_the_union_itself_is_no_subject() -> None:
    assert turn_of(tracker_state("工会管吗", mentions=[service("工会")])).subjects == ()


@pytest.mark.anyio
async def test_a_reply_is_said_as_the_contracts_payload() -> None:
    outcome = await run(action_that(Outcome(Memory(), HELLO)), tracker_state("在吗"))
    (message,) = outcome.messages
    assert message["text"] is None
    assert Reply.model_validate(message["custom"]) == HELLO
    assert outcome.events == []


@pytest.mark.anyio
async def test_a_response_of_the_domain_comes_before_the_reply() -> None:
    action = action_that(Outcome(Memory(), HELLO, response="utter_thank"))
    first, second = (await run(action, tracker_state("谢谢"))).messages
    assert first["response"] == "utter_thank"
    assert second["custom"]["text"] == HELLO.text


@pytest.mark.anyio
async def test_only_what_changed_is_written_to_the_slots() -> None:
    action = action_that(Outcome(Memory(failed_turns=0, aspect="去哪里")))
    state = tracker_state("去哪里", slots={"failed_turns": 2.0, "aspect": "去哪里"})
    (event,) = (await run(action, state)).events
    assert (event["event"], event["name"], event["value"]) == ("slot", "failed_turns", 0)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("before", "after", "events"),
    [
        (None, "intake_form", ["intake_form"]),
        ("intake_form", None, [None]),
        ("calculator_form", "intake_form", ["intake_form"]),
        ("intake_form", "intake_form", []),
        (None, None, []),
    ],
)
async def test_a_form_is_opened_changed_or_ended(
    before: str | None, after: str | None, events: list[str | None]
) -> None:
    action = action_that(Outcome(Memory(), HELLO, loop=after))
    outcome = await run(action, tracker_state("在吗", loop=before))
    assert [each["name"] for each in outcome.events] == events
    assert all(each["event"] == "active_loop" for each in outcome.events)


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("我的身份证330184199001011234", True),
        ("33018419900101123X 帮我报医疗互助", True),
        ("卡号6222021202011234567", True),
        ("电话13812345678", False),
        ("工资6000", False),
    ],
)
def test_numbers_of_identity_and_cards_are_kept_out_of_the_chat(text: str, warned: bool) -> None:
    reply = with_privacy_warning(Reply(kind=ReplyKind.CHAT, text="好"), text)
    assert (texts().talk.private_number in reply.text) is warned


@pytest.mark.anyio
@pytest.mark.parametrize(("yielded", "is_told"), [("crisis", True), (None, False)])
async def test_who_may_be_in_danger_reads_first_where_help_is(
    yielded: str | None, is_told: bool
) -> None:
    state = tracker_state("他们打了我", "legal_case")
    state["latest_message"]["yielded"] = yielded
    assert turn_of(state).may_be_in_danger is is_told
    (message,) = (await run(action_that(Outcome(Memory(), HELLO)), state)).messages
    told = f"{texts().talk.in_danger}\n\n" if is_told else ""
    assert message["custom"]["text"] == told + HELLO.text


@pytest.mark.anyio
async def test_what_was_read_of_the_message_is_heard_before_it_is_handled() -> None:
    heard: list[str] = []

    async def handle(turn: Turn) -> Outcome:
        heard.append(f"handled {turn.text}")
        return Outcome(turn.memory)

    action = DialogueAction("action_test", handle, lambda reading: heard.append(reading.text))
    state = tracker_state("年假几天")
    vector = base64.b64encode(np.ones(2, dtype="<f2").tobytes()).decode()
    reading = {"text": "年假几天?", "encoder": "abc", "vector": vector}
    await run(action, state)
    state["latest_message"]["reading"] = reading
    await run(action, state)
    assert heard == ["handled 年假几天", "年假几天?", "handled 年假几天"]

from typing import Any

import pytest
import yaml

from actions import assistant
from actions.assistant import RESPONSES, actions
from actions.calculators.catalogue import BY_INTENT
from actions.forms import CALCULATOR_FORM, INTAKE_FORM
from actions.interruptions import Interruptions
from actions.search import Search
from actions.turn import Handler
from contract import ReplyKind
from tests.actions.conversation import (
    DOMAIN_FILE,
    Conversation,
    action_by_intent,
    cited,
    offered,
)

FORMS = {CALCULATOR_FORM, INTAKE_FORM}


@pytest.fixture(scope="module")
def domain() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(DOMAIN_FILE.read_text(encoding="utf-8"))
    return content


@pytest.fixture
def interruptions(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What is registered for messages in the middle of a form."""
    registered: dict[str, Any] = {}

    class Recording(Interruptions):
        def register(
            self, handlers: dict[str, Handler], responses: dict[str, str], otherwise: Handler
        ) -> None:
            registered.update(handlers=handlers, responses=responses, otherwise=otherwise)

    monkeypatch.setattr(assistant, "Interruptions", Recording)
    return registered


@pytest.fixture
def handlers(
    search: Search, monkeypatch: pytest.MonkeyPatch, interruptions: dict[str, Any]
) -> dict[str, Handler]:
    """The handlers of the actions by name."""
    monkeypatch.setattr(assistant, "DialogueAction", lambda name, handler, _hear: (name, handler))
    return dict(actions(search))


def test_the_actions_are_those_of_the_domain(search: Search, domain: dict[str, Any]) -> None:
    served = [action.name() for action in actions(search)]
    assert sorted(served) == sorted(domain["actions"])
    assert set(domain["forms"]) == FORMS


def test_every_intent_of_the_domain_has_a_rule(domain: dict[str, Any]) -> None:
    assert set(action_by_intent()) == {*domain["intents"], "nlu_fallback"}


def test_in_a_form_every_intent_has_the_handler_that_the_rules_name(
    handlers: dict[str, Handler], interruptions: dict[str, Any]
) -> None:
    by_rule = {
        intent: handlers[action]
        for intent, action in action_by_intent().items()
        if not action.startswith("utter_") and action not in FORMS
    }
    assert interruptions["otherwise"] == by_rule.pop("nlu_fallback")
    assert interruptions["handlers"] == by_rule


def test_in_a_form_every_other_intent_has_the_response_that_the_rules_name(
    handlers: dict[str, Handler], interruptions: dict[str, Any]
) -> None:
    by_rule = {
        intent: action
        for intent, action in action_by_intent().items()
        if action.startswith("utter_")
    }
    assert interruptions["responses"] == by_rule == RESPONSES


def test_the_forms_are_opened_by_the_intents_of_calculators_and_cases() -> None:
    by_rule = {intent: name for intent, name in action_by_intent().items() if name in FORMS}
    assert by_rule == {
        **dict.fromkeys(BY_INTENT, CALCULATOR_FORM),
        "legal_case": INTAKE_FORM,
        "group_dispute": INTAKE_FORM,
    }


@pytest.mark.anyio
async def test_small_talk_in_a_form_gets_its_response_and_the_question_again(
    talk: Conversation,
) -> None:
    await talk.say("帮我算年假", "calculate_annual_leave")
    reply = await talk.say("谢谢", "thank")
    assert talk.responses == ["utter_thank"]
    assert reply.kind is ReplyKind.QUESTION
    assert talk.loop == CALCULATOR_FORM


@pytest.mark.anyio
async def test_a_question_in_a_form_is_answered_and_the_form_goes_on(talk: Conversation) -> None:
    question = await talk.say("帮我算年假", "calculate_annual_leave")
    reply = await talk.say("老板拖欠工资怎么办", "ask_service")
    assert cited(reply) == ["wage-arrears"]
    assert offered(reply) == offered(question)
    assert talk.loop == CALCULATOR_FORM


@pytest.mark.anyio
async def test_a_person_ends_a_form(talk: Conversation) -> None:
    await talk.say("帮我算年假", "calculate_annual_leave")
    assert (await talk.say("转人工", "request_human")).kind is ReplyKind.HANDOFF
    assert talk.loop is None

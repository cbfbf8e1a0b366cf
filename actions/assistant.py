"""All custom actions of the dialogue server, joined together.

``bot/data/rules.yml`` says which intent leads to which action; the table below says the same for
messages in the middle of a form, which reach the form's own action first.
"""

from rasa_sdk import Action

from actions.answer import Answering
from actions.calculation import Calculating
from actions.confirm import Confirming
from actions.follow_up import FollowingUp
from actions.forms import CALCULATOR_FORM, INTAKE_FORM
from actions.handoff import HandingOver
from actions.inform import Informing
from actions.intake import Intake
from actions.interruptions import Interruptions
from actions.search import Search
from actions.turn import DialogueAction, Handler

RESPONSES = {
    "greet": "utter_greet",
    "thank": "utter_thank",
    "goodbye": "utter_goodbye",
    "identity": "utter_identity",
    "chitchat": "utter_chitchat",
    "out_of_scope": "utter_out_of_scope",
    "injection": "utter_refuse",
    "abuse": "utter_abuse",
    "case_status": "utter_case_status",
    "rate": "utter_rate",
    "privacy": "utter_privacy",
}
"""Intents that the domain answers by itself."""


def actions(search: Search) -> list[Action]:
    """Return every action that the domain names."""
    interruptions = Interruptions()
    answering = Answering(search)
    following_up = FollowingUp(search, answering)
    handing_over = HandingOver(search, answering)
    confirming = Confirming(answering, handing_over)
    informing = Informing(search, answering, following_up)
    by_intent: dict[str, Handler] = {
        "ask_service": following_up.question,
        "ask_aspect": following_up.aspect,
        "return_topic": following_up.go_back,
        "correct": following_up.correct,
        "inform": informing.inform,
        "affirm": confirming.affirm,
        "deny": confirming.deny,
        "stop": confirming.stop,
        "skip": confirming.skip,
        "request_human": handing_over.requested,
        "urgent_deadline": handing_over.urgent,
        "crisis": handing_over.crisis,
        "not_helpful": handing_over.not_helpful,
    }
    interruptions.register(by_intent, RESPONSES, answering.fallback)
    named: dict[str, Handler] = {
        "action_answer": following_up.question,
        "action_fallback": answering.fallback,
        "action_follow_up": following_up.aspect,
        "action_go_back": following_up.go_back,
        "action_correct": following_up.correct,
        "action_inform": informing.inform,
        "action_affirm": confirming.affirm,
        "action_deny": confirming.deny,
        "action_stop": confirming.stop,
        "action_skip": confirming.skip,
        "action_hand_over": handing_over.requested,
        "action_urgent": handing_over.urgent,
        "action_crisis": handing_over.crisis,
        "action_not_helpful": handing_over.not_helpful,
        CALCULATOR_FORM: Calculating(search, answering, interruptions).fill,
        INTAKE_FORM: Intake(search, answering, interruptions).fill,
    }
    return [DialogueAction(name, handler, search.hear) for name, handler in named.items()]

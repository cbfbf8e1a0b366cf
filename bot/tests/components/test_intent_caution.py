import pytest
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from components.intent_caution import IntentCaution


def classified(*ranking: tuple[str, float]) -> Message:
    ranked = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    return Message({"text": "x", INTENT: ranked[0], INTENT_RANKING_KEY: ranked})


@pytest.mark.parametrize(
    ("ranking", "intent"),
    [
        ([("legal_case", 0.7), ("crisis", 0.25)], "crisis"),
        ([("nlu_fallback", 0.5), ("deny", 0.3), ("crisis", 0.2)], "crisis"),
        ([("crisis", 0.9), ("legal_case", 0.1)], "crisis"),
        ([("legal_case", 0.8), ("crisis", 0.19)], "legal_case"),
        ([("ask_service", 1.0)], "ask_service"),
    ],
)
def test_a_fair_share_of_crisis_is_enough(ranking: list[tuple[str, float]], intent: str) -> None:
    caution = IntentCaution(IntentCaution.get_default_config())
    (message,) = caution.process([classified(*ranking)])
    assert message.get(INTENT)["name"] == intent


def test_the_confidence_is_the_intents_own() -> None:
    caution = IntentCaution(IntentCaution.get_default_config())
    (message,) = caution.process([classified(("chitchat", 0.6), ("crisis", 0.3))])
    assert message.get(INTENT) == {"name": "crisis", "confidence": 0.3}

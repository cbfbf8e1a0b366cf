import pytest
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from components.intent_caution import IntentCaution

CAUTION = IntentCaution({"minimum_confidence": {"crisis": 0.2, "legal_case": 0.35}})


def classified(*ranking: tuple[str, float]) -> Message:
    ranked = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    return Message({"text": "x", INTENT: ranked[0], INTENT_RANKING_KEY: ranked})


@pytest.mark.parametrize(
    ("ranking", "intent"),
    [
        ([("chitchat", 0.7), ("crisis", 0.25)], "crisis"),
        ([("nlu_fallback", 0.5), ("deny", 0.3), ("crisis", 0.2)], "crisis"),
        ([("crisis", 0.9), ("legal_case", 0.1)], "crisis"),
        ([("chitchat", 0.8), ("crisis", 0.19)], "chitchat"),
        ([("ask_service", 0.6), ("legal_case", 0.4)], "legal_case"),
        ([("ask_service", 1.0)], "ask_service"),
    ],
)
def test_a_fair_share_is_enough(ranking: list[tuple[str, float]], intent: str) -> None:
    (message,) = CAUTION.process([classified(*ranking)])
    assert message.get(INTENT)["name"] == intent


def test_the_first_of_several_wins() -> None:
    (message,) = CAUTION.process([classified(("legal_case", 0.7), ("crisis", 0.25))])
    assert message.get(INTENT) == {"name": "crisis", "confidence": 0.25}


def test_crisis_is_cautious_by_default() -> None:
    caution = IntentCaution(IntentCaution.get_default_config())
    (message,) = caution.process([classified(("chitchat", 0.6), ("crisis", 0.3))])
    assert message.get(INTENT) == {"name": "crisis", "confidence": 0.3}

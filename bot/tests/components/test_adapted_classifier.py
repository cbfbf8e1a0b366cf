import math
from typing import Any

import pytest
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from components import adapted_classifier
from components.adapted_classifier import AdaptedClassifier

TEXT = "昨天人事叫我别来了"


class Played:
    """Says the same of every message."""

    def __init__(self, **shares: float) -> None:
        self._shares = {intent: math.log(share) for intent, share in shares.items()}

    def shares(self, _text: str) -> dict[str, float]:
        return self._shares


def ranked(text: str = TEXT, **confidences: float) -> Message:
    ranking = [{"name": name, "confidence": share} for name, share in confidences.items()]
    return Message.build(text) if not ranking else with_ranking(text, ranking)


def with_ranking(text: str, ranking: list[dict[str, Any]]) -> Message:
    message = Message.build(text)
    message.set(INTENT, ranking[0])
    message.set(INTENT_RANKING_KEY, ranking)
    return message


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Any:
    def play(**shares: float) -> None:
        monkeypatch.setattr(adapted_classifier, "reader", lambda: Played(**shares))

    return play


def process(
    message: Message,
    weight: float = 0.4,
    sure_above: float = 1.0,
    doubtful_from: dict[str, float] | None = None,
) -> dict[str, float]:
    config = {
        "weight": weight,
        "sure_above": sure_above,
        "doubtful_from": doubtful_from or {},
    }
    (message,) = AdaptedClassifier(config).process([message])
    return {each["name"]: each["confidence"] for each in message.get(INTENT_RANKING_KEY) or []}


def test_it_is_a_weighted_geometric_mean(says: Any) -> None:
    says(greet=0.5, thank=0.5)
    mixed = process(ranked(greet=0.8, thank=0.2), weight=0.5)
    assert mixed["greet"] / mixed["thank"] == pytest.approx(2)
    assert sum(mixed.values()) == pytest.approx(1)


def test_a_sure_transformer_changes_the_intent(says: Any) -> None:
    says(legal_case=0.98, ask_service=0.02)
    message = ranked(ask_service=0.6, legal_case=0.4)
    assert next(iter(process(message))) == "legal_case"
    assert message.get(INTENT)["name"] == "legal_case"


def test_neither_rules_an_intent_out_alone(says: Any) -> None:
    says(legal_case=0.999, ask_service=0.001)
    mixed = process(ranked(ask_service=1.0, legal_case=0.0))
    assert mixed["legal_case"] > 0.001


def test_an_intent_that_the_adapters_do_not_know_keeps_its_share(says: Any) -> None:
    says(greet=0.9)
    assert next(iter(process(ranked(newcomer=0.9, greet=0.1)))) == "newcomer"


def test_without_weight_nothing_changes(says: Any) -> None:
    says(greet=0.01, thank=0.99)
    assert process(ranked(greet=0.7, thank=0.3), weight=0) == pytest.approx(
        {"greet": 0.7, "thank": 0.3}
    )


def test_a_message_without_a_ranking_stays_as_it_is(says: Any) -> None:
    says(greet=1.0)
    assert process(ranked()) == {}


def test_where_the_other_classifier_is_sure_the_transformer_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(adapted_classifier, "reader", lambda: None)
    sure = ranked(greet=0.96, thank=0.04)
    assert process(sure, sure_above=0.95) == {"greet": 0.96, "thank": 0.04}
    assert sure.get(INTENT)["name"] == "greet"
    with pytest.raises(AttributeError):
        process(ranked(greet=0.94, thank=0.06), sure_above=0.95)


def test_a_trace_of_a_crisis_is_a_doubt(says: Any) -> None:
    says(chitchat=0.05, crisis=0.95)
    rest = {"crisis": 0.02, "chitchat": 0.98}
    asked = process(ranked(**rest), sure_above=0.95, doubtful_from={"crisis": 0.005})
    assert asked["crisis"] > 0.08
    assert process(ranked(**rest), sure_above=0.95) == rest
    sure = {"crisis": 0.98, "chitchat": 0.02}
    assert process(ranked(**sure), sure_above=0.95, doubtful_from={"crisis": 0.005}) == sure

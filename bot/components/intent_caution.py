"""Takes some intents for real on less evidence than the others.

A missed crisis can cost a life, a missed deadline a claim; a false alarm costs a colleague's
minute. So each of these intents is chosen as soon as the classifier gives it its share, even if
another intent leads or the FallbackClassifier would ask back. Stands after the FallbackClassifier.

Who was hurt, or has lost somebody, writes words of a crisis though it is over. So an intent may
yield to a likelier one; the message is then marked, and the action server says where help is
besides. And who works in a dangerous place names it: what reads so is only taken for a crisis where
nothing is likelier.
"""

import re
from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from components.quantities.folding import fold

YIELDED: Final = "yielded"
"""In what was understood of a message: the intent that had its share and yielded."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class IntentCaution(GraphComponent, IntentClassifier):
    """Promotes intents from the ranking."""

    @classmethod
    def required_components(cls) -> list[type]:
        """A classifier comes before this component."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``minimum_confidence``: by intent, from which confidence on it is chosen; of several
        the one that stands first. ``yields_to``: by such an intent, others of them that it yields
        to where one has its share too, and more; with the share up to which it does.
        ``must_lead``: by such an intent, a regular expression; it is not chosen for a text, in one
        spelling, in which this is found, unless it leads."""
        return {"minimum_confidence": {"crisis": 0.2}, "yields_to": {}, "must_lead": {}}

    def __init__(self, config: dict[str, Any]) -> None:
        self._minimum_confidence = {
            str(intent): float(least) for intent, least in config["minimum_confidence"].items()
        }
        self._yields_to = {
            str(intent): {str(other): float(most) for other, most in others.items()}
            for intent, others in config["yields_to"].items()
        }
        self._must_lead = {
            str(intent): re.compile(pattern) for intent, pattern in config["must_lead"].items()
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,  # noqa: ARG003 (Rasa's signature)
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> "IntentCaution":
        """The component; it learns nothing."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of messages whose ranking holds enough of a cautious one."""
        for message in messages:
            ranking = {
                ranked[INTENT_NAME_KEY]: ranked for ranked in message.get(INTENT_RANKING_KEY, [])
            }
            shares = {name: each[PREDICTED_CONFIDENCE_KEY] for name, each in ranking.items()}
            reached = [
                intent
                for intent, least in self._minimum_confidence.items()
                if shares.get(intent, -1) >= least
            ]
            for intent in reached:
                if any(
                    other in reached and shares[intent] <= most and shares[other] > shares[intent]
                    for other, most in self._yields_to.get(intent, {}).items()
                ):
                    message.set(YIELDED, intent, add_to_output=True)
                    continue
                if not self._may_be(intent, message, shares):
                    continue
                message.set(INTENT, ranking[intent], add_to_output=True)
                break
        return messages

    def _may_be(self, intent: str, message: Message, shares: dict[str, float]) -> bool:
        """Whether its share is enough for an intent in this text."""
        pattern = self._must_lead.get(intent)
        if pattern is None or pattern.search(fold(message.get(TEXT))) is None:
            return True
        # The fallback's share is a fixed one, not a reading of the text.
        return all(
            share <= shares[intent]
            for other, share in shares.items()
            if other != DEFAULT_NLU_FALLBACK_INTENT_NAME
        )

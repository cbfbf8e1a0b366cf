"""Takes an intent for real on less evidence than the others.

A missed crisis can cost a life, a false alarm costs a colleague's minute. So ``crisis`` is
chosen as soon as the classifier gives it a fair share, even if another intent leads or the
FallbackClassifier would ask back. Stands after the FallbackClassifier.
"""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
)
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class IntentCaution(GraphComponent, IntentClassifier):
    """Promotes one intent from the ranking."""

    @classmethod
    def required_components(cls) -> list[type]:
        """A classifier comes before this component."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``intent``: which one; ``minimum_confidence``: from which confidence on."""
        return {"intent": "crisis", "minimum_confidence": 0.2}

    def __init__(self, config: dict[str, Any]) -> None:
        self._intent = str(config["intent"])
        self._minimum_confidence = float(config["minimum_confidence"])

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
        """Set the intent of messages whose ranking holds enough of the cautious one."""
        for message in messages:
            for ranked in message.get(INTENT_RANKING_KEY, []):
                if (
                    ranked[INTENT_NAME_KEY] == self._intent
                    and ranked[PREDICTED_CONFIDENCE_KEY] >= self._minimum_confidence
                ):
                    message.set(INTENT, ranked, add_to_output=True)
        return messages

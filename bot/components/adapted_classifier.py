"""Mixes what the adapted transformer says of the intents into the ranking of another classifier.

The mixture is geometric: the logarithms of both shares, weighted (a logarithmic opinion pool:
Genest, Zidek, "Combining probability distributions", 1986). The two err on different messages.
One compares a message with each example and learns new ones at the next training; the other has
been fitted to all examples at once and understands wordings that none of them has. Stands behind
the classifier that ranks.

Of a message that the other classifier is sure of the transformer is not asked, which takes a
third of the time of reading it: it would change nothing (docs/decisions/0006-dialogue.md, "Asked
only in doubt").
"""

import math
from typing import Any, Final

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
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from components.intent_reader import reader
from components.quantities.folding import fold

_LEAST_SHARE: Final = 1e-6
"""So that one of the two cannot rule an intent out alone."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class AdaptedClassifier(GraphComponent, IntentClassifier):
    """Changes the ranking; the confidences add up to 1 as before."""

    @classmethod
    def required_components(cls) -> list[type]:
        """A classifier comes before this component."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``weight``: of the transformer, from 0 to 1. ``sure_above``: the share above which the
        other classifier is sure."""
        return {"weight": 0.4, "sure_above": 1.0}

    def __init__(self, config: dict[str, Any]) -> None:
        self._weight = float(config["weight"])
        self._sure_above = float(config["sure_above"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,  # noqa: ARG003 (Rasa's signature)
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> "AdaptedClassifier":
        """The component; it learns nothing.

        Raises:
            FileNotFoundError: the transformer was not made ready.
        """
        reader()
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent and the ranking of messages that have one."""
        for message in messages:
            ranking = message.get(INTENT_RANKING_KEY)
            if not message.get(TEXT) or not ranking:
                continue
            if max(each[PREDICTED_CONFIDENCE_KEY] for each in ranking) > self._sure_above:
                continue
            adapted = reader().shares(fold(message.get(TEXT)))
            mixed = {
                each[INTENT_NAME_KEY]: self._mix(
                    each[PREDICTED_CONFIDENCE_KEY], adapted.get(each[INTENT_NAME_KEY])
                )
                for each in ranking
            }
            total = sum(mixed.values())
            ranked = [
                {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: mixed[intent] / total}
                for intent in sorted(mixed, key=mixed.__getitem__, reverse=True)
            ]
            message.set(INTENT, ranked[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranked, add_to_output=True)
        return messages

    def _mix(self, share: float, adapted: float | None) -> float:
        """The mixture of a share and the logarithm of another; unknown: an intent of later."""
        share = max(share, _LEAST_SHARE)
        if adapted is None:
            return share
        return math.exp((1 - self._weight) * math.log(share) + self._weight * adapted)

"""Mixes what the adapted transformer says of the intents into the ranking of another classifier.

The mixture is geometric: the logarithms of both shares, weighted (a logarithmic opinion pool:
Genest, Zidek, "Combining probability distributions", 1986). The two err on different messages.
One compares a message with each example and learns new ones at the next training; the other has
been fitted to all examples at once and understands wordings that none of them has. Stands behind
the classifier that ranks.

Of a message that the other classifier is sure of the transformer is not asked, which takes a
third of the time of reading it. Sure is who has nothing left for the intents that are taken for
real on little evidence (:mod:`components.intent_caution`), so that a crisis needs no more of it
than where the transformer is always asked (docs/decisions/0006-dialogue.md, "Asked only in
doubt").
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
        """``weight``: of the transformer, from 0 to 1. ``sure_above``: the share of one intent
        above which the other classifier is sure, unless another has that of ``doubtful_from``."""
        return {"weight": 0.4, "sure_above": 1.0, "doubtful_from": {}}

    def __init__(self, config: dict[str, Any]) -> None:
        self._weight = float(config["weight"])
        self._sure_above = float(config["sure_above"])
        self._doubtful_from = {
            str(intent): float(share) for intent, share in config["doubtful_from"].items()
        }

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
            if self._is_sure(
                {each[INTENT_NAME_KEY]: each[PREDICTED_CONFIDENCE_KEY] for each in ranking}
            ):
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

    def _is_sure(self, shares: dict[str, float]) -> bool:
        best = max(shares, key=shares.__getitem__)
        return shares[best] > self._sure_above and not any(
            shares.get(intent, 0.0) >= doubtful
            for intent, doubtful in self._doubtful_from.items()
            if intent != best
        )

    def _mix(self, share: float, adapted: float | None) -> float:
        """The mixture of a share and the logarithm of another; unknown: an intent of later."""
        share = max(share, _LEAST_SHARE)
        if adapted is None:
            return share
        return math.exp((1 - self._weight) * math.log(share) + self._weight * adapted)

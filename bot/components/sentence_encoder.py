"""Sentence vectors of multilingual-e5-small as dense features: 384 float32 numbers, length 1."""

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES, TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.intent_reader import reader
from components.quantities.folding import fold


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
        """What runs the encoder."""
        return ["openvino", "tokenizers"]

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
        """The component; it learns nothing.

        Raises:
            FileNotFoundError: the encoder was not made ready.
        """
        reader()
        return cls(execution_context.node_name, config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to all examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to the messages."""
        texts = [
            (message, attribute, fold(message.get(attribute)))
            for message in messages
            for attribute in DENSE_FEATURIZABLE_ATTRIBUTES
            if message.get(TOKENS_NAMES[attribute])
        ]
        of_training = reader().read_all(text for _, _, text in texts) if len(messages) > 1 else {}
        for message, attribute, text in texts:
            reading = of_training.get(text) or reader().read(text)
            vector = reading.vector[np.newaxis, :]
            sequence = np.repeat(vector, len(message.get(TOKENS_NAMES[attribute])), axis=0)
            self.add_features_to_message(sequence, vector, attribute, message)
        return messages

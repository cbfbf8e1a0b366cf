"""Vectors of three depths of the search's encoder as dense features: 3 * 384 float32 numbers.

What is learned of vectors holds for vectors of the same weights only, so the name of the weights
is kept with the model.
"""

from typing import Any, Final

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

_WEIGHTS_FILE: Final = "weights.txt"


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER,
    is_trainable=True,
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
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:  # noqa: ARG003 (Rasa's signature)
        """Which weights the vectors come from: without this, a training after they changed would
        find vectors of the old ones in Rasa's cache."""
        return reader().encoder

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Every configuration is valid."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> None:
        super().__init__(execution_context.node_name, config)
        self._model_storage = model_storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceEncoder":
        """The component.

        Raises:
            FileNotFoundError: the encoder was not made ready.
        """
        reader()
        return cls(config, model_storage, resource, execution_context)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,  # noqa: ARG003 (Rasa's signature)
    ) -> "SentenceEncoder":
        """The component of a trained model.

        Raises:
            FileNotFoundError: the encoder was not made ready.
            ValueError: the model was trained on vectors of other weights.
        """
        with model_storage.read_from(resource) as directory:
            trained_on = (directory / _WEIGHTS_FILE).read_text(encoding="utf-8")
        if trained_on != reader().encoder:
            raise ValueError("the model was trained with another reader: run train.py again")
        return cls(config, model_storage, resource, execution_context)

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the name of the weights."""
        with self._model_storage.write_to(self._resource) as directory:
            (directory / _WEIGHTS_FILE).write_text(reader().encoder, encoding="utf-8")
        return self._resource

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
        training = len(messages) > 1
        learned = reader().vectors_of(text for _, _, text in texts) if training else {}
        for message, attribute, text in texts:
            read = learned[text] if training else reader().vectors(text)
            vector = read.reshape(1, -1)
            # No copies: those of 15,000 examples would take a gigabyte.
            shape = len(message.get(TOKENS_NAMES[attribute])), vector.shape[1]
            sequence = np.broadcast_to(vector, shape)
            self.add_features_to_message(sequence, vector, attribute, message)
        return messages

"""A multinomial logistic regression over n-grams and sentence vectors.

n-gram counts are weighed by their rarity (tf-idf, sublinear) and brought to length 1; dense
vectors are centred, brought to length 1 and weighed against them by ``dense_weight``. What is
learned is kept as plain arrays, never as pickles.
"""

import json
from typing import Any, Final

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

_ARRAYS_FILE: Final = "arrays.npz"
_LABELS_FILE: Final = "labels.json"
_ITERATIONS: Final = 500


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearClassifier(GraphComponent, IntentClassifier):
    """Predicts the intent with a confidence for each of them, which add up to 1."""

    @classmethod
    def required_components(cls) -> list[type]:
        """At least one featurizer comes before."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``regularisation``: scikit-learn's C; ``dense_weight``: length of the dense part, the
        sparse part having 1; ``balanced``: rare intents count as much as frequent ones."""
        return {"regularisation": 10.0, "dense_weight": 2.0, "balanced": True}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        learned: "dict[str, np.ndarray] | None" = None,
        labels: list[str] | None = None,
    ) -> None:
        self._regularisation = float(config["regularisation"])
        self._dense_weight = float(config["dense_weight"])
        self._balanced = bool(config["balanced"])
        self._model_storage = model_storage
        self._resource = resource
        self._learned = learned or {}
        self._labels = labels or []

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 (Rasa's signature)
    ) -> "LinearClassifier":
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
    ) -> "LinearClassifier":
        """The trained component.

        Raises:
            ValueError: when the model holds no such classifier.
        """
        with model_storage.read_from(resource) as directory:
            labels = json.loads((directory / _LABELS_FILE).read_text(encoding="utf-8"))
            with np.load(directory / _ARRAYS_FILE, allow_pickle=False) as arrays:
                learned = dict(arrays)
        return cls(config, model_storage, resource, learned, labels)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all examples that have an intent."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        counts = [_sparse(example) for example in examples]
        dense = np.vstack([_dense(example) for example in examples])
        self._learned = {"centre": dense.mean(axis=0)}
        if counts[0] is not None:
            weigher = TfidfTransformer(norm=None).fit(vstack(counts))
            self._learned["rarity"] = np.asarray(weigher.idf_)
        rows = vstack(
            [self._row(count, vector) for count, vector in zip(counts, dense, strict=True)]
        )
        model = LogisticRegression(
            C=self._regularisation,
            class_weight="balanced" if self._balanced else None,
            max_iter=_ITERATIONS,
        ).fit(rows, [example.get(INTENT) for example in examples])
        self._labels = [str(label) for label in model.classes_]
        self._learned["weights"] = model.coef_.T.astype(np.float32)
        self._learned["intercepts"] = model.intercept_
        with self._model_storage.write_to(self._resource) as directory:
            np.savez(directory / _ARRAYS_FILE, **self._learned)
            (directory / _LABELS_FILE).write_text(json.dumps(self._labels), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent and the ranking of all intents."""
        for message in messages:
            if not message.get(TEXT):
                continue
            row = self._row(_sparse(message), _dense(message))
            scores = np.asarray(row @ self._learned["weights"]).ravel()
            scores = scores + self._learned["intercepts"]
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            ranking = [
                {INTENT_NAME_KEY: self._labels[i], PREDICTED_CONFIDENCE_KEY: float(shares[i])}
                for i in np.argsort(-shares)
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _row(self, counts: "csr_matrix | None", vector: np.ndarray) -> csr_matrix:
        dense = vector - self._learned["centre"]
        length = np.linalg.norm(dense)
        dense = csr_matrix(dense * (self._dense_weight / length if length else 0.0))
        if counts is None:
            return dense
        counts = counts.copy()
        counts.data = (1 + np.log(counts.data)) * self._learned["rarity"][counts.indices]
        return hstack([normalize(counts), dense], format="csr")


def _sparse(message: Message) -> "csr_matrix | None":
    """The n-gram counts of the whole message, shape (1, n-grams)."""
    features = message.get_sparse_features(attribute=TEXT)[1]
    return None if features is None else csr_matrix(features.features, dtype=np.float64)


def _dense(message: Message) -> np.ndarray:
    """The sentence vector, shape (dimensions,); no numbers where no featurizer gives one."""
    features = message.get_dense_features(attribute=TEXT)[1]
    return np.zeros(0) if features is None else np.asarray(features.features).ravel()

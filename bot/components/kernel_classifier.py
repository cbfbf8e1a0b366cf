"""Kernel ridge regression over n-grams, sentence vectors and patterns, with calibrated confidence.

Two messages are alike by their n-grams (cosine of the tf-idf weights), by their vectors of several
depths of the encoder (cosines, centred) and by the patterns of the training data that they match.
The vectors are kept in their principal components, which need a fifth of the numbers. Each intent
is a target of 1 or 0, fitted by ridge regression with a Gaussian kernel of that distance (Rifkin,
Yeo, Poggio: "Regularized least-squares classification", 2003). The scores of the examples as if
each had been left out come in closed form (Rifkin, Lippert: "Notes on regularized least squares",
2007); on them the one temperature is fitted that turns scores into confidences. What is learned is
kept as plain arrays, never as pickles.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import (
    FEATURE_TYPE_SENTENCE,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.linalg import get_lapack_funcs
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import TfidfTransformer

from components.kernel_reading import Arrays, KernelReading
from components.quantities.folding import fold

_ARRAYS_FILE: Final = "arrays.npz"
_TEXTS_FILE: Final = "texts.json"
_LONG: Final = 80
"""Characters from which on a message counts as long."""
_TEMPERATURES: Final = (1.0, 60.0)
_LOWEST_SHARE: Final = 1e-9
_BLOCK: Final = 1024


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KernelClassifier(GraphComponent, IntentClassifier):
    """Predicts the intent with a confidence for each of them, which add up to 1."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Featurizers for n-grams and sentence vectors come before."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``vector_weights``, one for each depth, and ``pattern_weight``: of these parts in the
        squared distance, the n-grams having 1; ``components``: how many principal ones are kept of
        the vectors; ``width``: of the kernel, larger is narrower; ``regularisation``: what is added
        to the diagonal, less for rare intents."""
        return {
            "vector_weights": [3.0, 1.5, 1.5],
            "components": 256,
            "pattern_weight": 0.15,
            "width": 0.1,
            "regularisation": 0.02,
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        learned: Arrays | None = None,
        labels: list[str] | None = None,
        patterns: Iterable[str] = (),
        reading: KernelReading | None = None,
    ) -> None:
        self._config = config
        self._vector_weights = np.array(config["vector_weights"], dtype=float)
        self._vector_weight = float(self._vector_weights.sum())
        self._pattern_weight = float(config["pattern_weight"])
        self._width = float(config["width"])
        self._regularisation = float(config["regularisation"])
        self._model_storage = model_storage
        self._resource = resource
        self._learned = learned or {}
        self._labels = labels or []
        self._patterns = [re.compile(pattern) for pattern in patterns]
        self._ngrams = csr_matrix((0, 0))
        self._reading = reading

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 (Rasa's signature)
    ) -> "KernelClassifier":
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
    ) -> "KernelClassifier":
        """The trained component.

        Raises:
            ValueError: the model was trained by another version.
        """
        with model_storage.read_from(resource) as directory:
            texts = json.loads((directory / _TEXTS_FILE).read_text(encoding="utf-8"))
            with np.load(directory / _ARRAYS_FILE, allow_pickle=False) as arrays:
                learned = dict(arrays)
        if "axes" not in learned:
            raise ValueError("the model was trained by another version: run train.py again")
        reading = _reading(config, _read_sparse(learned), learned)
        # The reading has the others in its own form.
        kept = {name: learned[name] for name in ("rarity", "centre", "axes", "temperature")}
        labels, patterns = texts["labels"], texts["patterns"]
        return cls(config, model_storage, resource, kept, labels, patterns, reading)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all examples that have an intent."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        patterns = [each["pattern"] for each in training_data.regex_features]
        self._patterns = [re.compile(pattern) for pattern in patterns]
        counts = vstack([_counts(example) for example in examples])
        vectors = np.vstack([self._vector(example) for example in examples])
        self._learned = {
            "rarity": np.asarray(TfidfTransformer(norm=None).fit(counts).idf_),
            "centre": vectors.mean(axis=0),
        }
        self._ngrams = self._weighed(counts)
        self._learned["axes"] = _principal_axes(self._centred(vectors), self._config["components"])
        self._learned["vectors"] = self._placed(vectors)
        self._learned["marks"] = np.vstack([self._marks(example) for example in examples])
        self._fit([example.get(INTENT) for example in examples])
        self._reading = _reading(self._config, self._ngrams, self._learned)
        self._learned |= _sparse_arrays(self._ngrams)
        with self._model_storage.write_to(self._resource) as directory:
            np.savez_compressed(directory / _ARRAYS_FILE, **self._learned)
            texts = {"labels": self._labels, "patterns": patterns}
            (directory / _TEXTS_FILE).write_text(
                json.dumps(texts, ensure_ascii=False), encoding="utf-8"
            )
        return self._resource

    def _fit(self, intents: list[str]) -> None:
        self._labels = sorted(set(intents))
        targets = np.array([[float(label == each) for label in self._labels] for each in intents])
        frequency = (targets @ targets.sum(axis=0)) * len(self._labels) / len(intents)
        kernel = self._kernel_of_examples()
        kernel[np.diag_indices_from(kernel)] += self._regularisation * np.sqrt(frequency)
        weights, diagonal = _solved(kernel, targets)
        left_out = targets - weights / diagonal[:, np.newaxis]
        self._learned["weights"] = weights.astype(np.float32)
        self._learned["temperature"] = np.array([_temperature(left_out, targets)])

    def _kernel_of_examples(self) -> np.ndarray:
        """The kernel of all examples with each other, in single precision and bit by bit: 11,000
        examples make a matrix of 500 MB, and its parts are as large."""
        number = self._ngrams.shape[0]
        kernel = np.empty((number, number), dtype=np.float32)
        for start in range(0, number, _BLOCK):
            some = slice(start, start + _BLOCK)
            vectors, marks = self._learned["vectors"][some], self._learned["marks"][some]
            kernel[:, some] = self._likeness(self._ngrams[some], vectors, marks)
        return kernel

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent and the ranking of all intents."""
        for message in messages:
            if not message.get(TEXT) or self._reading is None:
                continue
            scores = self._reading.scores(
                self._weighed(_counts(message)),
                self._placed(self._vector(message)[np.newaxis, :])[0],
                self._marks(message),
            )
            shares = _softmax(scores[np.newaxis, :] * self._learned["temperature"][0])[0]
            ranking = [
                {INTENT_NAME_KEY: self._labels[i], PREDICTED_CONFIDENCE_KEY: float(shares[i])}
                for i in np.argsort(-shares)
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _likeness(self, ngrams: csr_matrix, vectors: np.ndarray, marks: np.ndarray) -> np.ndarray:
        """The kernel of all examples with some messages, shape (examples, messages)."""
        known_vectors = self._learned["vectors"]
        distance = 2 - 2 * np.asarray((self._ngrams @ ngrams.T).todense())
        distance += self._vector_weight * (2 - 2 * known_vectors @ vectors.T)
        known = self._learned["marks"]
        unlike = (known**2).sum(axis=1)[:, np.newaxis] + (marks**2).sum(axis=1)
        distance += self._pattern_weight * (unlike - 2 * known @ marks.T)
        return np.exp(-self._width / 2 * distance)

    def _weighed(self, counts: csr_matrix) -> csr_matrix:
        """The n-grams of some messages by their rarity, each row of length 1."""
        weights = (1 + np.log(counts.data)) * self._learned["rarity"][counts.indices]
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        squares = np.bincount(rows, weights**2, minlength=counts.shape[0])
        weights /= np.sqrt(squares)[rows]
        return csr_matrix((weights, counts.indices, counts.indptr), shape=counts.shape)

    def _vector(self, message: Message) -> np.ndarray:
        """Those of all depths, shape (depths * dimensions,); where there are none the middle of the
        examples, which is like none of them."""
        features = message.get_dense_features(attribute=TEXT)[1]
        if features is None:
            return np.asarray(self._learned.get("centre", np.zeros(len(self._vector_weights))))
        return np.asarray(features.features).ravel()

    def _centred(self, vectors: np.ndarray) -> np.ndarray:
        """From the middle of the examples, those of each depth of its length; same shape."""
        centred = vectors - self._learned["centre"]
        depths = centred.reshape(len(vectors), len(self._vector_weights), -1)
        weighed = _of_length_1(depths) * np.sqrt(self._vector_weights)[:, np.newaxis]
        return np.asarray(weighed.reshape(vectors.shape))

    def _placed(self, vectors: np.ndarray) -> np.ndarray:
        """In their principal components, shape (texts, components), each of length 1."""
        # Of the axes' type, or these would be converted for each message.
        return _of_length_1(self._centred(vectors).astype(np.float32) @ self._learned["axes"])

    def _marks(self, message: Message) -> np.ndarray:
        """Which patterns a message matches, and its length; shape (patterns + 1,)."""
        text = fold(message.get(TEXT))
        found = [float(pattern.search(text) is not None) for pattern in self._patterns]
        return np.array([*found, min(len(text), _LONG) / _LONG])


def _counts(message: Message) -> csr_matrix:
    """The n-gram counts of the whole message, shape (1, n-grams)."""
    # Rasa's own way of putting the features side by side takes a millisecond.
    columns, numbers, width = [], [], 0
    for each in message.features:
        if each.is_sparse() and each.attribute == TEXT and each.type == FEATURE_TYPE_SENTENCE:
            counts = each.features.tocoo()
            columns.append(counts.col + width)
            numbers.append(counts.data)
            width += counts.shape[1]
    if not width:
        return csr_matrix((1, 1))
    together = np.concatenate(columns)
    parts = np.concatenate(numbers).astype(np.float64), together, np.array([0, len(together)])
    return csr_matrix(parts, shape=(1, width))


def _principal_axes(vectors: np.ndarray, number: int) -> np.ndarray:
    """The directions in which the vectors differ most, shape (dimensions, number)."""
    _, axes = np.linalg.eigh(vectors.T @ vectors)  # the least comes first
    return np.ascontiguousarray(axes[:, -number:], dtype=np.float32)


def _of_length_1(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths))


def _reading(config: dict[str, Any], ngrams: csr_matrix, learned: Arrays) -> KernelReading:
    return KernelReading(
        ngrams,
        learned,
        vector_weight=float(sum(config["vector_weights"])),
        pattern_weight=float(config["pattern_weight"]),
        width=float(config["width"]),
    )


def _solved(matrix: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a symmetric matrix times gives the targets, and the diagonal of its inverse.

    The matrix is overwritten.

    Raises:
        numpy.linalg.LinAlgError: the matrix is not positive definite.
    """
    factorise, solve, invert = get_lapack_funcs(("potrf", "potrs", "trtri"), (matrix,))
    # Transposed it lies as LAPACK reads it, and need not be copied.
    factor, failed = factorise(matrix.T, overwrite_a=True, clean=False)
    if failed:
        raise np.linalg.LinAlgError("the kernel is not positive definite")
    solution, _ = solve(factor, targets.astype(matrix.dtype))
    # The inverse is that of the factor times its own transpose, so its diagonal needs no product.
    inverse, _ = invert(factor, overwrite_c=True)
    diagonal = np.zeros(len(inverse))
    for start in range(0, len(inverse), _BLOCK):
        columns = np.triu(inverse[: start + _BLOCK, start : start + _BLOCK], -start)
        diagonal[: len(columns)] += (columns**2).sum(axis=1)
    return np.asarray(solution), diagonal


def _softmax(scores: np.ndarray) -> np.ndarray:
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _temperature(scores: np.ndarray, targets: np.ndarray) -> float:
    """The factor on the scores under which the true intents are the most likely."""

    def surprise(factor: float) -> float:
        right = (_softmax(scores * factor) * targets).sum(axis=1)
        return float(-np.log(np.maximum(right, _LOWEST_SHARE)).mean())

    return float(minimize_scalar(surprise, bounds=_TEMPERATURES, method="bounded").x)


def _sparse_arrays(matrix: csr_matrix) -> Arrays:
    return {
        "ngram_data": matrix.data.astype(np.float32),
        "ngram_indices": matrix.indices,
        "ngram_starts": matrix.indptr,
        "ngram_shape": np.array(matrix.shape),
    }


def _read_sparse(arrays: Arrays) -> csr_matrix:
    parts = (arrays["ngram_data"], arrays["ngram_indices"], arrays["ngram_starts"])
    return csr_matrix(parts, shape=tuple(arrays["ngram_shape"]))

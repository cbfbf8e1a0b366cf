"""Compares one message with all examples: what :mod:`components.kernel_classifier` learned, made
ready to be read with.

The same sums as in training, in the order that one message needs. In single precision: the kernel
is so wide that intents differ by small differences of many likenesses, which half precision would
move by as much as 0.03.
"""

import numpy as np
import openvino
from openvino import opset13
from scipy.sparse import csc_matrix, csr_matrix

Arrays = dict[str, np.ndarray]


class KernelReading:
    """The scores of the intents for one message after the other.

    Args:
        ngrams: weighed n-grams of the examples, shape (examples, n-grams).
        learned: ``vectors`` and ``marks`` of the examples, shape (examples, dimensions), and the
            ``weights`` of the intents, shape (examples, intents).
        vector_weight: as in the classifier's configuration.
        pattern_weight: as there.
        width: as there.
    """

    def __init__(
        self,
        ngrams: csr_matrix,
        learned: Arrays,
        *,
        vector_weight: float,
        pattern_weight: float,
        width: float,
    ) -> None:
        # By n-gram: a message has few of them, and most of those stand in few examples.
        self._examples_by_ngram: csc_matrix = ngrams.tocsc().astype(np.float32)
        self._width = np.float32(width)
        self._pattern_weight = pattern_weight
        self._weights = learned["weights"].astype(np.float32)
        marks = learned["marks"]
        farthest = 2 + 2 * vector_weight + pattern_weight * (marks**2).sum(axis=1)
        self._least = (-width / 2 * farthest).astype(np.float32)
        """The logarithm of each example's likeness with a message that has nothing of it."""
        self._product = _product(
            width * np.hstack([vector_weight * learned["vectors"], pattern_weight * marks])
        )

    def scores(self, ngrams: csr_matrix, vector: np.ndarray, marks: np.ndarray) -> np.ndarray:
        """Of each intent, shape (intents,).

        Args:
            ngrams: of the message, weighed, shape (1, n-grams).
            vector: of the message, centred, shape (dimensions,).
            marks: of the message, shape (patterns + 1,).
        """
        message = np.concatenate([vector, marks]).astype(np.float32)[np.newaxis, :]
        likeness = self._product.infer({0: message})[0][0] + self._least
        likeness += self._width * self._ngrams_in_common(ngrams)
        likeness -= self._width / 2 * np.float32(self._pattern_weight * (marks**2).sum())
        return np.asarray(np.exp(likeness, out=likeness) @ self._weights)

    def _ngrams_in_common(self, ngrams: csr_matrix) -> np.ndarray:
        """The cosine of each example's n-grams with those of the message."""
        # Of one type, or the matrix would be converted for each message.
        weights = ngrams.data.astype(np.float32)
        return np.asarray(self._examples_by_ngram[:, ngrams.indices] @ weights)


def _product(known: np.ndarray) -> openvino.InferRequest:
    """Multiplies a row of the input with each row of ``known``."""
    row = opset13.parameter([1, known.shape[1]], np.float32)
    rows = opset13.constant(known.astype(np.float32))
    model = openvino.Model([opset13.matmul(row, rows, transpose_a=False, transpose_b=True)], [row])
    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": 1,
        "INFERENCE_PRECISION_HINT": "f32",
    }
    return openvino.Core().compile_model(model, "CPU", settings).create_infer_request()

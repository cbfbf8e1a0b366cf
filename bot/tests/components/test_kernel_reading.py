import numpy as np
import pytest
from scipy.sparse import csr_matrix, random
from sklearn.preprocessing import normalize

from components.kernel_reading import KernelReading

EXAMPLES, NGRAMS, DIMENSIONS, MARKS, INTENTS = 300, 500, 24, 5, 4
CHANCE = np.random.default_rng(3)
SETTINGS = {"vector_weight": 3.0, "pattern_weight": 0.15, "width": 0.5}


def some(number: int) -> tuple[csr_matrix, np.ndarray, np.ndarray]:
    """N-grams, vectors and marks of some messages."""
    ngrams = normalize(random(number, NGRAMS, density=0.05, format="csr", random_state=CHANCE))
    vectors = normalize(CHANCE.standard_normal((number, DIMENSIONS)))
    return ngrams, vectors, CHANCE.integers(0, 2, (number, MARKS)).astype(float)


def kernel(
    ngrams: np.ndarray, vectors: np.ndarray, marks: np.ndarray, *others: np.ndarray
) -> np.ndarray:
    """As it is defined: of each message with each of the others."""
    parts = zip((ngrams, vectors, marks), others, (1.0, 3.0, 0.15), strict=True)
    distance = sum(
        weight * ((ours[:, np.newaxis] - theirs[np.newaxis]) ** 2).sum(axis=2)
        for ours, theirs, weight in parts
    )
    return np.exp(-SETTINGS["width"] / 2 * distance)


def test_the_scores_are_those_of_the_kernel() -> None:
    ngrams, vectors, marks = some(EXAMPLES)
    weights = CHANCE.standard_normal((EXAMPLES, INTENTS))
    learned = {"vectors": vectors, "marks": marks, "weights": weights}
    reading = KernelReading(ngrams, learned, **SETTINGS)
    others, other_vectors, other_marks = some(20)
    likeness = kernel(
        others.toarray(), other_vectors, other_marks, ngrams.toarray(), vectors, marks
    )
    # Half precision would be off by a hundred times as much.
    tolerance = 1e-4 * np.abs(likeness).sum(axis=1).mean() / np.sqrt(EXAMPLES)
    for row in range(20):
        scores = reading.scores(others[row], other_vectors[row], other_marks[row])
        assert scores == pytest.approx(likeness[row] @ weights, abs=tolerance)


def test_a_message_without_known_ngrams_is_compared_by_the_rest() -> None:
    ngrams, vectors, marks = some(EXAMPLES)
    learned = {"vectors": vectors, "marks": marks, "weights": np.eye(EXAMPLES)}
    reading = KernelReading(ngrams, learned, **SETTINGS)
    scores = reading.scores(csr_matrix((1, NGRAMS)), vectors[7], marks[7])
    assert int(scores.argmax()) == 7
    assert scores[7] == pytest.approx(np.exp(-0.5), rel=0.02)

"""Fusion: one score per document from its units' cosines, its words and its sound.

A worker's question may resemble a stored question, the title with the short answer, or a
section. Each says something of its own, so a document's dense score is a weighted mean of the
best cosine per kind of unit; words and sound add their coverage. The figures are in
``docs/decisions/0004-retrieval-stages.md``.
"""

import numpy as np
import numpy.typing as npt

from knowledge_base.retrieval.sources import DenseScores
from knowledge_base.retrieval.stage import StageSettings

FloatVector = npt.NDArray[np.float32]


class FusionSettings(StageSettings):
    """Weights of the kinds of units within the dense score, and of the lexical coverages.

    Switched off, the stage takes the first source there is: meaning, then words, then sound.
    """

    question: float = 1.0
    summary: float = 1.0
    section: float = 1.0
    words: float = 0.2
    pinyin: float = 0.2


def dense_score(scores: DenseScores, settings: FusionSettings) -> FloatVector:
    """Return the weighted mean cosine per document over the kinds it has; 0 without any."""
    weights = np.array([settings.question, settings.summary, settings.section], dtype=np.float32)
    present = ~np.isnan(scores.best)
    total = (present * weights).sum(axis=1)
    summed = (np.where(present, scores.best, 0) * weights).sum(axis=1)
    mean: FloatVector = np.divide(
        summed, total, out=np.zeros_like(summed, dtype=np.float32), where=total > 0
    )
    return mean


def fuse(
    dense: FloatVector, words: FloatVector, pinyin: FloatVector, settings: FusionSettings
) -> FloatVector:
    """Return one score per document from the dense score and the two coverages."""
    if not settings.enabled:
        return next((each for each in (dense, words, pinyin) if each.any()), dense)
    fused: FloatVector = dense + settings.words * words + settings.pinyin * pinyin
    return fused

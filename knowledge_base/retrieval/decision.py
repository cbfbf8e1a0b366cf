"""The decision: answer, offer choices, or say that nothing fits.

Two logistic models look at the best candidate. One gives the probability that it answers the
question: that is what an answer needs. The other gives the probability that the knowledge base
covers the matter at all: that is what an offer of choices needs. ``calibrate`` fits both.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

import numpy as np

from knowledge_base.retrieval.candidates import FEATURES, Candidates

DECISION_FILE = Path(__file__).parents[1] / "decision.json"

Features = Mapping[str, float]
"""Those of the best candidate (see :data:`FEATURES`), and how it stands among the others:

``dense``: its dense score; ``bm25``: its lexical score; ``lead``: distance of its ranking score to
the next; ``dense_lead``: distance of its dense score to the best other; ``spread``: the same to the
mean of the nearest; ``share``: its part of the ranking's odds; ``vote``: of the units around the
question; ``vote_lead``: distance of its vote to the best other; ``foreign``: their vote for matters
that nothing covers.
"""

DECISION_FEATURES = (
    *FEATURES,
    "dense",
    "bm25",
    "lead",
    "dense_lead",
    "spread",
    "share",
    "vote",
    "vote_lead",
    "foreign",
)


class Decision(StrEnum):
    """What to do with the hits."""

    ANSWER = "answer"
    CHOICES = "choices"
    DECLINE = "decline"


@dataclass(frozen=True)
class Logistic:
    """A logistic model; a feature without a weight does not count."""

    intercept: float
    weights: Mapping[str, float]

    def probability(self, features: Features) -> float:
        score = self.intercept + sum(
            weight * features[name] for name, weight in self.weights.items()
        )
        # The same as 1 / (1 + exp(-score)), without its overflow.
        return 0.5 * (1 + math.tanh(score / 2))


@dataclass(frozen=True)
class DecisionModel:
    """Both models and their thresholds."""

    right: Logistic
    covered: Logistic
    answer_from: float
    choices_from: float

    @classmethod
    def load(cls, path: Path = DECISION_FILE) -> Self:
        """Read the fitted models.

        Raises:
            ValueError: they weigh other features than this program's.
        """
        data = json.loads(path.read_text(encoding="utf-8"))
        right, covered = Logistic(**data["right"]), Logistic(**data["covered"])
        if not right.weights.keys() | covered.weights.keys() <= set(DECISION_FEATURES):
            raise ValueError(
                f"{path} is of other features; run `python -m knowledge_base calibrate`"
            )
        return cls(right, covered, data["answer_from"], data["choices_from"])

    def probability(self, features: Features) -> float:
        """Return the probability that the document answers the question."""
        return self.right.probability(features)

    def decide(self, features: Features) -> Decision:
        if self.probability(features) >= self.answer_from:
            return Decision.ANSWER
        if self.covered.probability(features) >= self.choices_from:
            return Decision.CHOICES
        return Decision.DECLINE


_FARTHEST = 5.0
"""A lead beyond this says no more; it also stands for having no rival at all."""
_NEAREST = 10


def features_of(candidates: Candidates, rank: int = 0) -> Features:
    """Return the features of the candidate at ``rank``."""
    row = candidates.features[rank]
    features = {name: float(value) for name, value in zip(FEATURES, row, strict=True)}
    others = np.arange(len(candidates)) != rank
    score, dense = candidates.score, candidates.dense
    odds = np.exp(score - score.max())
    features["dense"] = float(dense[rank])
    features["bm25"] = float(candidates.bm25[rank])
    features["lead"] = min(
        _FARTHEST, float(score[rank] - score[others].max(initial=score[rank] - _FARTHEST))
    )
    features["dense_lead"] = float(dense[rank] - dense[others].max(initial=0.0))
    features["spread"] = float(dense[rank] - dense[:_NEAREST].mean())
    features["share"] = float(odds[rank] / odds.sum())
    votes = candidates.vote
    features["vote"] = float(votes[rank])
    features["vote_lead"] = float(votes[rank] - votes[others].max(initial=0.0))
    features["foreign"] = float(candidates.foreign[rank])
    return features

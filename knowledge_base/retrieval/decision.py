"""The decision: answer, offer choices, or say that nothing fits.

Two questions are asked one after another, each by a logistic model. Is the matter one that the
knowledge base covers at all (closeness and words of the best document)? And if so, is the best
document the right one among its neighbours (its lead over the second)? The product is the
probability that the best document answers the question.
"""

import json
import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

from knowledge_base.retrieval.fusion import Candidate

DECISION_FILE = Path(__file__).parents[1] / "decision.json"


class Decision(StrEnum):
    """What to do with the hits."""

    ANSWER = "answer"
    CHOICES = "choices"
    DECLINE = "decline"


@dataclass(frozen=True)
class Features:
    """What the models look at: see :class:`knowledge_base.retrieval.fusion.Candidate`;
    ``lead`` is the distance of the fused score to the best other document."""

    dense: float
    coverage: float
    lead: float


@dataclass(frozen=True)
class Logistic:
    """A logistic model over :class:`Features`."""

    intercept: float
    dense: float
    coverage: float
    lead: float

    def probability(self, features: Features) -> float:
        score = (
            self.intercept
            + self.dense * features.dense
            + self.coverage * features.coverage
            + self.lead * features.lead
        )
        # The same as 1 / (1 + exp(-score)), without its overflow.
        return 0.5 * (1 + math.tanh(score / 2))


@dataclass(frozen=True)
class DecisionModel:
    """Both models and the thresholds, as ``calibrate`` fitted them."""

    covered: Logistic
    right: Logistic
    answer_from: float
    choices_from: float

    @classmethod
    def load(cls, path: Path = DECISION_FILE) -> Self:
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            Logistic(**data["covered"]),
            Logistic(**data["right"]),
            data["answer_from"],
            data["choices_from"],
        )

    def probability(self, features: Features) -> float:
        """Return the probability that the document answers the question."""
        return self.covered.probability(features) * self.right.probability(features)

    def decide(self, features: Features) -> Decision:
        if self.probability(features) >= self.answer_from:
            return Decision.ANSWER
        if self.covered.probability(features) >= self.choices_from:
            return Decision.CHOICES
        return Decision.DECLINE


def features_of(candidates: list[Candidate], rank: int = 0) -> Features:
    """Return the features of the candidate at ``rank``."""
    candidate = candidates[rank]
    others = [other.fused for i, other in enumerate(candidates[: rank + 2]) if i != rank]
    return Features(
        dense=candidate.dense,
        coverage=candidate.coverage,
        lead=candidate.fused - max(others, default=0.0),
    )

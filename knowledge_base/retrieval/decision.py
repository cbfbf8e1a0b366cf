"""The decision: answer, offer choices, or say that nothing fits."""

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
class DecisionModel:
    """Logistic model of "the top document answers the question".

    ``weights`` belong to the features of :func:`features`, in that order.
    """

    weights: tuple[float, ...]
    intercept: float
    answer_from: float
    choices_from: float

    @classmethod
    def load(cls, path: Path = DECISION_FILE) -> Self:
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            tuple(data["weights"]), data["intercept"], data["answer_from"], data["choices_from"]
        )

    def probability(self, candidates: list[Candidate], rank: int = 0) -> float:
        """Return the probability that the candidate at ``rank`` answers the question."""
        values = features(candidates, rank)
        score = self.intercept + sum(
            weight * value for weight, value in zip(self.weights, values, strict=True)
        )
        return 1 / (1 + math.exp(-score))

    def decide(self, probability: float) -> Decision:
        if probability >= self.answer_from:
            return Decision.ANSWER
        if probability >= self.choices_from:
            return Decision.CHOICES
        return Decision.DECLINE


def features(candidates: list[Candidate], rank: int = 0) -> tuple[float, ...]:
    """Return cosine, lexical coverage, fused score, and the lead over the best other one."""
    candidate = candidates[rank]
    others = [other.fused for i, other in enumerate(candidates[: rank + 2]) if i != rank]
    lead = candidate.fused - max(others, default=0.0)
    return (candidate.dense or 0.0, candidate.coverage, candidate.fused, lead)

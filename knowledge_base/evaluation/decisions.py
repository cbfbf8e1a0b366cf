"""How well the assistant knows when to answer.

* coverage: answered answerable questions / answerable questions;
* wrong answers: answers given that do not answer (another article to an answerable question, or
  any answer to an unanswerable one) / all answers given, and the same / all questions asked;
* unanswerable answered: answered unanswerable questions / unanswerable questions.

An answer is given when the probability reaches the threshold. The curve of coverage against wrong
answers is the risk/coverage curve of selective classification (El-Yaniv and Wiener 2010).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from knowledge_base.retrieval.decision import Decision

_Z = 1.959963984540054
"""The normal distribution's 97.5 % quantile: two-sided intervals of 95 %."""


@dataclass(frozen=True)
class DecisionRecord:
    """One question with what the assistant did.

    ``probability`` is the one that the first document answers; ``right`` whether it does;
    ``kind`` the label's note on what sort of question it is.
    """

    probability: float
    right: bool
    answerable: bool
    decision: Decision
    kind: str | None = None

    def __post_init__(self) -> None:
        if self.right and not self.answerable:
            raise ValueError("nothing is right for an unanswerable question")


@dataclass(frozen=True)
class Share:
    """``count`` of ``total``, with Wilson's 95 % interval (Wilson 1927)."""

    count: int
    total: int

    @property
    def value(self) -> float:
        """The share; 0 of nothing is 0."""
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound; nothing is known of a share of nothing."""
        if not self.total:
            return 0.0, 1.0
        share, total, square = self.value, self.total, _Z**2
        centre = share + square / (2 * total)
        spread = _Z * (share * (1 - share) / total + square / (4 * total**2)) ** 0.5
        scale = 1 + square / total
        # Rounding must not carry the bounds past 0 and 1.
        return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


@dataclass(frozen=True)
class OperatingPoint:
    """What happens at one threshold; the module's text defines the shares."""

    threshold: float
    coverage: Share
    wrong: Share
    wrong_of_all: Share
    unanswerable_answered: Share


@dataclass(frozen=True)
class ReliabilityBin:
    """Questions of similar probability: its mean, and the share that was right."""

    probability: float
    right: Share


def point_at(records: Sequence[DecisionRecord], threshold: float) -> OperatingPoint:
    """Answer what has at least this probability."""
    return _point(records, [each for each in records if each.probability >= threshold], threshold)


def point_decided(records: Sequence[DecisionRecord], threshold: float) -> OperatingPoint:
    """Count the answers as they were decided; ``threshold`` is only named."""
    return _point(
        records, [each for each in records if each.decision is Decision.ANSWER], threshold
    )


def curve(records: Sequence[DecisionRecord]) -> list[OperatingPoint]:
    """Return a point for every probability that occurs, the strictest first."""
    ranked = sorted(records, key=lambda each: -each.probability)
    answered: list[DecisionRecord] = []
    points = []
    for threshold, group in groupby(ranked, key=lambda each: each.probability):
        answered += group
        points.append(_point(records, answered, threshold))
    return points


def widest(points: Iterable[OperatingPoint], wrong: float) -> OperatingPoint | None:
    """Return the point of the largest coverage with at most this share of wrong answers."""
    allowed = [point for point in points if point.wrong.value <= wrong]
    return max(allowed, key=lambda point: point.coverage.count, default=None)


def reliability(records: Sequence[DecisionRecord], bins: int = 10) -> list[ReliabilityBin]:
    """Sort the questions into bins of equal width; empty ones are left out."""
    by_bin: dict[int, list[DecisionRecord]] = {}
    for record in records:
        by_bin.setdefault(min(int(record.probability * bins), bins - 1), []).append(record)
    return [
        ReliabilityBin(
            sum(each.probability for each in group) / len(group),
            Share(sum(each.right for each in group), len(group)),
        )
        for _, group in sorted(by_bin.items())
    ]


def calibration_error(records: Sequence[DecisionRecord]) -> float:
    """Return the expected calibration error: the mean distance of probability and share right
    over the bins, weighted by their sizes (Naeini et al. 2015)."""
    return sum(
        each.right.total * abs(each.probability - each.right.value) for each in reliability(records)
    ) / max(1, len(records))


def _point(
    records: Sequence[DecisionRecord], answered: Sequence[DecisionRecord], threshold: float
) -> OperatingPoint:
    answerable = sum(each.answerable for each in records)
    answered_answerable = sum(each.answerable for each in answered)
    wrong = sum(not each.right for each in answered)
    return OperatingPoint(
        threshold=threshold,
        coverage=Share(answered_answerable, answerable),
        wrong=Share(wrong, len(answered)),
        wrong_of_all=Share(wrong, len(records)),
        unanswerable_answered=Share(len(answered) - answered_answerable, len(records) - answerable),
    )

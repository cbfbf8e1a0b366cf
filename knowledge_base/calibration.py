"""Fitting the re-ranker and the decision: how sure must a search be before it answers?

Both learn from the calibration side of the labelled questions (see
:mod:`knowledge_base.evaluation.questions`), which shares no article with the test side. Questions
are dealt into folds, and each is judged by models that have not seen it: thresholds chosen on
questions a model was fitted to would promise too much.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from knowledge_base.evaluation.questions import LabelledQuestion
from knowledge_base.retrieval.candidates import Candidates
from knowledge_base.retrieval.decision import (
    DECISION_FEATURES,
    DecisionModel,
    Features,
    Logistic,
    features_of,
)
from knowledge_base.retrieval.rerank import (
    RankerModel,
    RankingExample,
    Reranker,
    RerankSettings,
    fit_ranker,
)
from knowledge_base.search import KnowledgeBase

Item = TypeVar("Item")
Model = TypeVar("Model")
Result = TypeVar("Result")

FOLDS = 10
DEALS = 5
_INVERSE_PENALTY = 1.0
"""Inverse weight of the logistic models' squared norm, over standardised features."""


@dataclass(frozen=True)
class Bounds:
    """What may go wrong, as shares of 1.

    ``wrong``: of the answers given, those that do not answer; ``unanswerable_offered``: of the
    questions that nothing answers, those that get an answer or choices.

    2 % may be wrong; what is kept back is for questions that resemble these less than they do
    each other.
    """

    wrong: float = 0.018
    unanswerable_offered: float = 0.15


@dataclass(frozen=True)
class CalibrationReport:
    """What the thresholds do on the calibration side, each question judged by models that have
    not seen it; shares of 1."""

    answerable: int
    unanswerable: int
    best_document_right: float
    answered: float
    offered_choices: float
    wrong_among_answered: float
    unanswerable_answered: float
    unanswerable_declined: float


@dataclass(frozen=True)
class Calibrated:
    """The fitted models and what they do."""

    ranker: RankerModel
    decision: DecisionModel
    report: CalibrationReport


@dataclass(frozen=True)
class _Asked:
    """A question with its candidates, in the order of fusion."""

    candidates: Candidates
    right: npt.NDArray[np.bool_]
    answerable: bool

    @property
    def example(self) -> RankingExample:
        return RankingExample(self.candidates.features, self.right)


@dataclass(frozen=True)
class _Judged:
    """The best candidate of a question after ranking."""

    features: Features
    right: bool
    answerable: bool


def calibrate(
    knowledge_base: KnowledgeBase,
    questions: Sequence[LabelledQuestion],
    *,
    as_of: date,
    bounds: Bounds | None = None,
    progress: bool = False,
) -> Calibrated:
    """Fit re-ranker, decision model and thresholds.

    Args:
        knowledge_base: the index that will serve.
        questions: the calibration side; one that finds no document at all is passed over.
        as_of: the day on which the labels hold.
        bounds: what may go wrong.
        progress: show a progress bar.

    Raises:
        ValueError: there is no answerable or no unanswerable question to learn from.
    """
    if len({question.answerable for question in questions}) < 2:
        raise ValueError("calibration needs answerable and unanswerable questions")
    window = RerankSettings().window
    plain = knowledge_base.without("rerank")
    found = [
        _asked(plain, question, as_of, window)
        for question in tqdm(questions, desc="questions", disable=not progress)
    ]
    # A search that finds nothing declines, whatever the models would say.
    asked = [each for each in found if len(each.candidates)]
    ranker = fit_ranker([each.example for each in asked])
    judged = _out_of_fold(
        asked,
        lambda training: fit_ranker([each.example for each in training]),
        lambda fitted, each: _judge(fitted, each),
    )
    right = _fair_probabilities(judged, lambda each: each.right)
    covered = _fair_probabilities(judged, lambda each: each.answerable)
    model = _fit_decision(judged, right, covered, bounds or Bounds())
    return Calibrated(ranker, model, _report(judged, right, covered, model))


def save(calibrated: Calibrated, ranker_file: Path, decision_file: Path) -> None:
    """Write the models with the figures they were chosen by."""
    _write(ranker_file, asdict(calibrated.ranker))
    figures = {"calibration": asdict(calibrated.report)}
    _write(decision_file, {**asdict(calibrated.decision), **figures})


def _write(file: Path, content: dict[str, object]) -> None:
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _asked(
    knowledge_base: KnowledgeBase, question: LabelledQuestion, as_of: date, window: int
) -> _Asked:
    candidates = knowledge_base.candidates(question.question, as_of=as_of)
    candidates = candidates.take(np.arange(min(window, len(candidates))))
    right = [
        knowledge_base.documents[document].id in question.answers
        for document in candidates.documents
    ]
    return _Asked(candidates, np.array(right, dtype=np.bool_), question.answerable)


def _judge(ranker: RankerModel, asked: _Asked) -> _Judged:
    ranked = Reranker(RerankSettings(), ranker).run(asked.candidates)
    best = np.flatnonzero(asked.candidates.documents == ranked.documents[0])[0]
    return _Judged(features_of(ranked), bool(asked.right[best]), asked.answerable)


def _out_of_fold(
    items: Sequence[Item],
    fit: Callable[[list[Item]], Model],
    apply: Callable[[Model, Item], Result],
) -> list[Result]:
    """Apply to each item a model fitted on the other folds, in the items' order."""
    results: dict[int, Result] = {}
    for fold in range(FOLDS):
        fitted = fit([item for place, item in enumerate(items) if place % FOLDS != fold])
        for place in range(fold, len(items), FOLDS):
            results[place] = apply(fitted, items[place])
    return [results[place] for place in range(len(items))]


def _fair_probabilities(
    judged: Sequence[_Judged], label: Callable[[_Judged], bool]
) -> npt.NDArray[np.float64]:
    """Return for each question the probability by models that have not seen it.

    Dealing the folds is chance, and the few errors near the top make a threshold shaky: the mean
    over several deals steadies it.
    """
    deals = np.zeros((DEALS, len(judged)))
    for deal, row in enumerate(deals):
        order = np.random.default_rng(deal).permutation(len(judged))
        row[order] = _out_of_fold(
            [judged[place] for place in order],
            lambda training: _fit_logistic(training, label),
            lambda model, each: model.probability(each.features),
        )
    mean: npt.NDArray[np.float64] = deals.mean(axis=0)
    return mean


def _fit_decision(
    judged: Sequence[_Judged],
    right: npt.NDArray[np.float64],
    covered: npt.NDArray[np.float64],
    bounds: Bounds,
) -> DecisionModel:
    answerable = np.array([each.answerable for each in judged])
    answers = np.array([each.right for each in judged])
    return DecisionModel(
        _fit_logistic(judged, lambda each: each.right),
        _fit_logistic(judged, lambda each: each.answerable),
        answer_from=_precision_threshold(right, answers, bounds.wrong),
        choices_from=_share_threshold(covered[~answerable], bounds.unanswerable_offered),
    )


def _fit_logistic(judged: Sequence[_Judged], label: Callable[[_Judged], bool]) -> Logistic:
    matrix = np.array([[each.features[name] for name in DECISION_FEATURES] for each in judged])
    mean, deviation = matrix.mean(axis=0), matrix.std(axis=0)
    deviation[deviation == 0] = 1
    # The features differ in scale by a hundred; standardising keeps the penalty fair.
    logistic = LogisticRegression(C=_INVERSE_PENALTY, max_iter=2000)
    logistic.fit((matrix - mean) / deviation, np.array([label(each) for each in judged]))
    weights = logistic.coef_[0] / deviation
    return Logistic(
        round(float(logistic.intercept_[0] - weights @ mean), 4),
        {
            name: round(float(weight), 4)
            for name, weight in zip(DECISION_FEATURES, weights, strict=True)
        },
    )


def _share_threshold(probabilities: npt.NDArray[np.float64], share: float) -> float:
    """Return the smallest threshold that at most ``share`` of the probabilities reach."""
    return float(np.ceil(np.quantile(probabilities, 1 - share) * 1000 + 1) / 1000)


def _precision_threshold(
    probabilities: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], wrong: float
) -> float:
    """Return the smallest threshold above which at most ``wrong`` of the answers are wrong.

    The errors that were seen are few, and a handful more or less would move the threshold far. So
    as many are reckoned with as were seen or as the probabilities themselves foretell, whichever
    are more.
    """
    order = np.argsort(probabilities, kind="stable")[::-1]
    ranked = probabilities[order]
    errors = np.maximum(np.cumsum(~right[order]), np.cumsum(1 - ranked))
    # Questions of one probability are answered together; rounding it would answer others too.
    last = np.append(ranked[1:] < ranked[:-1], True)
    within = np.flatnonzero(last & (errors <= wrong * np.arange(1, len(ranked) + 1)))
    return float(ranked[within[-1]]) if len(within) else 1.0


def _report(
    judged: Sequence[_Judged],
    right: npt.NDArray[np.float64],
    covered: npt.NDArray[np.float64],
    model: DecisionModel,
) -> CalibrationReport:
    """Count what the thresholds do, with models that have not seen the question."""
    answers = np.array([each.right for each in judged])
    answerable = np.array([each.answerable for each in judged])
    answered = right >= model.answer_from
    offered = ~answered & (covered >= model.choices_from)
    return CalibrationReport(
        answerable=int(answerable.sum()),
        unanswerable=int((~answerable).sum()),
        best_document_right=_share(answers[answerable]),
        answered=_share(answered[answerable]),
        offered_choices=_share(offered[answerable]),
        wrong_among_answered=_share(~answers[answered]),
        unanswerable_answered=_share(answered[~answerable]),
        unanswerable_declined=_share((~answered & ~offered)[~answerable]),
    )


def _share(values: npt.NDArray[np.bool_]) -> float:
    return round(float(values.mean()), 3) if len(values) else 0.0

"""Fitting the decision model: how sure must a search be before it answers?

Positive examples are articles' own questions, held out of the index that is searched;
negative ones are questions that no article answers, and held-out questions whose best document
is a wrong one. The thresholds follow from the error rates that are asked for.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from knowledge_base.document import Document
from knowledge_base.encoder.encoder import Encoder
from knowledge_base.index.builder import build_index
from knowledge_base.index.store import IndexStore
from knowledge_base.retrieval.decision import (
    Decision,
    DecisionModel,
    Features,
    Logistic,
    features_of,
)
from knowledge_base.retrieval.tokenizer import Tokenizer
from knowledge_base.search import KnowledgeBase

UNANSWERABLE_FILE = Path(__file__).parent / "evaluation" / "unanswerable.txt"
HELD_OUT_SHARE = 0.25
_SEED = 20261123
_NOTHING = Logistic(0.0, 0.0, 0.0, 0.0)
_UNTRAINED = DecisionModel(_NOTHING, _NOTHING, answer_from=0.0, choices_from=0.0)


@dataclass(frozen=True)
class CalibrationReport:
    """What the thresholds do on the calibration questions, as shares of 1."""

    answerable: int
    unanswerable: int
    best_document_right: float
    answered: float
    offered_choices: float
    wrong_among_answered: float
    unanswerable_answered: float
    unanswerable_declined: float


@dataclass(frozen=True)
class _Example:
    features: Features
    right: bool
    answerable: bool


def load_unanswerable(path: Path = UNANSWERABLE_FILE) -> list[str]:
    """Return the questions that no article answers."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def calibrate(
    documents: Sequence[Document],
    unanswerable: Sequence[str],
    encoder: Encoder,
    tokenizer: Tokenizer,
    scratch: Path,
    *,
    unanswerable_answered: float,
    unanswerable_offered: float,
    wrong_among_answered: float,
    progress: bool = False,
) -> tuple[DecisionModel, CalibrationReport]:
    """Fit the decision model.

    Args:
        documents: all documents of the index.
        unanswerable: questions that none of them answers.
        encoder: the encoder that will serve.
        tokenizer: the tokenizer that will serve.
        scratch: an empty folder for the index without the held-out questions.
        unanswerable_answered: share of the unanswerable questions that may get an answer.
        unanswerable_offered: share of them that may get an answer or choices.
        wrong_among_answered: share of the answers to answerable questions that may come from
            another document. A neighbour that answers just as well counts as wrong here.
        progress: show a progress bar while encoding.
    """
    reduced, held_out = _hold_out(documents)
    store = IndexStore(scratch)
    build_index(reduced, store, encoder, tokenizer, progress=progress)
    knowledge_base = KnowledgeBase.from_store(store, encoder, tokenizer, _UNTRAINED)
    examples = [
        _example(knowledge_base, question, acceptable) for question, acceptable in held_out
    ] + [_example(knowledge_base, question, set()) for question in unanswerable]
    model = _fit(examples, unanswerable_answered, unanswerable_offered, wrong_among_answered)
    return model, _report(examples, model)


def save_model(model: DecisionModel, report: CalibrationReport, path: Path) -> None:
    """Write the model with the figures it was chosen by."""
    content = {**asdict(model), "calibration": asdict(report)}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _hold_out(documents: Sequence[Document]) -> tuple[list[Document], list[tuple[str, set[str]]]]:
    chosen = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    reduced: list[Document] = []
    held_out: list[tuple[str, set[str]]] = []
    for document in documents:
        count = round(len(document.questions) * HELD_OUT_SHARE)
        questions = chosen.sample(document.questions, count)
        acceptable = {document.id, *document.related}
        held_out += [(question, acceptable) for question in questions]
        kept = [question for question in document.questions if question not in questions]
        reduced.append(document.model_copy(update={"questions": kept}))
    return reduced, held_out


def _example(knowledge_base: KnowledgeBase, question: str, acceptable: set[str]) -> _Example:
    candidates = knowledge_base.candidates(question)
    if not candidates:
        return _Example(Features(0.0, 0.0, 0.0), right=False, answerable=bool(acceptable))
    best = knowledge_base.documents[candidates[0].document]
    return _Example(features_of(candidates), best.id in acceptable, bool(acceptable))


def _fit(
    examples: Sequence[_Example],
    unanswerable_answered: float,
    unanswerable_offered: float,
    wrong_among_answered: float,
) -> DecisionModel:
    answerable = [example for example in examples if example.answerable]
    foreign = [example.features for example in examples if not example.answerable]
    covered = _fit_logistic(
        [example.features for example in examples],
        [example.answerable for example in examples],
        ["dense", "coverage"],
    )
    right = _fit_logistic(
        [example.features for example in answerable],
        [example.right for example in answerable],
        ["dense", "coverage", "lead"],
    )
    unset = DecisionModel(covered, right, 0.0, 0.0)
    answer_from = max(
        _threshold([unset.probability(each) for each in foreign], unanswerable_answered),
        _precision_threshold(unset, answerable, wrong_among_answered),
    )
    choices_from = _threshold([covered.probability(each) for each in foreign], unanswerable_offered)
    return DecisionModel(covered, right, answer_from, choices_from)


def _fit_logistic(
    features: Sequence[Features], labels: Sequence[bool], names: Sequence[str]
) -> Logistic:
    """Fit the named features; the others get no weight."""
    matrix = np.array([[getattr(each, name) for name in names] for each in features])
    # The features differ in scale by a hundred; standardising keeps the penalty fair.
    mean, deviation = matrix.mean(axis=0), matrix.std(axis=0)
    # Balanced, because the share of unanswerable questions here says nothing of the real one.
    logistic = LogisticRegression(class_weight="balanced", max_iter=1000)
    logistic.fit((matrix - mean) / deviation, np.array(labels))
    weights = logistic.coef_[0] / deviation
    by_name = {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
    return Logistic(
        intercept=round(float(logistic.intercept_[0] - weights @ mean), 4),
        dense=by_name.get("dense", 0.0),
        coverage=by_name.get("coverage", 0.0),
        lead=by_name.get("lead", 0.0),
    )


def _threshold(probabilities: Sequence[float], share: float) -> float:
    """Return the smallest threshold that at most ``share`` of the probabilities reach."""
    return float(np.ceil(np.quantile(probabilities, 1 - share) * 1000 + 1) / 1000)


def _precision_threshold(
    model: DecisionModel, answerable: Sequence[_Example], wrong: float
) -> float:
    """Return the smallest threshold above which at most ``wrong`` of the answers are wrong."""
    ranked = sorted(
        ((model.probability(each.features), each.right) for each in answerable), reverse=True
    )
    errors = np.cumsum([not right for _, right in ranked])
    within = np.flatnonzero(errors <= wrong * np.arange(1, len(ranked) + 1))
    return round(ranked[within[-1]][0], 3) if len(within) else 1.0


def _report(examples: Sequence[_Example], model: DecisionModel) -> CalibrationReport:
    decisions = np.array([model.decide(example.features) for example in examples])
    right = np.array([example.right for example in examples])
    answerable = np.array([example.answerable for example in examples])
    answered, offered = decisions == Decision.ANSWER, decisions == Decision.CHOICES
    return CalibrationReport(
        answerable=int(answerable.sum()),
        unanswerable=int((~answerable).sum()),
        best_document_right=_share(right[answerable]),
        answered=_share(answered[answerable]),
        offered_choices=_share(offered[answerable]),
        wrong_among_answered=_share(~right[answered]),
        unanswerable_answered=_share(answered[~answerable]),
        unanswerable_declined=_share((~answered & ~offered)[~answerable]),
    )


def _share(values: npt.NDArray[np.bool_]) -> float:
    return round(float(values.mean()), 3) if len(values) else 0.0

"""A small learned re-ranker over what the stages say about each candidate.

A linear model over :data:`~knowledge_base.retrieval.candidates.FEATURES`, trained so that the
right article of a question comes first among its candidates (softmax over the list, as in ListNet,
Cao et al. 2007). ``python -m knowledge_base calibrate`` fits it on the calibration side of the
labelled questions; its weights stand in ``ranker.json``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy.optimize import minimize

from knowledge_base.retrieval.candidates import FEATURES, Candidates
from knowledge_base.retrieval.stage import StageSettings

RANKER_FILE = Path(__file__).parents[1] / "ranker.json"

FloatMatrix = npt.NDArray[np.float64]


class RerankSettings(StageSettings):
    """``window``: how many of the best candidates are looked at again."""

    window: int = Field(default=30, ge=1)


@dataclass(frozen=True)
class RankerModel:
    """A weight per feature."""

    weights: Mapping[str, float]

    @classmethod
    def load(cls, path: Path = RANKER_FILE) -> Self:
        """Read the fitted model.

        Raises:
            ValueError: it is of other features than this program's.
        """
        model = cls(json.loads(path.read_text(encoding="utf-8"))["weights"])
        if set(model.weights) != set(FEATURES):
            raise ValueError(
                f"{path} is of other features; run `python -m knowledge_base calibrate`"
            )
        return model

    def score(self, candidates: Candidates) -> npt.NDArray[np.float32]:
        """Return one score per candidate; differences are log odds."""
        weights = np.array([self.weights[name] for name in FEATURES], dtype=np.float32)
        scores: npt.NDArray[np.float32] = candidates.features @ weights
        return scores


class Reranker:
    """Orders the best candidates anew; the others keep their places behind them."""

    def __init__(self, settings: RerankSettings, model: RankerModel) -> None:
        self._settings = settings
        self._model = model

    def run(self, candidates: Candidates) -> Candidates:
        """Return the candidates in their new order, with the model's scores.

        The model has learned from the union's articles: a collection without any is left alone.
        """
        if not self._settings.enabled or not candidates.articles.any():
            return candidates
        window = self._settings.window
        score = self._model.score(candidates)
        # What is outside of the window stays behind it, in the order it had.
        rest = np.arange(len(candidates)) >= window
        score[rest] = score[~rest].min() - 1 - np.arange(rest.sum(), dtype=np.float32)
        return candidates.ranked_by(score)


@dataclass(frozen=True)
class RankingExample:
    """One question's candidates: ``features`` (candidates, features) and which ones are right."""

    features: npt.NDArray[np.float32]
    right: npt.NDArray[np.bool_]


def fit_ranker(examples: Sequence[RankingExample], penalty: float = 0.3) -> RankerModel:
    """Fit the weights; examples without a right candidate teach nothing and are passed over.

    ``penalty`` is the weight of the squared norm over standardised features, per example.

    Raises:
        ValueError: no example has a right candidate.
    """
    useful = [example for example in examples if example.right.any()]
    if not useful:
        raise ValueError("no question has a right candidate to learn from")
    rows = np.concatenate([example.features for example in useful]).astype(np.float64)
    means, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread == 0] = 1
    scaled = [(each.features - means) / spread for each in useful]
    fitted = minimize(
        _loss, np.zeros(len(FEATURES)), (scaled, [each.right for each in useful], penalty), jac=True
    )
    weights = fitted.x / spread
    return RankerModel(
        {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights, strict=True)}
    )


def _loss(
    weights: npt.NDArray[np.float64],
    features: Sequence[FloatMatrix],
    right: Sequence[npt.NDArray[np.bool_]],
    penalty: float,
) -> tuple[float, npt.NDArray[np.float64]]:
    """Return the mean negative log likelihood that a right candidate comes first, and its slope."""
    total, slope = 0.0, np.zeros_like(weights)
    for matrix, good in zip(features, right, strict=True):
        scores = matrix @ weights
        odds = np.exp(scores - scores.max())
        everything = odds / odds.sum()
        chosen = np.where(good, odds, 0) / odds[good].sum()
        total -= float(np.log(everything[good].sum()))
        slope += matrix.T @ (everything - chosen)
    count = len(features)
    return (
        total / count + penalty * float(weights @ weights) / count,
        slope / count + 2 * penalty * weights / count,
    )

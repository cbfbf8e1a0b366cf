"""Measures of a ranking, computed by `ir-measures` (https://ir-measur.es).

* MRR@10: mean of 1 / rank of the first relevant document, 0 beyond rank 10 (Voorhees, TREC-8).
* nDCG@10: discounted gain of the first ten by that of the ideal order, with the relevance grades
  as gains (Järvelin and Kekäläinen 2002, in the form of `trec_eval`).
* R@k: share of the relevant documents among the first k.
* success@1: share of queries whose first document is relevant.

Relevant is what has a relevance of 1 or more. All values are shares of 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
import numpy.typing as npt
from ir_measures import RR, R, Success, nDCG

from knowledge_base.evaluation.jsonl import EvaluationDataError

MEASURES = {
    "MRR@10": RR @ 10,
    "nDCG@10": nDCG @ 10,
    "R@1": R @ 1,
    "R@5": R @ 5,
    "R@10": R @ 10,
    "success@1": Success @ 1,
}

_RESAMPLES = 1000
_SEED = 20261123


@dataclass(frozen=True)
class Estimate:
    """A mean over queries with its 95 % confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Evaluation:
    """The measures of one run, by their names in ``MEASURES``.

    ``queries`` are the judged ones, over which the means are taken; ``without_results`` of them
    had no result and count as 0. ``not_judged`` are queries of the run without any judgement:
    they are left out.
    """

    queries: int
    without_results: int
    not_judged: list[str]
    measures: dict[str, Estimate]

    @property
    def values(self) -> dict[str, float]:
        return {name: estimate.value for name, estimate in self.measures.items()}


def evaluate(
    qrels: Mapping[str, Mapping[str, int]], run: Mapping[str, Sequence[tuple[str, float]]]
) -> Evaluation:
    """Measure a run; the order of each ranking counts, not its scores.

    Raises:
        EvaluationDataError: there is no judged query.
    """
    if not qrels:
        raise EvaluationDataError("no query is judged")
    table = _per_query(qrels, run)
    return Evaluation(
        queries=len(qrels),
        without_results=sum(not run.get(query) for query in qrels),
        not_judged=[query for query in run if query not in qrels],
        measures=dict(zip(MEASURES, _estimates(table), strict=True)),
    )


def _per_query(
    qrels: Mapping[str, Mapping[str, int]], run: Mapping[str, Sequence[tuple[str, float]]]
) -> npt.NDArray[np.float64]:
    """Return the values, shape (queries, measures), in the order of qrels and ``MEASURES``."""
    # The measures come from different programs, which order equal scores differently; ranks
    # instead of scores leave them nothing to order.
    ranked = {
        query: {document: -float(rank) for rank, (document, _) in enumerate(run[query])}
        for query in qrels
        if run.get(query)
    }
    # Web collections mark junk with negative grades, which `pytrec_eval` does not read.
    grades = {
        query: {document: max(0, grade) for document, grade in judged.items()}
        for query, judged in qrels.items()
    }
    rows = {query: row for row, query in enumerate(qrels)}
    columns = {measure: column for column, measure in enumerate(MEASURES.values())}
    table = np.zeros((len(rows), len(columns)))
    for metric in ir_measures.iter_calc(list(MEASURES.values()), grades, ranked):
        table[rows[metric.query_id], columns[metric.measure]] = metric.value
    return table


def _estimates(table: npt.NDArray[np.float64]) -> list[Estimate]:
    """Return mean and percentile bootstrap interval (Efron) of each column."""
    generator = np.random.default_rng(_SEED)
    queries = len(table)
    means = np.array(
        [table[generator.integers(queries, size=queries)].mean(axis=0) for _ in range(_RESAMPLES)]
    )
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return [
        Estimate(float(value), float(bottom), float(top))
        for value, bottom, top in zip(table.mean(axis=0), low, high, strict=True)
    ]

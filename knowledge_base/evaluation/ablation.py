"""What each stage contributes: the same questions, with one stage switched off at a time."""

from collections.abc import Mapping

from knowledge_base.evaluation.measures import Evaluation, evaluate
from knowledge_base.evaluation.runner import SearchFunction, run_queries


def ablate(
    variants: Mapping[str, SearchFunction],
    queries: Mapping[str, str],
    qrels: Mapping[str, Mapping[str, int]],
    k: int,
    *,
    progress: bool = False,
) -> dict[str, Evaluation]:
    """Measure each variant on the same queries, in the mapping's order.

    Raises:
        EvaluationDataError: no query is judged, or a document's id is not one of TREC's.
    """
    return {
        name: evaluate(qrels, run_queries(queries, search, k, progress=progress, name=name))
        for name, search in variants.items()
    }

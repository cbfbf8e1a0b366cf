"""Candidates as the stages behind fusion get them."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from knowledge_base.retrieval.candidates import FEATURES, Candidates

ANY_FEATURE, OTHER_FEATURE = FEATURES[0], FEATURES[-1]
"""Which features there are is a matter of calibration; the stages take any."""


def candidates(
    scores: Sequence[float],
    *,
    documents: Sequence[int] | None = None,
    articles: Sequence[bool] | None = None,
    dense: Sequence[float] | None = None,
    vote: Sequence[float] | None = None,
    foreign: float = 0,
    features: Mapping[str, Sequence[float]] | None = None,
) -> Candidates:
    """Return candidates with these scores; features that are not named are 0."""
    count = len(scores)

    def column(values: Sequence[float] | None) -> npt.NDArray[np.float32]:
        return np.array([0] * count if values is None else values, dtype=np.float32)

    return Candidates(
        documents=np.array(range(count) if documents is None else documents, dtype=np.int64),
        articles=np.array([True] * count if articles is None else articles, dtype=np.bool_),
        units=np.arange(count, dtype=np.int64) + 100,
        bm25=column(None),
        pinyin=column(None),
        dense=column(dense),
        fused=column(scores),
        vote=column(vote),
        foreign=column([foreign] * count),
        score=column(scores),
        features=np.column_stack([column((features or {}).get(name)) for name in FEATURES]),
    )


def order(found: Candidates) -> list[int]:
    """Return the documents in their order."""
    return [int(document) for document in found.documents]

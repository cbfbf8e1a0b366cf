"""Fusion: one score per document from its units' cosines and its words.

A worker's question may resemble a stored question, the title with the short answer, or a
section. Each says something of its own, so a document's dense score is a weighted mean of the
best cosine per kind of unit. Held-out questions show the gain; the figures are in
``docs/decisions/0003-retrieval.md``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from knowledge_base.units import UnitKind

FloatVector = npt.NDArray[np.float32]
IntVector = npt.NDArray[np.int64]


@dataclass(frozen=True)
class FusionSettings:
    """Weights of the kinds of units within the dense score, and of the lexical coverage."""

    kinds: Mapping[UnitKind, float] = field(
        default_factory=lambda: {
            UnitKind.QUESTION: 1.0,
            UnitKind.SUMMARY: 1.0,
            UnitKind.SECTION: 1.0,
        }
    )
    coverage: float = 0.05


@dataclass(frozen=True)
class Candidate:
    """One document with its scores; ``unit`` is the position of its closest unit.

    ``coverage`` is the BM25 score divided by the best score possible for the query.
    """

    document: int
    unit: int
    bm25: float
    coverage: float
    dense: float
    fused: float


def fuse_document(
    document: int,
    cosines: Mapping[int, tuple[UnitKind, float]],
    bm25: float,
    coverage: float,
    settings: FusionSettings,
) -> Candidate:
    """Return the scores of one document.

    Args:
        document: its position in the index.
        cosines: kind and cosine of each of its units, by the unit's position.
        bm25: its lexical score.
        coverage: the same, divided by the best score possible.
        settings: the weights.
    """
    best: dict[UnitKind, float] = {}
    for kind, cosine in cosines.values():
        best[kind] = max(cosine, best.get(kind, -1.0))
    total = sum(settings.kinds[kind] for kind in best)
    dense = sum(settings.kinds[kind] * cosine for kind, cosine in best.items()) / total
    return Candidate(
        document=document,
        unit=max(cosines, key=lambda unit: cosines[unit][1]),
        bm25=bm25,
        coverage=coverage,
        dense=dense,
        fused=dense + settings.coverage * coverage,
    )


def best_first(candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates by falling score; equal scores keep the documents' order."""
    return sorted(candidates, key=lambda candidate: (-candidate.fused, candidate.document))

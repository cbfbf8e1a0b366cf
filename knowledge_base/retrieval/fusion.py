"""Fusion of the lexical and the dense scores, and their aggregation per document."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatVector = npt.NDArray[np.float32]
IntVector = npt.NDArray[np.int64]

DENSE_FLOOR = 0.75
"""Cosine of unrelated texts under the default encoder, which was trained at a temperature of
0.01 and therefore puts everything between about 0.7 and 1."""


@dataclass(frozen=True)
class FusionSettings:
    """``dense_weight`` in [0, 1]: the rest is the weight of the lexical coverage."""

    dense_weight: float = 0.6


@dataclass(frozen=True)
class Candidate:
    """One document with its scores; ``unit`` is the position of its best unit."""

    document: int
    unit: int
    bm25: float | None
    dense: float | None
    coverage: float
    fused: float


def fuse(
    unit_documents: IntVector,
    bm25: FloatVector,
    ceiling: float,
    dense_units: IntVector,
    dense: FloatVector,
    settings: FusionSettings,
) -> list[Candidate]:
    """Return all documents that a stage found, best first.

    Args:
        unit_documents: the document position of each unit, shape (units,).
        bm25: lexical score of each unit, shape (units,).
        ceiling: the best lexical score possible for the query.
        dense_units: positions of the units the dense stage found, shape (found,).
        dense: their cosines, shape (found,).
        settings: the weights.
    """
    coverage = bm25 / ceiling if ceiling > 0 else np.zeros_like(bm25)
    cosine = np.full(len(bm25), np.nan, dtype=np.float32)
    cosine[dense_units] = dense
    closeness = np.clip((np.nan_to_num(cosine, nan=DENSE_FLOOR) - DENSE_FLOOR), 0, None) / (
        1 - DENSE_FLOOR
    )
    best: dict[int, Candidate] = {}
    found = np.union1d(np.flatnonzero(bm25 > 0), dense_units)
    lexical_best = _best_per_document(unit_documents, coverage, found)
    dense_best = _best_per_document(unit_documents, closeness, found)
    for document in lexical_best.keys() | dense_best.keys():
        lexical_unit, dense_unit = lexical_best[document], dense_best[document]
        score = settings.dense_weight * float(closeness[dense_unit]) + (
            1 - settings.dense_weight
        ) * float(coverage[lexical_unit])
        best[document] = Candidate(
            document=document,
            unit=max(
                lexical_unit, dense_unit, key=lambda unit: float(closeness[unit] + coverage[unit])
            ),
            bm25=float(bm25[lexical_unit]) if bm25[lexical_unit] > 0 else None,
            dense=None if np.isnan(cosine[dense_unit]) else float(cosine[dense_unit]),
            coverage=float(coverage[lexical_unit]),
            fused=score,
        )
    return sorted(best.values(), key=lambda candidate: (-candidate.fused, candidate.document))


def _best_per_document(
    unit_documents: IntVector, scores: FloatVector, found: IntVector
) -> dict[int, int]:
    order = found[np.argsort(-scores[found], kind="stable")]
    best: dict[int, int] = {}
    for unit in order:
        best.setdefault(int(unit_documents[unit]), int(unit))
    return best

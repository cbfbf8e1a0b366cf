"""How an answer came about, so that any past answer can be replayed."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from contract.base import ContractModel

Probability = Annotated[float, Field(ge=0, le=1)]


class Decision(StrEnum):
    """What the search decided to do with its hits."""

    ANSWER = "answer"
    CHOICES = "choices"
    DECLINE = "decline"


class HitScores(ContractModel):
    """Scores of one article, stage by stage; None where a stage did not find it."""

    bm25: float | None
    dense: float | None
    fused: float
    probability: Probability


class TraceHit(ContractModel):
    """One article found, named down to the revision and the section that matched."""

    article_id: str
    revision: str
    section: str
    scores: HitScores


class Trace(ContractModel):
    """The search behind a reply."""

    query: str
    rewritten_query: str
    hits: list[TraceHit]
    index_fingerprint: str
    encoder: str
    decision: Decision

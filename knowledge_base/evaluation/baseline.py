"""The stored baseline: the measures that a change must not lower by more than one point."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from knowledge_base.evaluation.jsonl import EvaluationDataError

BASELINE_FILE = Path(__file__).parent / "baseline.json"
TOLERANCE = 0.01
"""One point, as shares of 1."""

STORE_HINT = "store it with `python -m knowledge_base evaluate --store-baseline`"
_DIGITS = 4


def _rounded(value: float) -> float:
    return round(value, _DIGITS)


class Baseline(BaseModel):
    """Measures on the test split with what they were measured on; no date, no machine.

    ``questions`` is the digest of the labelled questions, ``index`` the index's fingerprint,
    ``settings`` that of the stages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    questions: str
    queries: int
    encoder: str
    index: str
    settings: str
    measures: dict[str, Annotated[float, AfterValidator(_rounded)]]


@dataclass(frozen=True)
class Change:
    """One measure that is not what it was."""

    measure: str
    stored: float
    now: float

    def __str__(self) -> str:
        return (
            f"{self.measure}: {self.stored:.4f} -> {self.now:.4f} ({self.now - self.stored:+.4f})"
        )


@dataclass(frozen=True)
class Comparison:
    """``obsolete`` says why the baseline cannot be compared with; ``fallen`` are the measures
    that fell by more than the tolerance, ``risen`` those that rose at all."""

    obsolete: str | None
    fallen: list[Change]
    risen: list[Change]

    @property
    def passed(self) -> bool:
        return self.obsolete is None and not self.fallen


def load_baseline(path: Path = BASELINE_FILE) -> Baseline:
    """Read the stored baseline.

    Raises:
        EvaluationDataError: there is none, or it is not sound.
    """
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise EvaluationDataError(f"{path}: no baseline yet; {STORE_HINT}") from error
    except ValidationError as error:
        raise EvaluationDataError(f"{path}: not a baseline; {STORE_HINT}") from error


def store_baseline(baseline: Baseline, path: Path = BASELINE_FILE) -> None:
    """Write the baseline."""
    path.write_text(f"{baseline.model_dump_json(indent=2)}\n", encoding="utf-8")


def compare(stored: Baseline, now: Baseline) -> Comparison:
    """Hold the measures against the stored ones.

    A new encoder, index or setting is compared like any change; other questions or other
    measures make the stored figures say nothing about the new ones.
    """
    obsolete = None
    if stored.questions != now.questions:
        obsolete = f"the labelled questions have changed; {STORE_HINT}"
    elif stored.measures.keys() != now.measures.keys():
        obsolete = f"other measures were stored; {STORE_HINT}"
    changes = [
        Change(name, value, now.measures[name])
        for name, value in stored.measures.items()
        if name in now.measures
    ]
    # Differences of decimal fractions are compared in the digits that are stored.
    falls = [change for change in changes if round(change.stored - change.now, _DIGITS) > TOLERANCE]
    rises = [change for change in changes if change.now > change.stored]
    return Comparison(obsolete, falls, rises)

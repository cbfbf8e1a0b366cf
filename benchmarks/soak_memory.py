"""Memory over a long time: is it flat, although processes die and come back?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks.product import PARTS

FLAT_WITHIN: Final = 0.03
_SETTLED_S: Final = 60.0
"""A process that is younger still loads; a total with it in it says nothing."""
_LIFE_S: Final = 300.0
_WARM_S: Final = 180.0
_AT_THE_END: Final = 3
"""Samples; the median of the last ones is what a life came to."""


@dataclass(frozen=True)
class Sample:
    """Memory in MiB at one moment. ``parts``: process id and its memory; ``total`` with the
    supervisor and the launcher."""

    at_s: float
    parts: Mapping[str, tuple[int, float]]
    total: float


@dataclass(frozen=True)
class Life:
    """One process from its third minute to its end."""

    part: str
    pid: int
    lived_s: float
    from_mib: float
    to_mib: float

    @property
    def growth(self) -> float:
        """As a share of what it had."""
        return self.to_mib / self.from_mib - 1


def lives(samples: Iterable[Sample]) -> list[Life]:
    """Processes that lived for longer than five minutes."""
    seen: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for sample in samples:
        for part, (pid, mib) in sample.parts.items():
            seen.setdefault((part, pid), []).append((sample.at_s, mib))
    found = []
    for (part, pid), points in seen.items():
        born, died = points[0][0], points[-1][0]
        warm = [mib for at, mib in points if at >= born + _WARM_S]
        if died - born > _LIFE_S:
            to_mib = round(median(warm[-_AT_THE_END:]), 1)
            found.append(Life(part, pid, round(died - born), warm[0], to_mib))
    return found


def settled(samples: Sequence[Sample]) -> list[Sample]:
    """Samples in which every part is there and has loaded."""
    born: dict[int, float] = {}
    found = []
    for sample in samples:
        pids = {pid for pid, _ in sample.parts.values()}
        for pid in pids:
            born.setdefault(pid, sample.at_s)
        is_old = all(sample.at_s - born[pid] >= _SETTLED_S for pid in pids)
        if is_old and sample.parts.keys() == PARTS.keys():
            found.append(sample)
    return found


def totals(samples: Sequence[Sample], from_s: float, to_s: float) -> float | None:
    """The median of the settled totals in a window; None if there are none."""
    inside = [each.total for each in settled(samples) if from_s <= each.at_s < to_s]
    return round(median(inside), 1) if inside else None

"""Which faults come when: drawn from a seed, so that a run can be repeated."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from benchmarks.product import PARTS


class Kind(StrEnum):
    """What is done to the product; one kind at a time."""

    KILL = "kill"
    SLOW_DISK = "slow disk"
    CLOCK_JUMP = "clock jump"


@dataclass(frozen=True)
class Planned:
    """One fault. ``pause_s``: quiet time before it. ``lasts_s``: 0 for a kill, which lasts until
    everything is up again. ``amount``: ms that a sync takes at most, or s that the clock jumps."""

    kind: Kind
    pause_s: float
    lasts_s: float = 0.0
    part: str = ""
    amount: int = 0


_LASTS_S: Final = (20.0, 60.0)
_SLOWEST_MS: Final = (150, 300)
_JUMPS_S: Final = (5, 60, 600, 3600, 7200)
"""The least, and bounds between which one is drawn: 5 s to 2 h, small ones as often as large."""


def planned(seed: int, pause_s: float) -> Iterator[Planned]:
    """Faults without end. Of every six, three kill one part each, one slows the disk down and two
    move the clock, one forward and one back; in random order, ``pause_s`` apart on average."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    while True:
        six = [Planned(Kind.KILL, 0, part=part) for part in PARTS]
        six.append(Planned(Kind.SLOW_DISK, 0, amount=chance.randint(*_SLOWEST_MS)))
        six += [Planned(Kind.CLOCK_JUMP, 0, amount=sign * _jump(chance)) for sign in (1, -1)]
        chance.shuffle(six)
        for each in six:
            pause = pause_s * chance.uniform(0.5, 1.5)
            lasts = 0.0 if each.kind is Kind.KILL else chance.uniform(*_LASTS_S)
            yield Planned(each.kind, round(pause, 1), round(lasts, 1), each.part, each.amount)


def _jump(chance: random.Random) -> int:
    number = chance.randrange(len(_JUMPS_S) - 1)
    return chance.randint(_JUMPS_S[number], _JUMPS_S[number + 1])

"""Cases that are of one kind and name the same employer."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api.conversations.cleaning import shorten
from api.privacy.masking import mask
from api.reports.employers import Employer, read_employer, same_employers
from api.reports.kinds import CaseKind

NAME_MAX_CHARS = 40
"""An answer to the question for the employer that is longer is a story."""


@dataclass(frozen=True)
class NamedCase:
    """A case as its worker told it. ``person``: the same for one who has several conversations."""

    conversation_id: str
    person: str
    kinds: frozenset[CaseKind]
    told: str
    at: datetime


@dataclass(frozen=True)
class Cluster:
    """``keys``: every form of the name that occurs; ``key``: the most frequent of them; ``shown``:
    the name as most write it, personal data covered. Cases are in order of time."""

    kind: CaseKind
    key: str
    keys: frozenset[str]
    shown: str
    cases: tuple[NamedCase, ...]

    @property
    def people(self) -> int:
        """How many different workers."""
        return len({case.person for case in self.cases})


def clusters(cases: Iterable[NamedCase]) -> list[Cluster]:
    """All of them, also those of a single case."""
    read = [(case, read_employer(case.told)) for case in cases]
    named = [(case, employer) for case, employer in read if employer is not None]
    leader = same_employers(employer for _, employer in named)
    groups: dict[tuple[CaseKind, str], list[tuple[NamedCase, Employer]]] = defaultdict(list)
    for case, employer in named:
        for kind in case.kinds:
            groups[kind, leader[employer.key]].append((case, employer))
    return [
        Cluster(
            kind=kind,
            key=key,
            keys=frozenset({key, *(own.key for _, own in members)}),
            shown=shown(own for _, own in members),
            cases=tuple(sorted((case for case, _ in members), key=lambda case: case.at)),
        )
        for (kind, key), members in groups.items()
    ]


def shown(employers: Iterable[Employer]) -> str:
    """The name of one employer as most write it, of equally frequent ones the most complete; on
    one line, numbers of people covered."""
    names = Counter(employer.name for employer in employers)
    name = max(names, key=lambda each: (names[each], len(each)))
    return shorten(mask(name), NAME_MAX_CHARS)

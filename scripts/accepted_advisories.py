"""The weaknesses of locked packages that are accepted for a time, each with its reason."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name


class AcceptanceError(ValueError):
    """The file cannot be used; the message says which entry, and why."""


class Basis(StrEnum):
    """Where it is known from."""

    AUDIT = "audit"
    PUBLIC_KNOWLEDGE = "public knowledge, not a run"


@dataclass(frozen=True)
class Acceptance:
    """``lock``: the file that holds the package, from the root of the project. ``why`` it does no
    harm there, in a sentence for whoever looks at it when it ``expires``."""

    id: str
    package: str
    lock: str
    why: str
    expires: date
    basis: Basis

    def is_of(self, lock: Path) -> bool:
        """Whether it is about packages of this file."""
        return lock.as_posix().endswith(self.lock)

    def covers(self, package: str, ids: Collection[str], lock: Path) -> bool:
        """Whether a finding is the one that is accepted here."""
        same = canonicalize_name(package) == canonicalize_name(self.package)
        return same and self.id in ids and self.is_of(lock)


def load(path: Path) -> list[Acceptance]:
    """Read the file. Raises ``AcceptanceError``."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AcceptanceError(str(error)) from None
    if content.keys() - {"accepted"}:
        raise AcceptanceError("holds something else than [[accepted]]")
    entries = [_entry(each) for each in content.get("accepted", [])]
    keys = [(each.id, each.package, each.lock) for each in entries]
    if twice := {key[0] for key in keys if keys.count(key) > 1}:
        raise AcceptanceError(f"stands twice: {', '.join(sorted(twice))}")
    return entries


def _entry(given: dict[str, Any]) -> Acceptance:
    name = str(given.get("id", "an entry without an id"))
    try:
        entry = Acceptance(**given | {"basis": Basis(given.get("basis", ""))})
    except (TypeError, ValueError) as error:
        raise AcceptanceError(f"{name}: {error}") from None
    texts = (entry.id, entry.package, entry.lock, entry.why)
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise AcceptanceError(f"{name}: id, package, lock and why are texts")
    if not isinstance(entry.expires, date):
        raise AcceptanceError(f"{name}: expires is a day, such as 2027-05-31")
    return entry

"""What a new roster changes, worked out without touching the database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from api.members.masking import mask_name
from api.members.roster import Problem, Roster, RosterRow
from api.members.texts import Column
from api.members.vault import Field, Vault
from api.storage.models import new_id

# More than this part of the members gone is the wrong file, or half of one.
MAX_LEAVING_SHARE = 0.2


class TooManyLeavingError(Exception):
    """The roster would remove so many members that it is probably not the whole one."""

    def __init__(self, leaving: int, current: int) -> None:
        super().__init__(f"{leaving} of {current} members would leave")
        self.leaving = leaving
        self.current = current


class KnownMember(NamedTuple):
    """A member as stored, in the order of the query's columns."""

    id: str
    id_number_hash: str
    name: str
    phone: str | None
    verification_hash: str | None
    union_name: str
    joined_on: date | None
    mutual_aid_years: list[int]
    left_at: datetime | None


class ChangeKind(StrEnum):
    """What happened to a member who was known."""

    CHANGED = "changed"
    LEFT = "left"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Change:
    """One member. ``line``: in the file, None for one who is not there any more."""

    kind: ChangeKind
    line: int | None
    member_id: str
    masked_name: str
    columns: tuple[Column, ...] = ()


@dataclass(slots=True)
class ImportReport:
    """What an import did. ``held``: members whose lines were bad, left as they are."""

    added: int = 0
    unchanged: int = 0
    held: int = 0
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def count(self, kind: ChangeKind) -> int:
        """How many members that happened to."""
        return sum(change.kind is kind for change in self.changes)

    def counts(self) -> dict[str, int]:
        """Every figure by name."""
        return {
            "added": self.added,
            "unchanged": self.unchanged,
            **{kind.value: self.count(kind) for kind in ChangeKind},
            "held": self.held,
            "problems": len(self.problems),
        }


@dataclass(slots=True)
class Refresh:
    """Rows to write, keyed by column, and the report of it."""

    inserts: list[dict[str, Any]] = field(default_factory=list, repr=False)
    updates: list[dict[str, Any]] = field(default_factory=list, repr=False)
    leaving: list[str] = field(default_factory=list)
    report: ImportReport = field(default_factory=ImportReport)


def plan(
    known: Sequence[KnownMember], roster: Roster, vault: Vault, *, at: datetime, force: bool
) -> Refresh:
    """Compare the roster with the stored members.

    Raises ``TooManyLeavingError`` unless forced, ``UnsealError``.
    """
    refresh = Refresh()
    refresh.report.problems = roster.problems
    by_hash = {member.id_number_hash: member for member in known}
    kept = {vault.id_number_hash(number) for number in roster.held} & by_hash.keys()
    refresh.report.held = len(kept)
    for row in roster.rows:
        id_number_hash = vault.id_number_hash(row.id_number)
        kept.add(id_number_hash)
        if member := by_hash.get(id_number_hash):
            _compare(refresh, member, row, vault, at)
        else:
            _add(refresh, row, id_number_hash, vault, at)
    current = [member for member in known if member.left_at is None]
    leaving = [member for member in current if member.id_number_hash not in kept]
    if not force and len(leaving) > MAX_LEAVING_SHARE * len(current):
        raise TooManyLeavingError(len(leaving), len(current))
    for member in leaving:
        refresh.leaving.append(member.id)
        refresh.report.changes.append(
            Change(ChangeKind.LEFT, None, member.id, mask_name(member.name))
        )
    return refresh


def _add(refresh: Refresh, row: RosterRow, id_number_hash: str, vault: Vault, at: datetime) -> None:
    member_id = new_id()
    refresh.inserts.append(
        {
            "id": member_id,
            "id_number": vault.seal(row.id_number, Field.ID_NUMBER, member_id),
            "id_number_hash": id_number_hash,
            "created_at": at,
            **_mutable(row, member_id, vault, at),
        }
    )
    refresh.report.added += 1


def _compare(
    refresh: Refresh, member: KnownMember, row: RosterRow, vault: Vault, at: datetime
) -> None:
    columns = _differing(member, row, vault)
    returned = member.left_at is not None
    if not columns and not returned:
        refresh.report.unchanged += 1
        return
    refresh.updates.append({"wanted": member.id, **_mutable(row, member.id, vault, at)})
    kind = ChangeKind.RETURNED if returned else ChangeKind.CHANGED
    refresh.report.changes.append(
        Change(kind, row.line, member.id, mask_name(row.name), tuple(columns))
    )


def _mutable(row: RosterRow, member_id: str, vault: Vault, at: datetime) -> dict[str, Any]:
    return {
        "name": row.name,
        "phone": row.phone and vault.seal(row.phone, Field.PHONE, member_id),
        "verification_hash": _verification_hash(row, vault),
        "union_name": row.union_name,
        "joined_on": row.joined_on,
        "mutual_aid_years": list(row.mutual_aid_years),
        "left_at": None,
        "updated_at": at,
    }


def _differing(member: KnownMember, row: RosterRow, vault: Vault) -> list[Column]:
    pairs: dict[Column, tuple[object, object]] = {
        Column.NAME: (member.name, row.name),
        Column.UNION: (member.union_name, row.union_name),
        Column.JOINED: (member.joined_on, row.joined_on),
        Column.MUTUAL_AID: (tuple(member.mutual_aid_years), row.mutual_aid_years),
    }
    columns = [column for column, (before, after) in pairs.items() if before != after]
    # The hash covers name and phone, so the phone is opened for the few who changed either.
    if member.verification_hash != _verification_hash(row, vault):
        before = member.phone and vault.open(member.phone, Field.PHONE, member.id)
        if before != row.phone:
            columns.append(Column.PHONE)
    return columns


def _verification_hash(row: RosterRow, vault: Vault) -> str | None:
    if row.phone is None:
        return None
    return vault.verification_hash(row.name, row.id_number[-6:], row.phone)

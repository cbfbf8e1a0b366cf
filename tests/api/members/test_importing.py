import asyncio
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from api.members import refresh
from api.members.importing import (
    RosterChangedError,
    import_roster,
    latest_import,
)
from api.members.refresh import ChangeKind, ImportReport, TooManyLeavingError
from api.members.roster import Roster, read_roster
from api.members.texts import Column
from api.members.vault import Field, Vault
from api.storage.database import Database
from api.storage.models import AuditEntry, Member
from tests.api.members.people import TODAY, id_number, person, roster_of, write_xlsx

pytestmark = pytest.mark.anyio


async def members(database: Database) -> dict[str, Member]:
    async with database.read() as session:
        return {m.id_number_hash: m for m in await session.scalars(select(Member))}


async def audit_entries(database: Database) -> list[AuditEntry]:
    async with database.read() as session:
        return list(await session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def files_of_the_database(path: Path) -> list[bytes]:
    return [file.read_bytes() for file in path.glob("gateway.db*")]


def figures(report: ImportReport) -> dict[str, int]:
    return {name: count for name, count in report.counts().items() if count}


async def imported(
    database: Database, vault: Vault, path: Path, lines: Sequence[Sequence[object]]
) -> dict[str, int]:
    return figures(await import_roster(database, vault, roster_of(path, lines)))


async def test_members_are_stored_sealed(database: Database, vault: Vault, tmp_path: Path) -> None:
    assert await imported(database, vault, tmp_path, [person(1), person(2, phone="")]) == {
        "added": 2
    }
    stored = await members(database)
    member = stored[vault.id_number_hash(id_number(1))]
    assert vault.open(member.id_number, Field.ID_NUMBER, member.id) == id_number(1)
    assert member.phone is not None
    assert vault.open(member.phone, Field.PHONE, member.id) == "13800000001"
    assert (member.joined_on, member.mutual_aid_years) == (date(2020, 3, 1), [2025, 2026])
    without_phone = stored[vault.id_number_hash(id_number(2))]
    assert without_phone.phone is None
    assert without_phone.verification_hash is None
    content = b"".join(files_of_the_database(tmp_path))
    assert "张".encode() in content
    assert id_number(1).encode() not in content
    assert b"13800000001" not in content


async def test_the_same_roster_again_changes_nothing(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    lines = [person(number) for number in range(20)]
    await imported(database, vault, tmp_path, lines)
    before = {key: vars(m) for key, m in (await members(database)).items()}
    assert await imported(database, vault, tmp_path, lines[::-1]) == {"unchanged": 20}
    after = {key: vars(m) for key, m in (await members(database)).items()}
    for one in (*before.values(), *after.values()):
        del one["_sa_instance_state"]
    assert after == before


async def test_what_changed_is_reported_by_member_and_column(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    await imported(database, vault, tmp_path, [person(number) for number in range(10)])
    lines = [person(number) for number in range(2, 10)]
    lines[0] = person(2, phone="13900000000")
    lines[1] = person(3, name="李四", mutual_aid="")
    lines[2] = person(4, phone="")
    lines.append(person(100))
    report = await import_roster(database, vault, roster_of(tmp_path, lines))
    assert figures(report) == {
        "added": 1,
        "unchanged": 5,
        "changed": 3,
        "left": 2,
    }
    changed = [change for change in report.changes if change.kind is ChangeKind.CHANGED]
    assert [(change.line, change.masked_name, change.columns) for change in changed] == [
        (2, "张*", (Column.PHONE,)),
        (3, "李*", (Column.NAME, Column.MUTUAL_AID)),
        (4, "张*", (Column.PHONE,)),
    ]
    stored = await members(database)
    assert stored[vault.id_number_hash(id_number(3))].mutual_aid_years == []
    assert stored[vault.id_number_hash(id_number(0))].left_at is not None


async def test_somebody_who_left_can_return(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    everybody = [person(number) for number in range(10)]
    await imported(database, vault, tmp_path, everybody)
    assert await imported(database, vault, tmp_path, everybody[1:]) == {"unchanged": 9, "left": 1}
    # Gone is gone: leaving is told once.
    assert await imported(database, vault, tmp_path, everybody[1:]) == {"unchanged": 9}
    assert await imported(database, vault, tmp_path, everybody) == {"unchanged": 9, "returned": 1}
    assert (await members(database))[vault.id_number_hash(id_number(0))].left_at is None


async def test_a_bad_line_leaves_its_member_as_they_are(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    await imported(database, vault, tmp_path, [person(1), person(2)])
    lines = [person(1), person(2, phone="123", union="别的工会")]
    assert await imported(database, vault, tmp_path, lines) == {
        "unchanged": 1,
        "held": 1,
        "problems": 1,
    }
    held = (await members(database))[vault.id_number_hash(id_number(2))]
    assert held.left_at is None
    assert held.union_name == "余杭第2纺织厂工会"


async def test_a_roster_that_removes_too_many_is_refused_unless_forced(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    everybody = [person(number) for number in range(10)]
    await imported(database, vault, tmp_path, everybody)
    few = roster_of(tmp_path, [person(100), *everybody[3:]])
    with pytest.raises(TooManyLeavingError) as caught:
        await import_roster(database, vault, few)
    assert (caught.value.leaving, caught.value.current) == (3, 10)
    assert len(await members(database)) == 10
    assert len(await audit_entries(database)) == 1
    report = await import_roster(database, vault, few, force=True)
    assert figures(report) == {"added": 1, "unchanged": 7, "left": 3}


async def test_a_fifth_may_leave(database: Database, vault: Vault, tmp_path: Path) -> None:
    everybody = [person(number) for number in range(10)]
    await imported(database, vault, tmp_path, everybody)
    assert await imported(database, vault, tmp_path, everybody[2:]) == {"unchanged": 8, "left": 2}


async def test_the_audit_has_figures_and_no_people(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    roster = roster_of(tmp_path, [person(1), person(2, phone="1")])
    await import_roster(database, vault, roster)
    (entry,) = await audit_entries(database)
    assert entry.action == "members.import"
    assert entry.details["counts"]["added"] == 1
    assert entry.details["counts"]["problems"] == 1
    assert entry.details["fingerprint"] == roster.fingerprint
    assert id_number(2) not in str(entry.details)
    async with database.read() as session:
        assert await latest_import(session) == entry.created_at


async def test_an_import_on_an_outdated_comparison_is_refused(
    database: Database, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster = roster_of(tmp_path, [person(1)])
    loop = asyncio.get_running_loop()
    plan = refresh.plan

    def plan_while_another_import_runs(*arguments: Any, **options: Any) -> refresh.Refresh:
        monkeypatch.setattr(refresh, "plan", plan)
        other = import_roster(database, vault, roster)
        asyncio.run_coroutine_threadsafe(other, loop).result()
        return plan(*arguments, **options)

    monkeypatch.setattr(refresh, "plan", plan_while_another_import_runs)
    with pytest.raises(RosterChangedError):
        await import_roster(database, vault, roster)
    assert len(await members(database)) == 1


async def test_a_failure_leaves_the_roster_before(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    await imported(database, vault, tmp_path, [person(1)])
    rows = roster_of(tmp_path, [person(1), person(2)]).rows
    # The database refuses the second of two with the same ID number, the first being inserted.
    twice = Roster([*rows, rows[-1]], [], frozenset(), "")
    with pytest.raises(IntegrityError):
        await import_roster(database, vault, twice)
    assert set(await members(database)) == {vault.id_number_hash(id_number(1))}


async def test_a_big_roster_is_quick(database: Database, vault: Vault, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "big.xlsx", (person(number) for number in range(5_000)))
    started = time.perf_counter()
    roster = read_roster(path, today=TODAY)
    assert figures(await import_roster(database, vault, roster)) == {"added": 5_000}
    assert figures(await import_roster(database, vault, roster)) == {"unchanged": 5_000}
    assert time.perf_counter() - started < 20  # about 2 s when nothing else runs

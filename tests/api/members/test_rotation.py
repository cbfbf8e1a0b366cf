from pathlib import Path

import pytest
from sqlalchemy import select

from api.members import rotation
from api.members.importing import import_roster
from api.members.rotation import rotate
from api.members.vault import Field, UnsealError, Vault
from api.storage.database import Database
from api.storage.models import AuditEntry, Member
from tests.api.members.people import id_number, person, roster_of

pytestmark = pytest.mark.anyio


async def stored(database: Database) -> list[Member]:
    async with database.read() as session:
        return list(await session.scalars(select(Member).order_by(Member.id)))


async def test_after_a_rotation_the_old_key_is_not_needed(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "_BATCH", 3)
    roster = roster_of(tmp_path, [person(0, phone=""), *map(person, range(1, 8))])
    await import_roster(database, Vault(["old"], "secret"), roster)
    before = await stored(database)
    seen: list[int] = []
    assert await rotate(database, Vault(["new", "old"], "secret"), progress=seen.append) == 8
    assert seen == [3, 3, 2]
    after = await stored(database)
    new = Vault(["new"], "secret")
    assert {new.open(m.id_number, Field.ID_NUMBER, m.id) for m in after} == {
        id_number(number) for number in range(8)
    }
    assert all(m.phone is None or new.open(m.phone, Field.PHONE, m.id) for m in after)
    # Look-ups and the time of the latest change are as before.
    for one, other in zip(before, after, strict=True):
        assert one.id_number_hash == other.id_number_hash
        assert one.verification_hash == other.verification_hash
        assert one.updated_at == other.updated_at
    report = await import_roster(database, new, roster)
    assert report.unchanged == 8


async def test_a_second_rotation_has_nothing_to_do(database: Database, tmp_path: Path) -> None:
    await import_roster(database, Vault(["old"], "s"), roster_of(tmp_path, [person(1)]))
    vault = Vault(["new", "old"], "s")
    assert [await rotate(database, vault) for _ in range(2)] == [1, 0]
    async with database.read() as session:
        entries = await session.scalars(
            select(AuditEntry.details)
            .where(AuditEntry.action == "members.rotate_keys")
            .order_by(AuditEntry.id)
        )
        assert list(entries) == [{"sealed": 1}, {"sealed": 0}]


async def test_the_lookup_secret_can_be_changed_too(database: Database, tmp_path: Path) -> None:
    roster = roster_of(tmp_path, [person(1)])
    await import_roster(database, Vault(["k"], "old"), roster)
    renewed = Vault(["k"], "new")
    await rotate(database, renewed)
    assert (await import_roster(database, renewed, roster)).unchanged == 1


async def test_without_the_old_key_nothing_is_lost(database: Database, tmp_path: Path) -> None:
    await import_roster(database, Vault(["old"], "s"), roster_of(tmp_path, [person(1)]))
    with pytest.raises(UnsealError):
        await rotate(database, Vault(["new"], "s"))
    (member,) = await stored(database)
    assert Vault(["old"], "s").open(member.id_number, Field.ID_NUMBER, member.id) == id_number(1)

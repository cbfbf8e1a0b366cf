import ast
import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from api.handoff.states import Act
from api.staff.audit_texts import audit_texts
from api.storage.database import Database
from api.storage.models import ActorKind, AuditEntry, Role, Staff, new_id
from tests.api.outbox.clock import Clock
from tests.api.staff.office import Colleague, Office, on_both_engines

pytestmark = pytest.mark.anyio
SUBJECT = new_id()
API = Path(__file__).parents[3] / "api"


@pytest.fixture
async def boss(office: Office) -> Colleague:
    return await office.hire("boss", Role.ADMINISTRATOR)


async def keep(database: Database, *entries: dict[str, Any]) -> None:
    """Put entries into the audit, the first one the oldest."""
    for entry in entries:
        values = {
            "actor_kind": ActorKind.SYSTEM,
            "action": "handoff.claim",
            "subject_kind": "conversation",
            "subject_id": SUBJECT,
            "details": {},
        }
        async with database.write() as session:
            session.add(AuditEntry(id=new_id(), **(values | entry)))


async def search(boss: Colleague, **query: str) -> list[dict[str, Any]]:
    pairs = "&".join(f"{name}={quote(value)}" for name, value in query.items())
    found: list[dict[str, Any]] = (await boss.get(f"/audit?{pairs}"))["entries"]
    return found


async def export(boss: Colleague, query: str = "") -> list[list[str]]:
    response = await boss.request("GET", f"/audit/export{query}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


class TestAppendOnly:
    """Not this program, nor whoever else has the database's password."""

    @pytest.mark.parametrize(
        "statement",
        [
            update(AuditEntry).values(action="staff.login"),
            update(AuditEntry).where(AuditEntry.action == "x").values(details={}),
            delete(AuditEntry),
        ],
    )
    @on_both_engines
    async def test_an_entry_is_neither_changed_nor_deleted(
        self, database: Database, statement: Any
    ) -> None:
        await keep(database, {"action": "x"})
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.write() as session:
                await session.execute(statement)
        await self.is_whole(database)

    @pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
    async def test_the_table_is_not_emptied(self, database: Database) -> None:
        await keep(database, {"action": "x"})
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.write() as session:
                await session.execute(text("TRUNCATE audit"))
        await self.is_whole(database)

    async def test_an_entry_is_not_replaced(self, database: Database) -> None:
        await keep(database, {"action": "x"})
        replace = "INSERT OR REPLACE INTO audit SELECT id, actor_kind, actor_id, 'y', subject_kind,"
        replace += " subject_id, details, created_at FROM audit"
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.write() as session:
                await session.execute(text(replace))
        await self.is_whole(database)

    async def is_whole(self, database: Database) -> None:
        async with database.read() as session:
            assert (await session.scalars(select(AuditEntry.action))).all() == ["x"]


@on_both_engines
async def test_search_by_everything(office: Office, boss: Colleague, database: Database) -> None:
    chen = await office.hire("chen")
    await chen.request("POST", "/logout")
    async with database.read() as session:
        ids = {row.username: row.id for row in await session.scalars(select(Staff))}
    await keep(
        database,
        {"actor_kind": ActorKind.STAFF, "actor_id": ids["chen"]},
        {"actor_kind": ActorKind.WORKER, "action": "member.verified", "subject_id": new_id()},
    )

    async def acts(**query: str) -> list[str]:
        return [entry["action"] for entry in await search(boss, **query)]

    assert await acts(actor="chen") == ["handoff.claim", "staff.logout", "staff.login"]
    assert await acts(actor="CHEN", action="staff.login") == ["staff.login"]
    assert await acts(actor="nobody") == []
    assert await acts(actor_kind="worker") == ["member.verified"]
    assert await acts(action="handoff") == ["handoff.claim"]
    assert await acts(action="member") == ["member.verified"]
    assert await acts(action="mem_er") == []
    assert await acts(subject=SUBJECT) == ["handoff.claim"]
    assert await acts(subject=SUBJECT.lower()) == ["handoff.claim"]
    assert await acts(subject="chen") == ["staff.logout", "staff.login", "staff.create"]
    (claim,) = await search(boss, action="handoff.claim")
    assert (claim["actor"], claim["words"], claim["subject"]) == ("chen姐", "接手", None)
    (create,) = await search(boss, action="staff.create", subject="chen")
    assert (create["actor"], create["subject"]) == (None, "chen姐")


@on_both_engines
async def test_search_by_time(boss: Colleague, database: Database, clock: Clock) -> None:
    hours = [clock() + timedelta(hours=hour) for hour in range(4)]
    await keep(database, *({"created_at": at, "action": f"x.{at.hour}"} for at in hours))

    async def found(since: datetime, until: datetime) -> list[str]:
        entries = await search(boss, since=since.isoformat(), until=until.isoformat(), action="x")
        return [entry["action"] for entry in entries]

    assert await found(hours[1], hours[3]) == ["x.3", "x.2"]
    assert await found(hours[3], hours[1]) == []


@pytest.mark.parametrize(
    "query",
    ["since=2026-11-24T01:00:00", "since=yesterday", "limit=0", "limit=201", "after=x", "actor="],
)
async def test_an_unsuitable_question_is_refused(boss: Colleague, query: str) -> None:
    assert (await boss.request("GET", f"/audit?{query}")).status_code == 422


@on_both_engines
async def test_pages_show_every_entry_once(boss: Colleague, database: Database) -> None:
    await keep(database, *({"action": "x.y"} for _ in range(7)))
    seen: list[str] = []
    after = ""
    while True:
        page = await boss.get(f"/audit?action=x&limit=3{after}")
        seen += [entry["id"] for entry in page["entries"]]
        if page["after"] is None:
            break
        after = f"&after={page['after']}"
        await keep(database, {"action": "x.y"})  # newer ones do not move the pages
    assert len(seen) == len(set(seen)) == 7
    assert seen == sorted(seen, reverse=True)


async def test_the_export_is_everything_and_stands_in_the_audit(
    boss: Colleague, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.staff.audit_search._EXPORT_PAGE", 2)
    await keep(database, *({"details": {"n": number}} for number in range(5)))
    head, *rows = await export(boss, "?action=handoff")
    assert head[:4] == ["时间", "操作人", "操作人身份", "操作"]
    assert [row[8] for row in rows] == [f'{{"n": {number}}}' for number in range(4, -1, -1)]
    assert {row[3] for row in rows} == {"接手"}
    (entry,) = await search(boss, action="audit.export")
    assert entry["actor"] == "boss姐"
    assert entry["details"] == {"looked_for": {"action": "handoff"}}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "\t=", " =", "|"])
async def test_nothing_in_the_export_is_a_formula(
    office: Office, boss: Colleague, database: Database, start: str
) -> None:
    async with database.write() as session:
        staff = (await session.scalars(select(Staff))).one()
        staff.name = f"{start}cmd|' /C calc'!A0"
    rows = await export(boss, "?action=staff.login")
    cells = [cell for row in rows for cell in row]
    assert f"'{start}cmd|' /C calc'!A0" in cells
    assert not any(cell.startswith(start) for cell in cells)


def missing(codes: Sequence[str]) -> list[str]:
    return [code for code in codes if code not in audit_texts().actions]


def recorded() -> set[str]:
    """Acts that stand as they are in a call that records one."""
    call = re.compile(r"record\w*\((?:[^()]|\([^()]*\))*\)")
    sources = (path.read_text(encoding="utf-8") for path in API.rglob("*.py"))
    calls = (found for source in sources for found in call.findall(source))
    return {act for each in calls for act in re.findall(r'(?<!f)"([a-z_]+\.[a-z_]+)"', each)}


def test_acts_have_words() -> None:
    assert {"member.unmask", "outbox.resend"} <= recorded()
    assert missing(sorted(recorded())) == []
    assert missing([f"handoff.{act}" for act in Act]) == []
    groups = {code.partition(".")[0] for code in audit_texts().actions}
    assert groups == set(audit_texts().groups)
    assert audit_texts().action("something.new") == "something.new"


def details() -> set[str]:
    """Names of what calls that record an act say beside it."""
    own = {"by", "actor_id", "subject_kind", "subject_id", "id", "details"}
    calls = (
        call
        for path in API.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute | ast.Name)
        and ast.unparse(call.func).rpartition(".")[2] in ("record", "_record")
    )
    return {word.arg for call in calls for word in call.keywords if word.arg} - own


def test_details_have_words() -> None:
    assert {"article", "looked_for", "role"} <= details()
    assert sorted(details() - set(audit_texts().details)) == []


async def test_every_act_of_staff_has_words(
    office: Office, boss: Colleague, database: Database
) -> None:
    async with database.read() as session:
        assert missing((await session.scalars(select(AuditEntry.action))).all()) == []

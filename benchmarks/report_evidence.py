"""``python -m benchmarks.report_evidence``: early warning and monthly report from made-up data.

Three months of a made-up service centre are lived through day by day. In the last week workers
begin to complain of two employers, each writing the name in his own way. What the early warning
made of it is ``docs/evidence/early_warning.json``; the report of the last whole month is
``docs/evidence/monthly_report.xlsx`` and ``.pdf``.
"""

import asyncio
import json
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from api.outbox.escalation import Escalations
from api.reports.alarm import AlertRound
from api.reports.alert_desk import AlertDesk, AlertSummary
from api.reports.employers import read_employer, same_employers
from api.reports.monthly import Monthly
from api.reports.monthly_files import workbook
from api.reports.monthly_pdf import pdf
from api.reports.periods import Month
from api.storage import schema
from api.storage.database import Database
from api.storage.models import Handoff, OutboxItem, Staff
from scripts.steps import ROOT
from tests.api.reports import employers
from tests.api.reports.generated import HOURS, ZONE, Centre, Rows

TARGET = ROOT / "docs" / "evidence"
LAST = date(2026, 11, 25)
TROUBLED = ("瑞丰纺织", "新天地家政")
WINDOW = timedelta(days=7)
LEAST_PEOPLE = 3


async def live_through(database: Database, centre: Centre) -> list[dict[str, Any]]:
    """Store the days one by one, with a round of the early warning after each; return what was
    told outside, with the day."""
    async with database.write() as session:
        await session.execute(insert(Staff), centre.staff)
    clock = datetime.now(UTC)
    warning = AlertRound(
        database,
        Escalations(["webhook"], lambda: clock),
        window=WINDOW,
        least_people=LEAST_PEOPLE,
        clock=lambda: clock,
    )
    for day, rows in _by_day(centre):
        clock = datetime.combine(day + timedelta(days=1), time(), ZONE).astimezone(UTC)
        async with database.write() as session:
            for table, values in rows.tables():
                if values:
                    await session.execute(insert(table), values)
        await warning.round()
    async with database.read() as session:
        return list(await session.scalars(select(OutboxItem.payload).order_by(OutboxItem.id)))


def _by_day(centre: Centre) -> Iterator[tuple[date, Rows]]:
    days: dict[date, Rows] = defaultdict(Rows)
    for part in centre.rows():
        day_of = {
            row["id"]: row["created_at"].astimezone(ZONE).date() for row in part.conversations
        }
        day_of_message = {row["id"]: day_of[row["conversation_id"]] for row in part.messages}
        for row in part.workers:
            days[row["created_at"].astimezone(ZONE).date()].workers.append(row)
        for row in part.conversations:
            days[day_of[row["id"]]].conversations.append(row)
        for name in ("messages", "handoffs", "ratings"):
            for row in getattr(part, name):
                getattr(days[day_of[row["conversation_id"]]], name).append(row)
        for row in part.feedback:
            days[day_of_message[row["message_id"]]].feedback.append(row)
    yield from sorted(days.items(), key=lambda item: item[0])


async def describe(database: Database, desk: AlertDesk, alert: AlertSummary) -> dict[str, Any]:
    """An alert with the ways in which its workers wrote the name."""
    detail = await desk.read(alert.id)
    conversations = [case.conversation_id for case in detail.conversations]
    async with database.read() as session:
        told = await session.scalars(
            select(Handoff.case_facts["employer"].as_string())
            .where(Handoff.conversation_id.in_(conversations))
            .order_by(Handoff.id)
        )
    return {
        "employer": alert.employer,
        "kind": alert.kind,
        "state": alert.state,
        "people": alert.people,
        "cases": alert.cases,
        "first_case": _local(alert.first_case_at),
        "raised": _local(alert.created_at),
        "last_case": _local(alert.last_case_at),
        "written": list(told),
    }


def names() -> dict[str, int | float]:
    """How well the names of two hundred employers are told apart, and recognised."""
    chance = random.Random(3)  # noqa: S311 - made-up data
    told = {}
    for name in employers.employers():
        for written in employers.variants(name, chance):
            told[written] = name
        wrong = employers.with_wrong_character(name)
        if wrong is not None and len(name) >= 4:
            told[wrong] = name
    read = {written: read_employer(written) for written in told}
    leader = same_employers(each for each in read.values() if each is not None)
    meant: dict[str, list[str]] = defaultdict(list)
    for written, name in told.items():
        employer = read[written]
        if employer is not None:
            meant[leader[employer.key]].append(name)
    recognised = sum(max(group.count(name) for name in set(group)) for group in meant.values())
    return {
        "employers": len(set(told.values())),
        "spellings": len(told),
        "recognised_share": round(recognised / len(told), 4),
        "groups_with_two_employers": sum(len(set(group)) > 1 for group in meant.values()),
    }


async def run(path: Path) -> None:
    """Make the data and write the three files."""
    database = Database(f"sqlite+aiosqlite:///{path}")
    try:
        await schema.upgrade(database)
        centre = Centre(9_000, last=LAST, days=90, troubled=TROUBLED)
        told = await live_through(database, centre)
        desk = AlertDesk(database)
        alerts = [await describe(database, desk, alert) for alert in await desk.list()]
        evidence = {
            "window_days": WINDOW.days,
            "least_people": LEAST_PEOPLE,
            "troubled_employers": TROUBLED,
            "names": names(),
            "alerts": alerts,
            "told_outside": told,
        }
        _write("early_warning.json", json.dumps(evidence, ensure_ascii=False, indent=1).encode())
        at = datetime.combine(LAST, time(9), ZONE)
        report = await Monthly(database, HOURS, lambda: at).report(Month.of(LAST).before)
        _write("monthly_report.xlsx", workbook(report, ZONE))
        _write("monthly_report.pdf", pdf(report, ZONE))
    finally:
        await database.close()


def _write(name: str, content: bytes) -> None:
    (TARGET / name).write_bytes(content)
    print(TARGET / name)


def _local(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"


def main() -> int:
    """Write the evidence."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder) / "evidence.db"))
    return 0


if __name__ == "__main__":
    sys.exit(main())

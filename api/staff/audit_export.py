"""The audit as a CSV file that Excel opens: UTF-8 with a byte order mark, formulas disarmed."""

import csv
import io
import json
import re
from collections.abc import AsyncIterator, Iterable
from zoneinfo import ZoneInfo

from api import audit
from api.staff import audit_search
from api.staff.audit_search import AuditFilter, AuditLine
from api.staff.audit_texts import audit_texts
from api.storage.database import Database
from api.storage.models import ActorKind, Staff

_BOM = "\ufeff"
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠|]|[\t\r\n]")
"""What a spreadsheet may take for a formula, or what may end a cell
(OWASP, CSV Injection: https://owasp.org/www-community/attacks/CSV_Injection)."""


async def export(
    database: Database, by: Staff, looked_for: AuditFilter, zone: ZoneInfo
) -> AsyncIterator[bytes]:
    """The file, piece by piece. That it was taken stands in the audit before the first one."""
    async with database.write() as session:
        audit.record(
            session,
            "audit.export",
            by=ActorKind.STAFF,
            actor_id=by.id,
            subject_kind="audit",
            looked_for=_described(looked_for),
        )
    return _pieces(database, looked_for, zone)


async def _pieces(
    database: Database, looked_for: AuditFilter, zone: ZoneInfo
) -> AsyncIterator[bytes]:
    columns = audit_texts().columns.model_dump().values()
    yield (_BOM + _csv([columns])).encode()
    async for lines in audit_search.everything(database, looked_for):
        yield _csv(_cells(line, zone) for line in lines).encode()


def _cells(line: AuditLine, zone: ZoneInfo) -> list[str]:
    entry, texts = line.entry, audit_texts()
    return [
        f"{entry.created_at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        line.actor.name if line.actor else entry.actor_id or "",
        texts.actors[entry.actor_kind],
        texts.action(entry.action),
        entry.action,
        texts.subject(entry.subject_kind),
        line.subject.name if line.subject else "",
        entry.subject_id or "",
        json.dumps(entry.details, ensure_ascii=False) if entry.details else "",
    ]


def _csv(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_disarmed(cell) for cell in row] for row in rows)
    return text.getvalue()


def _disarmed(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _described(looked_for: AuditFilter) -> dict[str, str]:
    """What was exported, for the audit."""
    names = AuditFilter.__dataclass_fields__
    return {name: str(value) for name in names if (value := getattr(looked_for, name)) is not None}

"""Commands for operators: make the monthly report without a login."""

import asyncio
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from api.promises.working_hours import WorkingHours
from api.reports.exports import FileKind
from api.reports.monthly import Monthly
from api.reports.monthly_reports import render
from api.reports.periods import Month
from api.storage.database import Database
from api.storage.models import now

_KINDS = {f".{kind}": kind for kind in (FileKind.XLSX, FileKind.PDF)}


async def wage_arrears_command(
    database: Database,
    hours: WorkingHours,
    month: str,
    out: Path,
    clock: Callable[[], datetime] = now,
) -> int:
    """Write the report of a month; the exit status is 2 for a month or a file that is none, 1 if
    it cannot be written."""
    kind = _KINDS.get(out.suffix.lower())
    if kind is None:
        print(f"{out}: the report is an .xlsx or a .pdf", file=sys.stderr)
        return 2
    try:
        chosen = Month.parse(month)
    except ValueError:
        print(f"{month}: a month is written as 2026-11", file=sys.stderr)
        return 2
    monthly = Monthly(database, hours, clock)
    report = await monthly.report(chosen)
    try:
        await asyncio.to_thread(out.write_bytes, await render(report, monthly, kind))
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{out}: {len(report.cases)} cases")
    return 0

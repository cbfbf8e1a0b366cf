"""``python -m benchmarks.reports``: how long each figure takes with 500,000 conversations.

Two years of a made-up service centre in SQLite (``tests/api/reports/generated.py``), counted over
a month, a year and both years; then the monthly report, a round of the early warning and the
export of everything. Beside each time stands how long the event loop was held up meanwhile.
With ``--database FILE`` the data are kept there, and taken from there the next time.
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from api.outbox.escalation import Escalations
from api.reports.alarm import AlertRound
from api.reports.export_files import write_csv, write_xlsx
from api.reports.export_rows import ExportRows, headings
from api.reports.figures import Reports
from api.reports.monthly import Monthly
from api.reports.monthly_files import workbook
from api.reports.monthly_pdf import pdf
from api.reports.periods import DayRange, Month
from api.storage import schema
from api.storage.database import Database
from scripts.prepare import data_directory
from tests.api.reports.generated import HOURS, ZONE, Centre, fill

CONVERSATIONS = 500_000
DAYS = 730
LAST = date(2026, 11, 25)
AT = datetime(2026, 11, 26, tzinfo=UTC)
RANGES = (30, 365, DAYS)
_TICK_S = 0.005
_XLSX_DAYS = 200


class Stopwatch:
    """Times work, and how late a task that only wants to wake up gets its turn."""

    def __init__(self) -> None:
        self.results: dict[str, dict[str, float]] = {}

    async def time(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Do it once and note it."""
        async with self._watched() as lags:
            begin = perf_counter()
            await work()
            took = perf_counter() - begin
        result = {"seconds": round(took, 3), "loop_held_ms": round(max(lags) * 1000, 1)}
        self.results[name] = result
        print(f"{name:36} {result['seconds']:8.3f} s   loop {result['loop_held_ms']:6.1f} ms")

    @contextlib.asynccontextmanager
    async def _watched(self) -> AsyncIterator[list[float]]:
        lags = [0.0]

        async def tick() -> None:
            while True:
                begin = perf_counter()
                await asyncio.sleep(_TICK_S)
                lags.append(perf_counter() - begin - _TICK_S)

        ticking = asyncio.create_task(tick())
        yield lags
        ticking.cancel()


def _ending(days: int) -> DayRange:
    return DayRange.of(LAST - timedelta(days=days - 1), LAST, ZONE)


async def measure(database: Database, scratch: Path) -> dict[str, dict[str, float]]:
    """Time everything, figures from a cold cache of results."""
    watch = Stopwatch()
    figures = Reports(database, HOURS, scratch, lambda: AT)
    for number in RANGES:
        days = _ending(number)
        for name in ("volumes", "answers", "opinions", "desk", "streets", "agents"):
            await watch.time(f"{name}, {number} days", partial(getattr(figures, name), days))
    monthly = Monthly(database, HOURS, lambda: AT)
    report = await monthly.report(Month(2026, 10))
    await watch.time("monthly report", lambda: monthly.report(Month(2026, 10)))
    await watch.time("monthly report, XLSX", lambda: asyncio.to_thread(workbook, report, ZONE))
    await watch.time("monthly report, PDF", lambda: asyncio.to_thread(pdf, report, ZONE))
    warning = AlertRound(
        database, Escalations([]), window=timedelta(days=7), least_people=3, clock=lambda: AT
    )
    await watch.time("early warning, first round", warning.round)
    await watch.time("early warning, next round", warning.round)
    everything = ExportRows(database, HOURS, scratch, _ending(DAYS), lambda: AT)
    csv = scratch / "all.csv"
    await watch.time(
        f"export, CSV, {await everything.count()} rows",
        lambda: write_csv(csv, headings(), everything.pages()),
    )
    some = ExportRows(database, HOURS, scratch, _ending(_XLSX_DAYS), lambda: AT)
    xlsx = scratch / "some.xlsx"
    await watch.time(
        f"export, XLSX, {await some.count()} rows",
        lambda: write_xlsx(xlsx, "sheet", headings(), some.pages()),
    )
    return watch.results


async def run(path: Path, scratch: Path, *, is_new: bool) -> dict[str, Any]:
    """Make the data if they are not there, and measure."""
    database = Database(f"sqlite+aiosqlite:///{path}")
    try:
        if is_new:
            await schema.upgrade(database)
            await fill(database, Centre(CONVERSATIONS, last=LAST, days=DAYS))
        return {
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": f"{platform.machine()}, {os.cpu_count()} cores",
            "conversations": CONVERSATIONS,
            "results": await measure(database, scratch),
        }
    finally:
        await database.close()


def main() -> int:
    """Measure and write the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports")
    parser.add_argument("--database", type=Path, help="keep the data here")
    parsed = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        path = parsed.database or Path(scratch) / "reports.db"
        result = asyncio.run(run(path, Path(scratch), is_new=not path.exists()))
        result["database_mb"] = path.stat().st_size // 10**6
    target = data_directory() / "bench" / "reports.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The export of conversations, with who took it in the audit."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from api import audit
from api.promises.working_hours import WorkingHours
from api.reports import refusals
from api.reports.export_files import XLSX_ROWS_AT_MOST, csv_chunks, write_csv, write_xlsx
from api.reports.export_rows import ExportRows, headings
from api.reports.periods import DayRange
from api.reports.texts import report_texts
from api.storage.database import Database
from api.storage.models import ActorKind, Staff, now


class FileKind(StrEnum):
    """Kinds of files; the value is the suffix."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        """For the header Content-Type."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.PDF: "application/pdf",
}


class Exports:
    """Conversations as files."""

    def __init__(
        self,
        database: Database,
        hours: WorkingHours,
        articles: Path,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._hours = hours
        self._articles = articles
        self._clock = clock

    async def stream(self, staff: Staff, days: DayRange) -> AsyncIterator[bytes]:
        """The CSV in pieces; the audit has it before the first of them."""
        await self._record(staff, days, FileKind.CSV)
        return csv_chunks(headings(), self._rows(days).pages())

    async def write(self, staff: Staff, days: DayRange, kind: FileKind, path: Path) -> None:
        """A file. Raises ``ApiError``: invalid_request, if an XLSX would get too long; and
        ``OSError``."""
        rows = self._rows(days)
        if kind is FileKind.XLSX and await rows.count() > XLSX_ROWS_AT_MOST:
            raise refusals.invalid("first_day", "last_day")
        await self._record(staff, days, kind)
        if kind is FileKind.XLSX:
            await write_xlsx(path, report_texts().export.sheet, headings(), rows.pages())
        else:
            await write_csv(path, headings(), rows.pages())

    def _rows(self, days: DayRange) -> ExportRows:
        return ExportRows(self._database, self._hours, self._articles, days, self._clock)

    async def _record(self, staff: Staff, days: DayRange, kind: FileKind) -> None:
        async with self._database.write() as session:
            audit.record(
                session,
                "report.export",
                by=ActorKind.STAFF,
                actor_id=staff.id,
                subject_kind="report",
                first_day=days.first.isoformat(),
                last_day=days.last.isoformat(),
                format=kind,
            )


def name_of(days: DayRange, kind: FileKind) -> str:
    """What the file is called."""
    stem = report_texts().export.file.format(first=days.first, last=days.last)
    return f"{stem}.{kind}"

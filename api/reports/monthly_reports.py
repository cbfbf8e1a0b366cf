"""The monthly report for staff: to look at and as files, with who took one in the audit."""

import asyncio

from api import audit
from api.reports.exports import FileKind
from api.reports.monthly import Monthly
from api.reports.monthly_files import workbook
from api.reports.monthly_models import MonthlyReport
from api.reports.monthly_pdf import pdf
from api.reports.periods import Month
from api.storage.database import Database
from api.storage.models import ActorKind, Staff


class MonthlyReports:
    """Who may see them is for the caller to check."""

    def __init__(self, database: Database, monthly: Monthly) -> None:
        self._database = database
        self._monthly = monthly

    @property
    def current(self) -> Month:
        """The month that it is now."""
        return self._monthly.current

    async def read(self, month: Month) -> MonthlyReport:
        """The report as things stand now."""
        return await self._monthly.report(month)

    async def file(self, staff: Staff, month: Month, kind: FileKind) -> bytes:
        """The report as a workbook or a PDF."""
        report = await self._monthly.report(month)
        async with self._database.write() as session:
            audit.record(
                session,
                "report.wage_arrears",
                by=ActorKind.STAFF,
                actor_id=staff.id,
                subject_kind="report",
                month=str(month),
                format=kind,
                cases=len(report.cases),
            )
        return await render(report, self._monthly, kind)


async def render(report: MonthlyReport, monthly: Monthly, kind: FileKind) -> bytes:
    """The file, made off the event loop."""
    make = pdf if kind is FileKind.PDF else workbook
    return await asyncio.to_thread(make, report, monthly.hours.zone)

"""Early warnings and the monthly report over HTTP, for supervisors."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel

from api.documented import gives_out
from api.reports import refusals
from api.reports.alert_desk import AlertDetail, AlertSummary
from api.reports.exports import FileKind
from api.reports.monthly_files import name_of
from api.reports.monthly_models import MonthlyReport
from api.reports.periods import Month
from api.reports.routes import PREFIX, Services, Supervisor, download_headers
from api.staff import auth

AlertId = Annotated[str, Path(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$", description="a ULID")]
MonthText = Annotated[str, Path(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="2026-11")]

own = APIRouter(prefix=PREFIX, route_class=auth.StaffRoute, tags=["staff"])


class AlertsResponse(BaseModel):
    """Early warnings."""

    alerts: list[AlertSummary]


@own.get("/alerts")
async def alerts(
    staff: Supervisor,  # noqa: ARG001 - who may see it
    reports: Services,
    *,
    closed: Annotated[bool, Query(description="those that are settled instead")] = False,
) -> AlertsResponse:
    """Employers of whom several workers complain: first those that nobody has seen."""
    return AlertsResponse(alerts=await reports.alerts.list(closed=closed))


@own.get("/alerts/{alert_id}")
async def alert(
    staff: Supervisor,  # noqa: ARG001 - who may see it
    reports: Services,
    alert_id: AlertId,
) -> AlertDetail:
    """One of them with its cases."""
    return await reports.alerts.read(alert_id)


@own.post("/alerts/{alert_id}/seen", status_code=204)
async def mark_seen(staff: Supervisor, reports: Services, alert_id: AlertId) -> None:
    """Say that one has seen it."""
    await reports.alerts.mark_seen(staff, alert_id)


@own.post("/alerts/{alert_id}/close", status_code=204)
async def close(staff: Supervisor, reports: Services, alert_id: AlertId) -> None:
    """Settle it; the cases it counts raise none again."""
    await reports.alerts.close(staff, alert_id)


@own.get("/wage-arrears/{month}")
async def wage_arrears(
    staff: Supervisor,  # noqa: ARG001 - who may see it
    reports: Services,
    month: MonthText,
) -> MonthlyReport:
    """The monthly report on wage arrears."""
    return await reports.monthly.read(Month.parse(month))


@own.get(
    "/wage-arrears/{month}/file",
    response_class=Response,
    responses=gives_out(FileKind.XLSX.media_type, FileKind.PDF.media_type),
)
async def wage_arrears_file(
    staff: Supervisor,
    reports: Services,
    month: MonthText,
    kind: Annotated[FileKind, Query(alias="format", description="xlsx or pdf")],
) -> Response:
    """The same as a workbook or a PDF."""
    if kind is FileKind.CSV:
        raise refusals.invalid("format")
    chosen = Month.parse(month)
    content = await reports.monthly.file(staff, chosen, kind)
    return Response(content, headers=download_headers(name_of(chosen, kind), kind))

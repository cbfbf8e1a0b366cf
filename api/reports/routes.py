"""Figures and the export of conversations over HTTP."""

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response, StreamingResponse
from pydantic import BaseModel
from starlette.background import BackgroundTask

from api.documented import gives_out
from api.reports.answers import Answers
from api.reports.desk import BUCKETS_MIN, Desk
from api.reports.exports import FileKind, name_of
from api.reports.figures import NamedWork
from api.reports.opinions import Opinions
from api.reports.periods import DayRange
from api.reports.service import ReportServices
from api.reports.streets import StreetVolume
from api.reports.volumes import Volumes
from api.settings import Settings
from api.staff import auth
from api.staff.permissions import Permission
from api.storage.models import Staff

PREFIX = "/api/v1/staff/reports"
_DEFAULT_DAYS = 30
_FIRST, _LAST = date(2020, 1, 1), date(2099, 12, 31)
"""Days on which the service can be used: the calendar's own first and last have no neighbour."""
Reader = Annotated[Staff, auth.requires(Permission.SEE_REPORTS)]
Supervisor = Annotated[Staff, auth.requires(Permission.SEE_ALL)]

own = APIRouter(prefix=PREFIX, route_class=auth.StaffRoute, tags=["staff"])


async def services(request: Request) -> ReportServices:
    """The application's reports."""
    found: ReportServices = request.app.state.reports
    return found


Services = Annotated[ReportServices, Depends(services)]


async def _days(
    request: Request,
    reports: Services,
    first_day: Annotated[
        date | None, Query(ge=_FIRST, le=_LAST, description="default: 30 days back")
    ] = None,
    last_day: Annotated[
        date | None, Query(ge=_FIRST, le=_LAST, description="included; default: today")
    ] = None,
) -> DayRange:
    settings: Settings = request.app.state.settings
    last = last_day or reports.figures.today.date()
    first = first_day or last - timedelta(days=_DEFAULT_DAYS - 1)
    return DayRange.of(first, last, settings.timezone)


Days = Annotated[DayRange, Depends(_days)]


class FiguresResponse(BaseModel):
    """All figures of the conversations that began in a range of local days. ``buckets_min``: the
    upper edges of the histograms of waits, in minutes."""

    first_day: date
    last_day: date
    buckets_min: tuple[int, ...] = BUCKETS_MIN
    volumes: Volumes
    answers: Answers
    opinions: Opinions
    desk: Desk
    streets: list[StreetVolume]


class AgentsResponse(BaseModel):
    """What each member of staff did."""

    first_day: date
    last_day: date
    agents: list[NamedWork]


@own.get("/figures")
async def figures(
    staff: Reader,  # noqa: ARG001 - who may see it
    reports: Services,
    days: Days,
) -> FiguresResponse:
    """Volumes, topics, containment, waits, promises, opinions, streets; at most a minute old."""
    return FiguresResponse(
        first_day=days.first,
        last_day=days.last,
        volumes=await reports.figures.volumes(days),
        answers=await reports.figures.answers(days),
        opinions=await reports.figures.opinions(days),
        desk=await reports.figures.desk(days),
        streets=await reports.figures.streets(days),
    )


@own.get("/agents")
async def agents(
    staff: Supervisor,  # noqa: ARG001 - who may see it
    reports: Services,
    days: Days,
) -> AgentsResponse:
    """Cases by member of staff."""
    return AgentsResponse(
        first_day=days.first, last_day=days.last, agents=await reports.figures.agents(days)
    )


@own.get(
    "/conversations.csv",
    response_class=StreamingResponse,
    responses=gives_out(FileKind.CSV.media_type),
)
async def conversations_csv(staff: Reader, reports: Services, days: Days) -> Response:
    """One row for each conversation, without personal data; streamed."""
    chunks = await reports.exports.stream(staff, days)
    return StreamingResponse(
        chunks, headers=download_headers(name_of(days, FileKind.CSV), FileKind.CSV)
    )


@own.get(
    "/conversations.xlsx",
    response_class=FileResponse,
    responses=gives_out(FileKind.XLSX.media_type),
)
async def conversations_xlsx(staff: Reader, reports: Services, days: Days) -> Response:
    """The same as a workbook; refused where it would have more than 200,000 rows."""
    folder = tempfile.TemporaryDirectory(prefix="report-")
    try:
        path = Path(folder.name) / "conversations.xlsx"
        await reports.exports.write(staff, days, FileKind.XLSX, path)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        path,
        headers=download_headers(name_of(days, FileKind.XLSX), FileKind.XLSX),
        background=BackgroundTask(folder.cleanup),
    )


def download_headers(name: str, kind: FileKind) -> dict[str, str]:
    """Headers of a file to keep: its name (RFC 6266), and that nobody in between stores it."""
    plain, written = f'filename="report.{kind}"', f"filename*=UTF-8''{quote(name)}"
    return {
        "Content-Type": kind.media_type,
        "Content-Disposition": f"attachment; {plain}; {written}",
        "Cache-Control": "no-store",
    }

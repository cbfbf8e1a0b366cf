"""The audit over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel
from starlette.responses import StreamingResponse

from api.documented import gives_out
from api.staff import audit_search, auth
from api.staff.audit_export import export
from api.staff.audit_search import AuditFilter, AuditLine
from api.staff.audit_texts import audit_texts
from api.staff.permissions import Permission
from api.staff.routes import GatewayDatabase, GatewaySettings
from api.storage.models import ActorKind, Staff, now

own = APIRouter(prefix="/api/v1/staff/audit", route_class=auth.StaffRoute, tags=["staff"])
Reader = Annotated[Staff, auth.requires(Permission.SEE_AUDIT)]
_Text = Annotated[str | None, Query(min_length=1, max_length=64)]


class AuditView(BaseModel):
    """One entry. ``actor`` and ``subject``: names, where they are accounts of staff."""

    id: str
    at: datetime
    actor_kind: ActorKind
    actor_id: str | None
    actor: str | None
    action: str
    words: str
    subject_kind: str
    subject_id: str | None
    subject: str | None
    details: dict[str, Any]

    @classmethod
    def of(cls, line: AuditLine, zone: ZoneInfo) -> Self:
        """The view of an entry, its time in the given zone."""
        entry = line.entry
        return cls(
            id=entry.id,
            at=entry.created_at.astimezone(zone),
            actor_kind=entry.actor_kind,
            actor_id=entry.actor_id,
            actor=line.actor.name if line.actor else None,
            action=entry.action,
            words=audit_texts().action(entry.action),
            subject_kind=entry.subject_kind,
            subject_id=entry.subject_id,
            subject=line.subject.name if line.subject else None,
            details=entry.details,
        )


class AuditResponse(BaseModel):
    """Entries, the latest first. ``after``: what the next page is asked for with; null: there is
    none."""

    entries: list[AuditView]
    after: str | None


async def _filter(
    actor: _Text = None,
    actor_kind: ActorKind | None = None,
    action: _Text = None,
    subject: _Text = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> AuditFilter:
    return AuditFilter(actor, actor_kind, action, subject, since, until)


LookedFor = Annotated[AuditFilter, Depends(_filter)]


@own.get("")
async def search(
    looked_for: LookedFor,
    staff: Reader,  # noqa: ARG001 - who may see it
    database: GatewayDatabase,
    settings: GatewaySettings,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")] = None,
) -> AuditResponse:
    """Search by who did it, what, to what and when."""
    async with database.read() as session:
        page = await audit_search.search(session, looked_for, limit=limit, after=after)
    entries = [AuditView.of(line, settings.timezone) for line in page.lines]
    return AuditResponse(entries=entries, after=page.after)


@own.get("/export", response_class=StreamingResponse, responses=gives_out("text/csv"))
async def export_csv(
    looked_for: LookedFor, staff: Reader, database: GatewayDatabase, settings: GatewaySettings
) -> StreamingResponse:
    """Everything that the search finds, as CSV; the audit keeps that it was taken."""
    pieces = await export(database, staff, looked_for, settings.timezone)
    name = f"audit-{now().astimezone(settings.timezone):%Y%m%d-%H%M}.csv"
    return StreamingResponse(
        pieces,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

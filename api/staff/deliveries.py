"""Deliveries that were given up: staff see them and can have them tried again."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel

from api import audit
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.outbox import queue
from api.settings import Settings
from api.staff import auth
from api.staff.permissions import Permission
from api.storage.database import Database
from api.storage.models import ActorKind, OutboxState, Staff, now

DeliveryId = Annotated[str, Path(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$", description="a ULID")]
Operator = Annotated[Staff, auth.requires(Permission.RESEND_OUTBOX)]

own = APIRouter(
    prefix="/api/v1/staff/deliveries",
    route_class=auth.StaffRoute,
    tags=["staff"],
)


class DeadDelivery(BaseModel):
    """One delivery that was given up. ``last_error`` is technical; what was to be said is not
    shown here."""

    id: str
    adapter: str
    attempts: int
    last_error: str | None
    created_at: datetime


class DeliveriesResponse(BaseModel):
    """How many deliveries are in each state, and those that were given up."""

    counts: dict[OutboxState, int]
    dead: list[DeadDelivery]


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


GatewayDatabase = Annotated[Database, Depends(_database)]


@own.get("")
async def list_deliveries(
    staff: Operator,  # noqa: ARG001 - who may see it
    database: GatewayDatabase,
    request: Request,
) -> DeliveriesResponse:
    """Deliveries by state, and those that were given up."""
    settings: Settings = request.app.state.settings
    async with database.read() as session:
        dead = await queue.dead(session)
        counts = await queue.counts(session)
    return DeliveriesResponse(
        counts=dict(counts),
        dead=[
            DeadDelivery(
                id=item.id,
                adapter=item.adapter,
                attempts=item.attempts,
                last_error=item.last_error,
                created_at=item.created_at.astimezone(settings.timezone),
            )
            for item in dead
        ],
    )


@own.post("/{delivery_id}/resend", status_code=204)
async def resend(delivery_id: DeliveryId, staff: Operator, database: GatewayDatabase) -> None:
    """Try a delivery that was given up again."""
    async with database.write() as session:
        if not await queue.resend(session, delivery_id, now()):
            raise ApiError(ErrorCode.DELIVERY_NOT_FOUND)
        audit.record(
            session,
            "outbox.resend",
            by=ActorKind.STAFF,
            actor_id=staff.id,
            subject_kind="delivery",
            subject_id=delivery_id,
        )

"""Whether the process lives, and whether it can serve."""

import asyncio
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from api.conversations.dialogue import DialogueServers, is_up
from api.settings import Settings
from api.storage import schema
from api.storage.database import Database

_PROBE_S = 2.0
router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """Which parts can serve."""

    status: Literal["ready", "not_ready"]
    database: Literal["ready", "not_migrated", "unavailable"]
    rasa: dict[str, bool]
    actions: bool


@router.get("/healthz")
async def healthz() -> Health:
    """The process lives."""
    return Health()


@router.get("/readyz", responses={503: {"model": Readiness}})
async def readyz(request: Request, response: Response) -> Readiness:
    """The gateway can serve: database, dialogue servers and action server are up."""
    state = request.app.state
    settings: Settings = state.settings
    dialogue: DialogueServers = state.dialogue
    database, rasa, actions = await asyncio.gather(
        _database_state(state.database),
        dialogue.health(),
        is_up(state.client, settings.actions_url + "/health", _PROBE_S),
    )
    ready = database == "ready" and all(rasa.values()) and actions
    response.status_code = 200 if ready else 503
    return Readiness(
        status="ready" if ready else "not_ready", database=database, rasa=rasa, actions=actions
    )


async def _database_state(database: Database) -> Literal["ready", "not_migrated", "unavailable"]:
    try:
        async with asyncio.timeout(_PROBE_S), database.write() as session:
            # Beginning a writing transaction fails where the file cannot be written.
            return "ready" if await schema.is_current(session) else "not_migrated"
    except (SQLAlchemyError, OSError, TimeoutError):
        return "unavailable"

"""What the routes of the inbox share."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from api.handoff.desk import Desk
from api.inbox.knowledge import Search
from api.live.events import Publisher
from api.members.vault import Vault
from api.settings import Settings
from api.staff import auth
from api.storage.database import Database

_ULID = r"^[0-9A-HJKMNP-TV-Z]{26}$"
ULID_PATTERN = _ULID
ConversationId = Annotated[str, Path(pattern=_ULID, description="a ULID")]
LabelId = Annotated[str, Path(pattern=_ULID, description="a ULID")]
ReplyId = Annotated[str, Path(pattern=_ULID, description="a ULID")]
StaffId = Annotated[str, Path(pattern=_ULID, description="a ULID")]


def router(prefix: str = "") -> APIRouter:
    """A router below ``/api/v1/staff``, for those who are logged in."""
    return APIRouter(
        prefix=f"/api/v1/staff{prefix}",
        route_class=auth.StaffRoute,
        tags=["staff"],
    )


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _publisher(request: Request) -> Publisher:
    publisher: Publisher = request.app.state.publisher
    return publisher


async def _vault(request: Request) -> Vault:
    vault: Vault = request.app.state.vault
    return vault


async def _search(request: Request) -> Search:
    search: Search = request.app.state.knowledge_search
    return search


GatewayDatabase = Annotated[Database, Depends(_database)]
TheDesk = Annotated[Desk, Depends(_desk)]
GatewaySettings = Annotated[Settings, Depends(_settings)]
ThePublisher = Annotated[Publisher, Depends(_publisher)]
TheVault = Annotated[Vault, Depends(_vault)]
KnowledgeSearch = Annotated[Search, Depends(_search)]

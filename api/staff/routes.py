"""The desk over HTTP: login, the queue, one case, and what can be done with it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.handoff.desk import Desk
from api.outbox import deliveries
from api.settings import Settings
from api.staff import accounts, auth, cases, channel_state
from api.staff.messages import (
    CaseResponse,
    LoginRequest,
    LoginResponse,
    MeResponse,
    NoteRequest,
    NoteView,
    QueueItem,
    QueueResponse,
    ReplyRequest,
    ReplyResponse,
    ResolveRequest,
    TransferRequest,
)
from api.staff.permissions import PERMISSIONS, Permission, may
from api.staff.sessions import Sessions
from api.storage.database import Database
from api.storage.models import Staff, Status, now


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


StaffSessions = Annotated[Sessions, Depends(auth.sessions)]
GatewayDatabase = Annotated[Database, Depends(_database)]
TheDesk = Annotated[Desk, Depends(_desk)]
GatewaySettings = Annotated[Settings, Depends(_settings)]
ConversationId = Annotated[str, Path(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$", description="a ULID")]

_PREFIX = "/api/v1/staff"
public = APIRouter(prefix=_PREFIX, tags=["staff"])
own = APIRouter(prefix=_PREFIX, route_class=auth.StaffRoute, tags=["staff"])


@public.post("/login")
async def login(body: LoginRequest, sessions: StaffSessions) -> LoginResponse:
    """Log in; the only call that needs no token."""
    let_in = await sessions.login(body.username, body.password, body.code)
    return LoginResponse(token=let_in.token, role=let_in.staff.role, name=let_in.staff.name)


@own.post("/logout", status_code=204)
@auth.before_enrolment
async def logout(
    token: Annotated[str, Depends(auth.bearer_token)], sessions: StaffSessions
) -> None:
    """End this login."""
    await sessions.logout(token)


@own.get("/me")
@auth.before_enrolment
async def me(staff: auth.CurrentStaff) -> MeResponse:
    """Who is logged in."""
    return MeResponse(
        username=staff.username,
        name=staff.name,
        role=staff.role,
        permissions=sorted(PERMISSIONS[staff.role]),
    )


@own.get("/conversations")
async def list_cases(
    staff: Annotated[Staff, auth.requires(Permission.SEE_QUEUE)],
    database: GatewayDatabase,
    settings: GatewaySettings,
    status: Status | None = None,
    mine: bool = False,
    priority: Annotated[int | None, Query(ge=1, le=4)] = None,
) -> QueueResponse:
    """Open cases, the most urgent first."""
    async with database.read() as session:
        entries = await cases.list_open(session, staff, status=status, mine=mine, priority=priority)
    return QueueResponse(cases=[QueueItem.of(entry, settings.timezone) for entry in entries])


@own.get("/conversations/{conversation_id}")
async def read_case(
    conversation_id: ConversationId,
    staff: Annotated[Staff, auth.requires(Permission.SEE_QUEUE)],
    database: GatewayDatabase,
    settings: GatewaySettings,
) -> CaseResponse:
    """One case with everything that is known."""
    async with database.read() as session:
        case = await cases.read(session, staff, conversation_id)
        wechat = await channel_state.wechat_state(
            session, case, settings.wechat_account, settings.timezone, now()
        )
    return CaseResponse.of(case, settings.timezone, wechat)


@own.post("/conversations/{conversation_id}/claim", status_code=204)
async def claim(
    conversation_id: ConversationId,
    staff: Annotated[Staff, auth.requires(Permission.CLAIM)],
    desk: TheDesk,
) -> None:
    """Take a case; 409 with the name of the one who has it."""
    await desk.claim(conversation_id, staff)


@own.post("/conversations/{conversation_id}/release", status_code=204)
async def release(
    conversation_id: ConversationId,
    staff: Annotated[Staff, auth.requires(Permission.RELEASE)],
    desk: TheDesk,
) -> None:
    """Give the conversation back to the bot."""
    await desk.release(conversation_id, staff)


@own.post("/conversations/{conversation_id}/return", status_code=204)
async def put_back(
    conversation_id: ConversationId,
    staff: Annotated[Staff, auth.requires(Permission.RELEASE)],
    desk: TheDesk,
) -> None:
    """Put one's own case back into the queue."""
    await desk.put_back(conversation_id, staff)


@own.post("/conversations/{conversation_id}/transfer", status_code=204)
async def transfer(
    conversation_id: ConversationId,
    body: TransferRequest,
    staff: Annotated[Staff, auth.requires(Permission.TRANSFER)],
    database: GatewayDatabase,
    desk: TheDesk,
) -> None:
    """Pass one's own case on to a colleague who can answer it."""
    async with database.read() as session:
        colleague = await accounts.find(session, body.to_username)
    if (
        colleague is None
        or colleague.id == staff.id
        or colleague.disabled_at is not None
        or not may(colleague.role, Permission.REPLY)
    ):
        raise ApiError(ErrorCode.INVALID_REQUEST, fields="to_username")
    await desk.transfer(conversation_id, staff, colleague)


@own.post("/conversations/{conversation_id}/resolve", status_code=204)
async def resolve(
    conversation_id: ConversationId,
    body: ResolveRequest,
    staff: Annotated[Staff, auth.requires(Permission.RESOLVE)],
    desk: TheDesk,
) -> None:
    """Finish one's own case."""
    await desk.resolve(conversation_id, staff, body.outcome, body.kind)


@own.post("/conversations/{conversation_id}/messages")
async def reply(
    conversation_id: ConversationId,
    body: ReplyRequest,
    staff: Annotated[Staff, auth.requires(Permission.REPLY)],
    database: GatewayDatabase,
    desk: TheDesk,
    settings: GatewaySettings,
) -> ReplyResponse:
    """Write to the worker of one's own case; a repeated id returns the first message.

    It is stored even while the worker's channel takes nothing, and sent when it does.
    """
    message = await desk.reply(conversation_id, staff, body.text, body.client_message_id)
    async with database.read() as session:
        progress = await deliveries.states_of(session, conversation_id)
    return ReplyResponse.of_reply(message, progress.get(message.id), settings.timezone)


@own.post("/conversations/{conversation_id}/notes", status_code=201)
async def add_note(
    conversation_id: ConversationId,
    body: NoteRequest,
    staff: Annotated[Staff, auth.requires(Permission.NOTE)],
    database: GatewayDatabase,
    desk: TheDesk,
    settings: GatewaySettings,
) -> NoteView:
    """Keep a private note on a case that one can see."""
    async with database.read() as session:
        await cases.require_visible(session, staff, conversation_id)
    note = await desk.note(conversation_id, staff, body.text)
    return NoteView.of(note, staff.name, settings.timezone)

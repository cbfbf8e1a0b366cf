"""Canned replies over HTTP."""

from typing import Annotated

from fastapi import Query

from api.conversations import access
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.inbox import canned_replies
from api.inbox.messages import CannedReplyView
from api.inbox.requests import CannedReplyChange, CannedReplyRequest
from api.inbox.routes.dependencies import ConversationId, GatewayDatabase, ReplyId, router
from api.staff import auth, cases
from api.staff.permissions import Permission
from api.storage.models import Staff

own = router()
Answering = Annotated[Staff, auth.requires(Permission.REPLY)]
Managing = Annotated[Staff, auth.requires(Permission.MANAGE_DESK)]


@own.get("/canned-replies")
async def list_replies(staff: Answering, database: GatewayDatabase) -> list[CannedReplyView]:  # noqa: ARG001
    """All that can be used, with their variables."""
    async with database.read() as session:
        return [CannedReplyView.of(reply) for reply in await canned_replies.usable(session)]


@own.get("/conversations/{conversation_id}/canned-replies")
async def list_filled(
    conversation_id: ConversationId, staff: Answering, database: GatewayDatabase
) -> list[CannedReplyView]:
    """All that can be used, filled from the case."""
    async with database.read() as session:
        await cases.require_visible(session, staff, conversation_id)
        conversation = await access.find_conversation(session, conversation_id)
        if conversation is None:
            raise ApiError(ErrorCode.CONVERSATION_NOT_FOUND)
        values = await canned_replies.values(session, conversation, staff)
        return [
            CannedReplyView.of(reply, canned_replies.filled(reply.text, values))
            for reply in await canned_replies.usable(session)
        ]


@own.post("/canned-replies", status_code=201)
async def create_reply(
    body: CannedReplyRequest, staff: Managing, database: GatewayDatabase
) -> CannedReplyView:
    """A new one."""
    return CannedReplyView.of(
        await canned_replies.create(
            database, staff, shortcut=body.shortcut, title=body.title, text=body.text
        )
    )


@own.put("/canned-replies/{reply_id}")
async def update_reply(
    reply_id: ReplyId, body: CannedReplyChange, staff: Managing, database: GatewayDatabase
) -> CannedReplyView:
    """Change one; 409 if somebody else has changed it since it was read."""
    return CannedReplyView.of(
        await canned_replies.update(
            database,
            staff,
            reply_id,
            version=body.version,
            shortcut=body.shortcut,
            title=body.title,
            text=body.text,
        )
    )


@own.delete("/canned-replies/{reply_id}", status_code=204)
async def retire_reply(
    reply_id: ReplyId,
    version: Annotated[int, Query(ge=1)],
    staff: Managing,
    database: GatewayDatabase,
) -> None:
    """Take one out of use; 409 if somebody else has changed it since it was read."""
    await canned_replies.retire(database, staff, reply_id, version=version)

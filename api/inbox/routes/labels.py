"""Labels over HTTP."""

from typing import Annotated

from api.inbox import labels
from api.inbox.messages import LabelView
from api.inbox.requests import LabelRequest
from api.inbox.routes.dependencies import ConversationId, GatewayDatabase, LabelId, router
from api.staff import auth
from api.staff.permissions import Permission
from api.storage.models import Staff

own = router()
Seeing = Annotated[Staff, auth.requires(Permission.SEE_QUEUE)]
Managing = Annotated[Staff, auth.requires(Permission.MANAGE_DESK)]
Noting = Annotated[Staff, auth.requires(Permission.NOTE)]


@own.get("/labels")
async def list_labels(staff: Seeing, database: GatewayDatabase) -> list[LabelView]:  # noqa: ARG001
    """Labels that can be put on conversations."""
    async with database.read() as session:
        return [LabelView.of(label) for label in await labels.usable(session)]


@own.post("/labels", status_code=201)
async def create_label(body: LabelRequest, staff: Managing, database: GatewayDatabase) -> LabelView:
    """A new label."""
    return LabelView.of(await labels.create(database, staff, body.name, body.colour))


@own.delete("/labels/{label_id}", status_code=204)
async def retire_label(label_id: LabelId, staff: Managing, database: GatewayDatabase) -> None:
    """Take a label out of use."""
    await labels.retire(database, staff, label_id)


@own.put("/conversations/{conversation_id}/labels/{label_id}", status_code=204)
async def put_label(
    conversation_id: ConversationId,
    label_id: LabelId,
    staff: Noting,
    database: GatewayDatabase,
) -> None:
    """Put a label on a conversation."""
    await labels.put(database, staff, conversation_id, label_id)


@own.delete("/conversations/{conversation_id}/labels/{label_id}", status_code=204)
async def remove_label(
    conversation_id: ConversationId,
    label_id: LabelId,
    staff: Noting,
    database: GatewayDatabase,
) -> None:
    """Take a label off a conversation."""
    await labels.remove(database, staff, conversation_id, label_id)

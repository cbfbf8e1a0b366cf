"""One case: the worker's card, drafts, suggestions, and what is shown to the worker."""

from typing import Annotated

from api.inbox import attention, cards, drafts, knowledge, snoozing
from api.inbox.knowledge import Suggestion
from api.inbox.messages import CardResponse, MemberView
from api.inbox.refusals import invalid
from api.inbox.requests import (
    DraftRequest,
    RoleTransferRequest,
    SeenRequest,
    SnoozeRequest,
    UnmaskRequest,
)
from api.inbox.routes.dependencies import (
    ConversationId,
    GatewayDatabase,
    GatewaySettings,
    KnowledgeSearch,
    TheDesk,
    ThePublisher,
    TheVault,
    router,
)
from api.staff import auth, cases
from api.staff.permissions import Permission, may
from api.storage.models import Staff, now

own = router("/conversations/{conversation_id}")
Answering = Annotated[Staff, auth.requires(Permission.REPLY)]


@own.get("/card")
async def read_card(
    conversation_id: ConversationId,
    staff: Annotated[Staff, auth.requires(Permission.SEE_QUEUE)],
    database: GatewayDatabase,
    settings: GatewaySettings,
    vault: TheVault,
) -> CardResponse:
    """Who writes: channel, past conversations, member status with its numbers masked."""
    async with database.read() as session:
        card = await cards.card(session, vault, staff, conversation_id)
    return CardResponse.of(card, settings.timezone)


@own.post("/card/unmask")
async def unmask(
    conversation_id: ConversationId,
    body: UnmaskRequest,
    staff: Annotated[Staff, auth.requires(Permission.UNMASK)],
    database: GatewayDatabase,
    vault: TheVault,
) -> MemberView:
    """The member's numbers in full; the audit keeps who asked, and why."""
    return MemberView.of(await cards.unmask(database, vault, staff, conversation_id, body.reason))


@own.get("/draft")
async def read_draft(
    conversation_id: ConversationId, staff: Answering, database: GatewayDatabase
) -> DraftRequest:
    """One's own draft."""
    async with database.read() as session:
        await cases.require_visible(session, staff, conversation_id)
        return DraftRequest(text=await drafts.load(session, staff.id, conversation_id))


@own.put("/draft", status_code=204)
async def save_draft(
    conversation_id: ConversationId,
    body: DraftRequest,
    staff: Answering,
    database: GatewayDatabase,
) -> None:
    """Keep one's own draft; an empty one is forgotten."""
    async with database.read() as session:
        await cases.require_visible(session, staff, conversation_id)
    await drafts.save(database, staff.id, conversation_id, body.text)


@own.get("/suggestion")
async def suggest(
    conversation_id: ConversationId,
    staff: Answering,
    database: GatewayDatabase,
    search: KnowledgeSearch,
) -> Suggestion:
    """A reply with its sources, from the best article for what the worker asks."""
    async with database.read() as session:
        await cases.require_visible(session, staff, conversation_id)
        questions = await knowledge.questions(session, conversation_id)
    return await knowledge.suggest(search, questions)


@own.post("/typing", status_code=204)
async def typing(
    conversation_id: ConversationId,
    staff: Answering,
    database: GatewayDatabase,
    publisher: ThePublisher,
) -> None:
    """Tell the worker that one writes; holds for some seconds."""
    await attention.typing(database, publisher, staff, conversation_id)


@own.post("/seen", status_code=204)
async def seen(
    conversation_id: ConversationId,
    body: SeenRequest,
    staff: Answering,
    database: GatewayDatabase,
    publisher: ThePublisher,
) -> None:
    """Note up to where one has read one's own case."""
    await attention.seen(database, publisher, staff, conversation_id, body.message_id)


@own.post("/snooze", status_code=204)
async def snooze(
    conversation_id: ConversationId,
    body: SnoozeRequest,
    staff: Answering,
    database: GatewayDatabase,
    publisher: ThePublisher,
) -> None:
    """Put one's own case aside, or take it up again."""
    await snoozing.snooze(database, publisher, staff, conversation_id, body.until, at=now())


@own.post("/transfer-to-role", status_code=204)
async def transfer_to_role(
    conversation_id: ConversationId,
    body: RoleTransferRequest,
    staff: Annotated[Staff, auth.requires(Permission.TRANSFER)],
    desk: TheDesk,
) -> None:
    """Put one's own case back into the queue for those of a role."""
    if not may(body.role, Permission.REPLY):
        raise invalid("role")
    await desk.put_back(conversation_id, staff, body.role)

"""The lists of the inbox, the people of the desk, and the knowledge search beside the composer."""

from typing import Annotated

from fastapi import Query

from api.inbox import colleagues, counting, listing
from api.inbox.knowledge import QUERY_MAX_CHARS, SearchAnswer
from api.inbox.messages import ColleagueView, CountsView, ListResponse, RowView
from api.inbox.requests import CapacityRequest
from api.inbox.routes.dependencies import (
    ULID_PATTERN,
    GatewayDatabase,
    GatewaySettings,
    KnowledgeSearch,
    StaffId,
    router,
)
from api.inbox.views import Filters, View
from api.staff import auth
from api.staff.permissions import Permission
from api.storage.models import Channel, Staff, now
from contract import HandoffReason

_WORDS_MAX_CHARS = 200
_Id = Annotated[str | None, Query(pattern=ULID_PATTERN)]
_Words = Annotated[str, Query(max_length=_WORDS_MAX_CHARS)]
own = router("/inbox")


@own.get("")
async def read_list(
    staff: Annotated[Staff, auth.requires(Permission.SEE_QUEUE)],
    database: GatewayDatabase,
    settings: GatewaySettings,
    view: View = View.WAITING,
    channel: Channel | None = None,
    label: _Id = None,
    priority: Annotated[int | None, Query(ge=1, le=4)] = None,
    reason: HandoffReason | None = None,
    assigned: _Id = None,
    about: _Words = "",
    q: _Words = "",
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    size: Annotated[int, Query(ge=1, le=100)] = listing.PAGE_SIZE,
) -> ListResponse:
    """A page of a list. ``q`` looks in everything that was said and noted, ``about`` in the facts
    of the case, such as the employer."""
    filters = Filters(channel, label, priority, reason, assigned, about, q)
    async with database.read() as session:
        page = await listing.page(session, staff, view, filters, at=now(), cursor=cursor, size=size)
        counts = await counting.counts(session, staff)
    return ListResponse(
        rows=[RowView.of(row, settings.timezone) for row in page.rows],
        cursor=page.cursor,
        counts=CountsView.of(counts),
    )


@own.get("/colleagues")
async def read_colleagues(
    staff: Annotated[Staff, auth.requires(Permission.SEE_QUEUE)],  # noqa: ARG001 - who may see it
    database: GatewayDatabase,
) -> list[ColleagueView]:
    """Who can answer workers: who is there first."""
    async with database.read() as session:
        return [ColleagueView.of(each) for each in await colleagues.answering(session)]


@own.put("/colleagues/{staff_id}/capacity", status_code=204)
async def set_capacity(
    staff_id: StaffId,
    body: CapacityRequest,
    staff: Annotated[Staff, auth.requires(Permission.MANAGE_DESK)],
    database: GatewayDatabase,
) -> None:
    """Set how many cases a colleague has at a time."""
    await colleagues.set_capacity(database, staff, staff_id, body.capacity)


@own.get("/knowledge")
async def search_knowledge(
    staff: Annotated[Staff, auth.requires(Permission.REPLY)],  # noqa: ARG001 - who may ask
    search: KnowledgeSearch,
    q: Annotated[str, Query(min_length=1, max_length=QUERY_MAX_CHARS)],
) -> SearchAnswer:
    """What the knowledge base is sure of; an empty text where it is not."""
    return await search(q)

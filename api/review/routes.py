"""Review over HTTP: the queue, one answer, and groups of unanswered questions."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query

from api.review import items
from api.review.dependencies import (
    After,
    Day,
    GatewaySettings,
    Limit,
    Reviewer,
    TheReview,
)
from api.review.desk import ReviewDesk
from api.review.ids import UlidPath
from api.review.intents import intents
from api.review.items import Filters
from api.review.messages import (
    IntentsResponse,
    ReviewDetailResponse,
    ReviewItem,
    ReviewsResponse,
    UnansweredResponse,
    VerdictRequest,
)
from api.review.payloads import Payload
from api.review.proposal_messages import DraftRequest, ProposalRequest, ProposalView
from api.review.wanted import first_of, within
from api.settings import Settings
from api.staff import auth
from api.storage.models import Channel, ReviewReason, ReviewState, Staff

own = APIRouter(
    prefix="/api/v1/staff/review",
    route_class=auth.StaffRoute,
    tags=["staff"],
)


@own.get("/items")
async def list_items(
    staff: Reviewer,
    desk: TheReview,
    settings: GatewaySettings,
    state: ReviewState | None = ReviewState.OPEN,
    reason: ReviewReason | None = None,
    area: Annotated[str | None, Query(max_length=64)] = None,
    article: Annotated[str | None, Query(max_length=128)] = None,
    intent: Annotated[str | None, Query(max_length=64)] = None,
    channel: Channel | None = None,
    since: Day = None,
    until: Day = None,
    after: After = None,
    limit: Limit = items.PAGE,
) -> ReviewsResponse:
    """Answers that are up for review, the latest first; ``since`` and ``until``: days, both in."""
    zone = settings.timezone
    filters = Filters(
        state=state,
        reason=reason,
        article_ids=await asyncio.to_thread(within, desk.catalogue, area, article),
        intent=intent,
        channel=channel,
        since=first_of(since, zone),
        until=first_of(until, zone, days_later=1),
    )
    async with desk.database.read() as session:
        lines = await items.listing(session, staff, filters, after=after, limit=limit)
        waiting = await items.open_counts(session)
    return ReviewsResponse(
        items=[ReviewItem.of(line, zone) for line in lines],
        next=lines[-1].message.id if len(lines) == limit else None,
        open=waiting,
    )


@own.get("/items/{review_id}")
async def read_item(
    review_id: UlidPath, staff: Reviewer, desk: TheReview, settings: GatewaySettings
) -> ReviewDetailResponse:
    """One answer with the talk around it."""
    async with desk.database.read() as session:
        detail = await items.read(session, staff, review_id)
        standings = await desk.standings(session, detail.proposals)
    return ReviewDetailResponse.of(detail, standings, staff, settings.timezone)


@own.post("/items/{review_id}/verdict", status_code=204)
async def judge(
    review_id: UlidPath, body: VerdictRequest, staff: Reviewer, desk: TheReview
) -> None:
    """Say whether an answer was right; 409 with the name of the one who did so before."""
    await desk.reviews.judge(review_id, staff, body.verdict())


@own.post("/items/{review_id}/proposals", status_code=201)
async def propose(
    review_id: UlidPath,
    body: ProposalRequest,
    staff: Reviewer,
    desk: TheReview,
    settings: GatewaySettings,
) -> ProposalView:
    """Make a proposal of an answer; the same one made twice is one."""
    async with desk.database.read() as session:
        message_id = await items.message_of(session, review_id)
    return await _proposed(desk, staff, settings, body.proposal, message_id)


@own.get("/intents")
async def list_intents(
    staff: Reviewer,  # noqa: ARG001 - who may see it
) -> IntentsResponse:
    """The intents of the bot."""
    return IntentsResponse(intents=list(intents().values()))


@own.get("/unanswered")
async def list_unanswered(
    staff: Reviewer,  # noqa: ARG001 - who may see it
    desk: TheReview,
    settings: GatewaySettings,
    days: Annotated[int, Query(ge=1, le=365)] = 30,
) -> UnansweredResponse:
    """Questions of the last days without a certain answer, grouped."""
    return UnansweredResponse.of(await desk.unanswered.overview(days), settings.timezone)


@own.post("/unanswered/drafts", status_code=201)
async def draft(
    body: DraftRequest, staff: Reviewer, desk: TheReview, settings: GatewaySettings
) -> ProposalView:
    """Propose an article for a group of questions."""
    return await _proposed(desk, staff, settings, body.draft, body.message_id)


async def _proposed(
    desk: ReviewDesk, staff: Staff, settings: Settings, payload: Payload, message_id: str
) -> ProposalView:
    made = await desk.proposals.propose(staff, payload, message_id=message_id)
    async with desk.database.read() as session:
        standings = await desk.standings(session, [made])
    zone = settings.timezone
    return ProposalView.of(made, standings[made.id], staff, zone, created_by=staff.name)

"""Proposals over HTTP, and what was accepted as files."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.documented import gives_out
from api.review import exports, proposals
from api.review.dependencies import (
    After,
    Editor,
    GatewaySettings,
    Limit,
    Reviewer,
    TheReview,
)
from api.review.ids import UlidPath
from api.review.proposal_messages import AcceptRequest, ProposalsResponse, ProposalView
from api.staff import auth
from api.storage.models import ProposalKind, ProposalState

own = APIRouter(
    prefix="/api/v1/staff/review",
    route_class=auth.StaffRoute,
    tags=["staff"],
)


@own.get("/proposals")
async def list_proposals(
    staff: Reviewer,
    desk: TheReview,
    settings: GatewaySettings,
    kind: ProposalKind | None = None,
    state: ProposalState | None = ProposalState.OPEN,
    after: After = None,
    limit: Limit = proposals.PAGE,
) -> ProposalsResponse:
    """Proposals, the latest first."""
    async with desk.database.read() as session:
        found = await proposals.listing(session, kind=kind, state=state, after=after, limit=limit)
        standings = await desk.standings(session, [proposal for proposal, _ in found])
    zone = settings.timezone
    return ProposalsResponse(
        proposals=[
            ProposalView.of(proposal, standings[proposal.id], staff, zone, created_by=name)
            for proposal, name in found
        ],
        next=found[-1][0].id if len(found) == limit else None,
    )


@own.post("/proposals/{proposal_id}/accept")
async def accept(
    proposal_id: UlidPath,
    staff: Editor,
    desk: TheReview,
    settings: GatewaySettings,
    body: AcceptRequest | None = None,
) -> ProposalView:
    """Accept a proposal; some kinds need somebody who may publish and did not make it. What is
    about an article goes into a draft of it, which the answer names."""
    article_id = body.article_id if body else None
    accepted = await desk.decisions.accept(proposal_id, staff, article_id=article_id)
    async with desk.database.read() as session:
        standings = await desk.standings(session, [accepted])
    return ProposalView.of(accepted, standings[accepted.id], staff, settings.timezone)


@own.post("/proposals/{proposal_id}/reject", status_code=204)
async def reject(proposal_id: UlidPath, staff: Editor, desk: TheReview) -> None:
    """Reject a proposal, or take an accepted one back."""
    await desk.decisions.reject(proposal_id, staff)


@own.get("/exports/nlu.yml", response_class=Response, responses=gives_out("application/yaml"))
async def export_nlu(
    staff: Editor,
    desk: TheReview,
    everything: Annotated[
        bool, Query(alias="all", description="also those that were exported before")
    ] = False,
) -> Response:
    """Accepted NLU examples as Rasa YAML, personal data covered, for `bot/data/nlu`."""
    async with desk.database.write() as session:
        text = await exports.nlu_examples(session, staff, everything=everything)
    return _file(text, "nlu_examples.yml", "application/yaml")


@own.get(
    "/exports/regression.jsonl", response_class=Response, responses=gives_out("application/jsonl")
)
async def export_regression(staff: Editor, desk: TheReview) -> Response:
    """Accepted regression cases, a JSON object a line."""
    async with desk.database.write() as session:
        text = await exports.regression_cases(session, staff)
    return _file(text, "regression_cases.jsonl", "application/jsonl")


def _file(text: str, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, headers=headers, media_type=media_type)

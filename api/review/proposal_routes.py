"""Proposals over HTTP, and what was accepted as files."""

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from api.review import exports, proposals
from api.review.dependencies import (
    ERRORS,
    After,
    Editor,
    GatewaySettings,
    Limit,
    Reviewer,
    TheReview,
)
from api.review.ids import UlidPath
from api.review.messages import ProposalsResponse, ProposalView
from api.staff import auth
from api.storage.models import ProposalKind, ProposalState

own = APIRouter(
    prefix="/api/v1/staff/review",
    route_class=auth.StaffRoute,
    responses=ERRORS,
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
    return ProposalsResponse(
        proposals=[
            ProposalView.of(proposal, staff, settings.timezone, created_by=name)
            for proposal, name in found
        ],
        next=found[-1][0].id if len(found) == limit else None,
    )


@own.post("/proposals/{proposal_id}/accept", status_code=204)
async def accept(proposal_id: UlidPath, staff: Editor, desk: TheReview) -> None:
    """Accept a proposal; some kinds need somebody who may publish and did not make it."""
    await desk.proposals.decide(proposal_id, staff, accept=True)


@own.post("/proposals/{proposal_id}/reject", status_code=204)
async def reject(proposal_id: UlidPath, staff: Editor, desk: TheReview) -> None:
    """Reject a proposal, or take an accepted one back."""
    await desk.proposals.decide(proposal_id, staff, accept=False)


@own.get("/exports/nlu.yml", response_class=PlainTextResponse)
async def export_nlu(staff: Editor, desk: TheReview) -> PlainTextResponse:
    """Accepted NLU examples as Rasa YAML."""
    async with desk.database.write() as session:
        text = await exports.nlu_examples(session, staff)
    return _file(text, "nlu_examples.yml", "application/yaml")


@own.get("/exports/regression.jsonl", response_class=PlainTextResponse)
async def export_regression(staff: Editor, desk: TheReview) -> PlainTextResponse:
    """Accepted regression cases, a JSON object a line."""
    async with desk.database.write() as session:
        text = await exports.regression_cases(session, staff)
    return _file(text, "regression_cases.jsonl", "application/jsonl")


def _file(text: str, name: str, media_type: str) -> PlainTextResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(text, headers=headers, media_type=media_type)

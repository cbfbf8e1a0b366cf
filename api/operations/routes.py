"""``GET /metrics``. The reverse proxy does not pass it on (``Caller.OPERATOR``)."""

import asyncio

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.documented import gives_out
from api.operations.metrics import REGISTRY
from api.operations.state import registry_of
from knowledge_base.paths import index_directory

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=Response, responses=gives_out("text/plain"))
async def metrics(request: Request) -> Response:
    """Figures of this process and of the shared database, in Prometheus' text format."""
    state = await registry_of(request.app.state.database, index_directory())
    # The index's manifest is read from the disk.
    shared = await asyncio.to_thread(generate_latest, state)
    return Response(generate_latest(REGISTRY) + shared, media_type=CONTENT_TYPE_LATEST)

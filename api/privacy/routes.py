"""A worker's own data: take it along, or have it deleted. The token of any conversation will do."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.documented import gives_out
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.privacy.deletion import Deletion
from api.privacy.export import Export
from api.privacy.identification import worker_id_of
from api.privacy.texts import privacy_texts
from api.settings import Settings
from api.storage.database import Database

FILE_NAME = "union-assistant-export.json"


async def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise ApiError(ErrorCode.UNAUTHORIZED)
    return token.strip()


Token = Annotated[str, Depends(_token)]
router = APIRouter(prefix="/api/v1/me", tags=["worker data"])


class DeletionResponse(BaseModel):
    """What was done, in words for the worker."""

    message: str
    kept: list[str] = Field(description="what stays, and why")


@router.get("/export", response_class=StreamingResponse, responses=gives_out("application/json"))
async def export(token: Token, request: Request) -> StreamingResponse:
    """Everything about the worker who has the token, as a JSON file."""
    database: Database = request.app.state.database
    settings: Settings = request.app.state.settings
    secret_key = settings.secret_key.get_secret_value()
    async with database.read() as session:
        worker_id = await worker_id_of(session, token, secret_key)
    if worker_id is None:
        raise ApiError(ErrorCode.UNAUTHORIZED)
    return StreamingResponse(
        Export(database, worker_id, settings.timezone).chunks(),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{FILE_NAME}"'},
    )


@router.delete("")
async def delete(token: Token, request: Request) -> DeletionResponse:
    """Erase everything about the worker who has the token, which ends; a repetition does nothing
    and gets the same answer."""
    deletion: Deletion = request.app.state.deletion
    await deletion.delete(token)
    texts = privacy_texts().deletion
    return DeletionResponse(message=texts.done, kept=texts.kept)

"""Files over HTTP: workers send them and see their own, staff see those of their cases."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import FileResponse
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect

from api.attachments.kinds import KINDS, LARGEST_BYTES
from api.attachments.messages import AttachmentView, UploadResponse
from api.attachments.reading import StoredFiles
from api.attachments.receiving import chunks_of
from api.attachments.refusals import FileRefusedError, Refusal
from api.attachments.serving import file_response
from api.attachments.uploads import Uploads
from api.body_limit import Upload
from api.channels.messages import ClientMessageId, MessageView
from api.channels.webchat import GatewaySettings, OwnConversation, WorkerRoute
from api.documented import gives_out
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.staff import auth
from api.staff.permissions import Permission
from api.storage.models import Staff

UPLOAD_MAX_BYTES = LARGEST_BYTES + 64 * 1024
"""Of the body, with what the form adds to the file."""
UPLOAD = Upload(
    re.compile(r"/api/v1/conversations/[^/]+/attachments"),
    UPLOAD_MAX_BYTES,
    ErrorCode.FILE_TOO_LARGE,
)
_FIELD_MAX_BYTES = 1024
_CODES: Mapping[Refusal, ErrorCode] = MappingProxyType(
    {
        Refusal.EMPTY: ErrorCode.FILE_EMPTY,
        Refusal.TOO_LARGE: ErrorCode.FILE_TOO_LARGE,
        Refusal.KIND: ErrorCode.FILE_KIND_REFUSED,
        Refusal.DIMENSIONS: ErrorCode.FILE_TOO_LARGE,
        Refusal.FULL: ErrorCode.TOO_MANY_FILES,
    }
)
_CLIENT_MESSAGE_ID: TypeAdapter[str] = TypeAdapter(ClientMessageId)


async def _uploads(request: Request) -> Uploads:
    uploads: Uploads = request.app.state.uploads
    return uploads


async def _stored_files(request: Request) -> StoredFiles:
    stored_files: StoredFiles = request.app.state.stored_files
    return stored_files


TheUploads = Annotated[Uploads, Depends(_uploads)]
TheFiles = Annotated[StoredFiles, Depends(_stored_files)]
AttachmentId = Annotated[str, Path(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$", description="a ULID")]

# The body is read by hand, behind every check that can do without it: FastAPI would read ten
# megabytes first.
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "client_message_id"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "client_message_id": {"type": "string", "maxLength": 64},
                    },
                }
            }
        },
    }
}
_A_FILE = gives_out(*KINDS)
own = APIRouter(
    prefix="/api/v1/conversations/{conversation_id}/attachments",
    route_class=WorkerRoute,
    tags=["worker chat"],
)
staff = APIRouter(
    prefix="/api/v1/staff/attachments",
    route_class=auth.StaffRoute,
    tags=["staff"],
)


@own.post("", status_code=201, openapi_extra=_FORM)
async def upload(
    request: Request,
    conversation: OwnConversation,
    uploads: TheUploads,
    settings: GatewaySettings,
) -> UploadResponse:
    """Send a file to the colleague who has the conversation, or will have it; a repeated
    ``client_message_id`` returns the first result."""
    try:
        async with request.form(max_files=1, max_fields=1, max_part_size=_FIELD_MAX_BYTES) as form:
            file, client_message_id = _fields(form)
            stored = await uploads.add(
                conversation.id,
                chunks_of(file),
                file_name=file.filename or "",
                client_message_id=client_message_id,
            )
    except FileRefusedError as error:
        raise ApiError(_CODES[error.refusal]) from None
    except ClientDisconnect:
        raise ApiError(ErrorCode.BAD_REQUEST) from None  # nobody is left to read it
    return UploadResponse(
        message=MessageView.of(stored.message, settings.timezone),
        attachment=AttachmentView.of(stored.attachment, settings.timezone),
    )


@own.get("/{attachment_id}", response_class=FileResponse, responses=_A_FILE)
async def read_own(
    attachment_id: AttachmentId, conversation: OwnConversation, files: TheFiles
) -> FileResponse:
    """A file that the worker has sent in this conversation."""
    return file_response(await files.of_worker(conversation, attachment_id))


@staff.get("/{attachment_id}", response_class=FileResponse, responses=_A_FILE)
async def read(
    attachment_id: AttachmentId,
    colleague: Annotated[Staff, auth.requires(Permission.SEE_QUEUE)],
    files: TheFiles,
) -> FileResponse:
    """A file of a case that one can see; who looks at it is kept in the audit."""
    return file_response(await files.for_staff(colleague, attachment_id))


def _fields(form: FormData) -> tuple[UploadFile, str]:
    """The file and the client's id. Raises ``ApiError``: invalid_request."""
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise ApiError(ErrorCode.INVALID_REQUEST, fields="file")
    try:
        return file, _CLIENT_MESSAGE_ID.validate_python(form.get("client_message_id"))
    except ValidationError:
        raise ApiError(ErrorCode.INVALID_REQUEST, fields="client_message_id") from None

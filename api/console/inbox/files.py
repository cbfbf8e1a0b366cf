"""Files of workers for the pages of the console, by the cookie of the login."""

from typing import Annotated

from fastapi import Path, Request
from nicegui import core
from starlette.responses import PlainTextResponse, Response

from api.attachments.reading import StoredFiles
from api.attachments.serving import file_response
from api.console import cookie
from api.error_codes import ErrorCode
from api.errors import ApiError
from api.staff.permissions import Permission, may

_AttachmentId = Annotated[str, Path(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]


async def give_file(attachment_id: _AttachmentId, request: Request) -> Response:
    """A file of a case that one can see; who looks at it is kept in the audit."""
    state = core.app.state.gateway
    files: StoredFiles = state.stored_files
    token = cookie.token_in(request.cookies, state.settings)
    try:
        if token is None:
            raise ApiError(ErrorCode.UNAUTHORIZED)
        staff = await state.staff_sessions.authenticate(token)
        if not may(staff.role, Permission.SEE_QUEUE):
            raise ApiError(ErrorCode.FORBIDDEN)
        return file_response(await files.for_staff(staff, attachment_id))
    except ApiError as error:
        return PlainTextResponse(error.code, error.code.status)


core.app.add_api_route("/files/{attachment_id}", give_file, include_in_schema=False)

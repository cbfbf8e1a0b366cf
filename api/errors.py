"""One error shape for everything: ``{"error": {"code", "message", "request_id"}}``."""

import logging
from collections.abc import Mapping
from types import MappingProxyType

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from api.error_codes import ErrorCode
from api.logs import current_request_id
from api.operations import metrics
from api.texts import gateway_texts

_log = logging.getLogger(__name__)


class ErrorBody(BaseModel):
    """What went wrong, for a program, for a person and for whoever looks into the log."""

    code: ErrorCode
    message: str
    request_id: str


class ErrorResponse(BaseModel):
    """Body of every response with a status of 400 or more."""

    error: ErrorBody


_RETRY_AFTER_S = {ErrorCode.STORAGE_UNAVAILABLE: 3}


class ApiError(Exception):
    """A refusal that the client is told about; ``details`` fill the message's placeholders.

    ``retry_after_s``: when it may come again; by default the code's own time, if it has one.
    """

    def __init__(
        self, code: ErrorCode, *, retry_after_s: int | None = None, **details: object
    ) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after_s = _RETRY_AFTER_S.get(code) if retry_after_s is None else retry_after_s
        self.details = details


def error_response(
    code: ErrorCode,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    details: Mapping[str, object] = MappingProxyType({}),
) -> JSONResponse:
    """The response for a code; ``status`` overrides the code's own."""
    metrics.refused(code)
    message = gateway_texts().errors[code].format_map(details)
    body = ErrorResponse(
        error=ErrorBody(code=code, message=message, request_id=current_request_id())
    )
    return JSONResponse(body.model_dump(), status or code.status, headers)


_HEADERS = {
    ErrorCode.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
}
_CODE_OF_STATUS = {
    400: ErrorCode.BAD_REQUEST,
    404: ErrorCode.NOT_FOUND,
    405: ErrorCode.METHOD_NOT_ALLOWED,
    413: ErrorCode.BODY_TOO_LARGE,
}


async def _on_api_error(_: Request, error: ApiError) -> JSONResponse:
    headers = _HEADERS.get(error.code)
    if error.retry_after_s is not None:
        headers = {"Retry-After": str(error.retry_after_s)}
    return error_response(error.code, headers=headers, details=error.details)


async def _on_http_error(_: Request, error: HTTPException) -> JSONResponse:
    code = _CODE_OF_STATUS.get(error.status_code, ErrorCode.HTTP_ERROR)
    return error_response(code, status=error.status_code, headers=error.headers)


async def _on_invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
    problems = error.errors()
    if any(problem["type"] == "json_invalid" for problem in problems):
        return error_response(ErrorCode.INVALID_JSON)
    # Field names only: what was sent must not come back, and never reaches a log.
    fields = dict.fromkeys(str(problem["loc"][-1]) for problem in problems)
    return error_response(ErrorCode.INVALID_REQUEST, details={"fields": ", ".join(fields)})


async def _on_storage_unavailable(request: Request, error: SQLAlchemyError) -> JSONResponse:
    # Nothing was acknowledged: whoever sent it sends it again, under the same id.
    cause = getattr(error, "orig", None) or error
    _log.error("storage unavailable", extra={"cause": type(cause).__name__})
    return await _on_api_error(request, ApiError(ErrorCode.STORAGE_UNAVAILABLE))


def install(app: FastAPI) -> None:
    """Give every refusal of the application the one shape."""
    app.add_exception_handler(ApiError, _on_api_error)  # type: ignore[arg-type]
    # The last: on a disk that is too slow, whoever waits for the connection that writes.
    for unavailable in (OperationalError, InterfaceError, NoConnectionError):
        app.add_exception_handler(unavailable, _on_storage_unavailable)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _on_http_error)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _on_invalid_request)  # type: ignore[arg-type]

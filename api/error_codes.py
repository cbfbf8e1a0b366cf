"""Codes of the one error shape; their messages are in ``texts/gateway.yml``."""

from enum import StrEnum
from http import HTTPStatus


class ErrorCode(StrEnum):
    """What went wrong, for programs."""

    INVALID_JSON = "invalid_json"
    INVALID_REQUEST = "invalid_request"
    BAD_REQUEST = "bad_request"
    EMPTY_MESSAGE = "empty_message"
    MESSAGE_TOO_LONG = "message_too_long"
    BODY_TOO_LARGE = "body_too_large"
    UNAUTHORIZED = "unauthorized"
    STAFF_LOGIN_FAILED = "staff_login_failed"
    FORBIDDEN = "forbidden"
    SIGNATURE_REFUSED = "signature_refused"
    TOO_MANY_REQUESTS = "too_many_requests"
    ALREADY_CLAIMED = "already_claimed"
    NOT_POSSIBLE_NOW = "not_possible_now"
    CONVERSATION_NOT_FOUND = "conversation_not_found"
    MESSAGE_NOT_FOUND = "message_not_found"
    DELIVERY_NOT_FOUND = "delivery_not_found"
    ATTACHMENT_NOT_FOUND = "attachment_not_found"
    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_KIND_REFUSED = "file_kind_refused"
    TOO_MANY_FILES = "too_many_files"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    STORAGE_UNAVAILABLE = "storage_unavailable"
    INTERNAL_ERROR = "internal_error"
    HTTP_ERROR = "http_error"

    @property
    def status(self) -> HTTPStatus:
        """HTTP status that goes with the code."""
        return _STATUS[self]


_STATUS = {
    ErrorCode.INVALID_JSON: HTTPStatus.BAD_REQUEST,
    ErrorCode.INVALID_REQUEST: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorCode.BAD_REQUEST: HTTPStatus.BAD_REQUEST,
    ErrorCode.EMPTY_MESSAGE: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorCode.MESSAGE_TOO_LONG: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ErrorCode.BODY_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ErrorCode.UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
    ErrorCode.STAFF_LOGIN_FAILED: HTTPStatus.UNAUTHORIZED,
    ErrorCode.FORBIDDEN: HTTPStatus.FORBIDDEN,
    ErrorCode.SIGNATURE_REFUSED: HTTPStatus.FORBIDDEN,
    ErrorCode.TOO_MANY_REQUESTS: HTTPStatus.TOO_MANY_REQUESTS,
    ErrorCode.ALREADY_CLAIMED: HTTPStatus.CONFLICT,
    ErrorCode.NOT_POSSIBLE_NOW: HTTPStatus.CONFLICT,
    ErrorCode.CONVERSATION_NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.MESSAGE_NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.DELIVERY_NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.ATTACHMENT_NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.FILE_EMPTY: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorCode.FILE_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ErrorCode.FILE_KIND_REFUSED: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ErrorCode.TOO_MANY_FILES: HTTPStatus.CONFLICT,
    ErrorCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    ErrorCode.STORAGE_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    ErrorCode.INTERNAL_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
    ErrorCode.HTTP_ERROR: HTTPStatus.BAD_REQUEST,
}

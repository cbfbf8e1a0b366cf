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
    CODE_REQUIRED = "code_required"
    CODE_WRONG = "code_wrong"
    SECOND_FACTOR_REQUIRED = "second_factor_required"
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    PASSWORD_WRONG = "password_wrong"  # noqa: S105 - not a secret
    PASSWORD_UNSUITABLE = "password_unsuitable"  # noqa: S105
    ACCOUNT_NOT_FOUND = "account_not_found"
    USERNAME_TAKEN = "username_taken"
    LAST_ADMINISTRATOR = "last_administrator"
    OWN_ACCOUNT = "own_account"
    LOGIN_NOT_FOUND = "login_not_found"
    EDIT_CONFLICT = "edit_conflict"
    NAME_TAKEN = "name_taken"
    ITEM_NOT_FOUND = "item_not_found"
    SECOND_PERSON_NEEDED = "second_person_needed"
    REVIEW_NOT_FOUND = "review_not_found"
    ARTICLE_NOT_FOUND = "article_not_found"
    ARTICLE_EXISTS = "article_exists"
    ARTICLE_HAS_PROBLEMS = "article_has_problems"
    EDITED_BY_OTHER = "edited_by_other"
    REVISION_NOT_FOUND = "revision_not_found"
    REVISION_NOT_OPEN = "revision_not_open"
    OWN_REVISION = "own_revision"
    IMPORT_NOT_FOUND = "import_not_found"
    IMPORT_REFUSED = "import_refused"
    NOTHING_TO_PUBLISH = "nothing_to_publish"
    NOTHING_TO_ROLL_BACK = "nothing_to_roll_back"
    PUBLICATION_NOT_FOUND = "publication_not_found"
    PUBLICATION_RUNNING = "publication_running"
    PUBLICATION_FAILED = "publication_failed"
    SEARCH_UNAVAILABLE = "search_unavailable"
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
    ErrorCode.CODE_REQUIRED: HTTPStatus.UNAUTHORIZED,
    ErrorCode.CODE_WRONG: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorCode.SECOND_FACTOR_REQUIRED: HTTPStatus.FORBIDDEN,
    ErrorCode.SECOND_FACTOR_CHANGED: HTTPStatus.CONFLICT,
    ErrorCode.PASSWORD_WRONG: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorCode.PASSWORD_UNSUITABLE: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorCode.ACCOUNT_NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.USERNAME_TAKEN: HTTPStatus.CONFLICT,
    ErrorCode.LAST_ADMINISTRATOR: HTTPStatus.CONFLICT,
    ErrorCode.OWN_ACCOUNT: HTTPStatus.CONFLICT,
    ErrorCode.LOGIN_NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.EDIT_CONFLICT: HTTPStatus.CONFLICT,
    ErrorCode.NAME_TAKEN: HTTPStatus.CONFLICT,
    ErrorCode.ITEM_NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.SECOND_PERSON_NEEDED: HTTPStatus.FORBIDDEN,
    ErrorCode.REVIEW_NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.ARTICLE_NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.ARTICLE_EXISTS: HTTPStatus.CONFLICT,
    ErrorCode.ARTICLE_HAS_PROBLEMS: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorCode.EDITED_BY_OTHER: HTTPStatus.CONFLICT,
    ErrorCode.REVISION_NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.REVISION_NOT_OPEN: HTTPStatus.CONFLICT,
    ErrorCode.OWN_REVISION: HTTPStatus.FORBIDDEN,
    ErrorCode.IMPORT_NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.IMPORT_REFUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorCode.NOTHING_TO_PUBLISH: HTTPStatus.CONFLICT,
    ErrorCode.NOTHING_TO_ROLL_BACK: HTTPStatus.CONFLICT,
    ErrorCode.PUBLICATION_NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.PUBLICATION_RUNNING: HTTPStatus.CONFLICT,
    ErrorCode.PUBLICATION_FAILED: HTTPStatus.INTERNAL_SERVER_ERROR,
    ErrorCode.SEARCH_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    ErrorCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    ErrorCode.STORAGE_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    ErrorCode.INTERNAL_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
    ErrorCode.HTTP_ERROR: HTTPStatus.BAD_REQUEST,
}

"""What the inbox refuses, in the codes that everybody knows."""

from api.error_codes import ErrorCode
from api.errors import ApiError


def not_found() -> ApiError:
    """There is no such label or canned reply (any more)."""
    return ApiError(ErrorCode.NOT_FOUND)


def invalid(field: str) -> ApiError:
    """A field says something that cannot be taken, such as a name that is there already."""
    return ApiError(ErrorCode.INVALID_REQUEST, fields=field)


def changed_meanwhile() -> ApiError:
    """Somebody else has changed it since it was read."""
    return ApiError(ErrorCode.NOT_POSSIBLE_NOW)

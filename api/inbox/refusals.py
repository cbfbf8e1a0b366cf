"""What the inbox refuses, in the codes that everybody knows."""

from api.error_codes import ErrorCode
from api.errors import ApiError


def not_found() -> ApiError:
    """There is no such label or canned reply (any more)."""
    return ApiError(ErrorCode.ITEM_NOT_FOUND)


def invalid(field: str) -> ApiError:
    """A field says something that cannot be taken."""
    return ApiError(ErrorCode.INVALID_REQUEST, fields=field)


def name_taken() -> ApiError:
    """There is another label, or canned reply, of this name."""
    return ApiError(ErrorCode.NAME_TAKEN)


def changed_meanwhile() -> ApiError:
    """Somebody else has changed it since it was read."""
    return ApiError(ErrorCode.EDIT_CONFLICT)

"""What the reports refuse, in the codes that everybody knows."""

from api.error_codes import ErrorCode
from api.errors import ApiError


def not_found() -> ApiError:
    """There is no such alert."""
    return ApiError(ErrorCode.ITEM_NOT_FOUND)


def invalid(*fields: str) -> ApiError:
    """What was asked for cannot be reported on: a time that ends before it begins, too many
    rows for one file."""
    return ApiError(ErrorCode.INVALID_REQUEST, fields=", ".join(fields))

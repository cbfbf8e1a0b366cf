"""Places in a list, as clients carry them from page to page."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, Integer, Tuple, literal, tuple_
from sqlalchemy.types import TypeEngine

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.storage.types import UtcDateTime

Place = list[int | str]
"""The sort key of the last row of a page."""
_PLACE: TypeAdapter[Place] = TypeAdapter(Place)


def encode(place: Place) -> str:
    """A place as a client carries it."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).rstrip(b"=").decode()


def decode(cursor: str, size: int) -> Place:
    """The place, a key of ``size`` parts. Raises ``ApiError``: invalid_request."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        place = _PLACE.validate_python(json.loads(raw), strict=True)
    except (ValueError, ValidationError):
        raise ApiError(ErrorCode.INVALID_REQUEST, fields="cursor") from None
    if len(place) != size:
        raise ApiError(ErrorCode.INVALID_REQUEST, fields="cursor")
    return place


def place(key: Sequence[Any]) -> Place:
    """The place of a row with this sort key."""
    return [part.isoformat() if isinstance(part, datetime) else part for part in key]


def at(cursor: str, key: Sequence[ColumnElement[Any]]) -> Tuple:
    """The place that a cursor names, to be compared with the key."""
    parts = zip(decode(cursor, len(key)), key, strict=True)
    return tuple_(*(literal(_value(part, each.type), each.type) for part, each in parts))


def _value(part: int | str, kind: TypeEngine[Any]) -> int | str | datetime:
    if isinstance(part, int) is not isinstance(kind, Integer):
        raise ApiError(ErrorCode.INVALID_REQUEST, fields="cursor")
    if not isinstance(kind, UtcDateTime):
        return part
    try:
        return datetime.fromisoformat(str(part)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ApiError(ErrorCode.INVALID_REQUEST, fields="cursor") from None

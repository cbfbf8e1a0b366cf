"""ULIDs as times: ids sort by creation, so a range of times is a range of the primary key."""

from datetime import datetime
from typing import Annotated

from fastapi import Path
from ulid import ULID

UlidPath = Annotated[str, Path(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$", description="a ULID")]
_RANDOM_BYTES = 10


def first_id_at(at: datetime) -> str:
    """The smallest id that can be made at a time (aware, milliseconds count)."""
    moment = ULID.from_datetime(at)
    return str(ULID(moment.bytes[:-_RANDOM_BYTES] + bytes(_RANDOM_BYTES)))

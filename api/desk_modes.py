"""How cases come to people; the value of ``UNION_CLAIM_MODE``."""

from enum import StrEnum


class ClaimMode(StrEnum):
    """Whether colleagues take cases themselves or get them."""

    MANUAL = "manual"
    AUTOMATIC = "automatic"
    """Given to whoever is online, has room and has had the fewest."""

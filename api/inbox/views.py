"""What a list of the inbox shows."""

from dataclasses import dataclass
from enum import StrEnum

from api.storage.models import Channel
from contract import HandoffReason


class View(StrEnum):
    """Which conversations."""

    WAITING = "waiting"
    """Cases that nobody has, and that are meant for the one who looks or for anybody."""
    MINE = "mine"
    OPEN = "open"
    """All cases on the desk; without ``see_all`` those that wait and one's own."""
    ARCHIVED = "archived"
    """Closed conversations; without ``see_all`` those that one had."""
    ALL = "all"
    """Everything that one may see."""


OPEN_VIEWS = frozenset({View.WAITING, View.MINE, View.OPEN})


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None and empty: not at all.

    ``assigned``: id of who has the case, or had it. ``about``: words of the facts of the case,
    such as the employer or the street. ``query``: words of anything that was said or noted.
    """

    channel: Channel | None = None
    label_id: str | None = None
    priority: int | None = None
    reason: HandoffReason | None = None
    assigned: str | None = None
    about: str = ""
    query: str = ""

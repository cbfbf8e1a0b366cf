"""The lines of the navigation, and where each member of staff begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.staff.permissions import Permission, may
from api.storage.models import Role

HOME: Final = "/staff/"


@dataclass(frozen=True)
class NavEntry:
    """A line of the navigation. ``order`` sorts; ``shortcut``: the letter after g."""

    path: str
    label: str
    icon: str
    permission: Permission | None
    order: int
    shortcut: str


navigation: list[NavEntry] = []
"""Pages put their lines here when they are defined."""


def entries_for(role: Role) -> Sequence[NavEntry]:
    """The lines of those pages that a role may open, in their order."""
    mine = (each for each in navigation if each.permission is None or may(role, each.permission))
    return sorted(mine, key=lambda entry: entry.order)


def home_of(role: Role) -> str:
    """The address of the first page that a role may open."""
    entries = entries_for(role)
    return HOME.removesuffix("/") + entries[0].path if entries else HOME

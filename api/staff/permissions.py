"""Who may do what: one table from role to permissions; what is not in it is refused."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from api.storage.models import Role


class Permission(StrEnum):
    """Something that not everybody may do."""

    SEE_QUEUE = "see_queue"
    """Cases that wait and one's own, with what the same worker said before."""
    CLAIM = "claim"
    REPLY = "reply"
    NOTE = "note"
    TRANSFER = "transfer"
    RESOLVE = "resolve"
    RELEASE = "release"
    """Back to the bot, or back into the queue."""
    SEE_ALL = "see_all"
    """Colleagues' cases too, and conversations that never came to the desk."""
    MANAGE_DESK = "manage_desk"
    """Labels, canned replies, and how much each colleague takes."""
    MANAGE_STAFF = "manage_staff"
    EDIT_KNOWLEDGE = "edit_knowledge"
    PUBLISH_KNOWLEDGE = "publish_knowledge"
    REVIEW = "review"
    """What the bot said; without ``see_all`` with personal data masked."""
    SEE_REPORTS = "see_reports"
    UNMASK = "unmask"
    """ID number and phone of a member in full."""
    SEE_AUDIT = "see_audit"
    RESEND_OUTBOX = "resend_outbox"


_DESK = frozenset(
    {
        Permission.SEE_QUEUE,
        Permission.CLAIM,
        Permission.REPLY,
        Permission.NOTE,
        Permission.TRANSFER,
        Permission.RESOLVE,
        Permission.RELEASE,
    }
)

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.AGENT: _DESK,
        # An application for legal aid names the worker by ID number.
        Role.LEGAL: _DESK | {Permission.REVIEW, Permission.UNMASK},
        # Another pair of eyes publishes what an editor wrote.
        Role.EDITOR: frozenset(
            {Permission.REVIEW, Permission.EDIT_KNOWLEDGE, Permission.SEE_REPORTS}
        ),
        Role.SUPERVISOR: _DESK
        | {
            Permission.SEE_ALL,
            Permission.MANAGE_DESK,
            Permission.REVIEW,
            Permission.EDIT_KNOWLEDGE,
            Permission.PUBLISH_KNOWLEDGE,
            Permission.SEE_REPORTS,
            Permission.UNMASK,
            Permission.RESEND_OUTBOX,
        },
        # Runs the system, and has no business with what workers confide.
        Role.ADMINISTRATOR: frozenset(
            {
                Permission.MANAGE_STAFF,
                Permission.SEE_REPORTS,
                Permission.SEE_AUDIT,
                Permission.RESEND_OUTBOX,
            }
        ),
    }
)


def may(role: Role, permission: Permission) -> bool:
    """Whether the role has the permission."""
    return permission in PERMISSIONS[role]

"""Tables of the gateway."""

from api.storage.models.base import Base, new_id, now
from api.storage.models.conversations import (
    ChannelIdentity,
    Conversation,
    Feedback,
    Message,
    Rating,
    Worker,
)
from api.storage.models.handoffs import Handoff, Note
from api.storage.models.kinds import (
    ActorKind,
    Author,
    Channel,
    HandoffState,
    MessageKind,
    OutboxState,
    Role,
    Status,
)
from api.storage.models.members import Member, VerificationLink
from api.storage.models.outbox import OutboxItem
from api.storage.models.staff import AuditEntry, Staff, StaffSession

OPEN_HANDOFF_STATES = (HandoffState.WAITING, HandoffState.CLAIMED)

__all__ = [
    "OPEN_HANDOFF_STATES",
    "ActorKind",
    "AuditEntry",
    "Author",
    "Base",
    "Channel",
    "ChannelIdentity",
    "Conversation",
    "Feedback",
    "Handoff",
    "HandoffState",
    "Member",
    "Message",
    "MessageKind",
    "Note",
    "OutboxItem",
    "OutboxState",
    "Rating",
    "Role",
    "Staff",
    "StaffSession",
    "Status",
    "VerificationLink",
    "Worker",
    "new_id",
    "now",
]

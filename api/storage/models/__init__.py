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
from api.storage.models.deliveries import Attachment, Delivery
from api.storage.models.handoffs import Handoff, Note
from api.storage.models.kinds import (
    ActorKind,
    AttachmentState,
    Author,
    Channel,
    DeliveryState,
    HandoffState,
    MessageKind,
    OutboxState,
    Role,
    Status,
)
from api.storage.models.members import Member, VerificationLink
from api.storage.models.outbox import OutboxItem
from api.storage.models.staff import AuditEntry, Staff, StaffSession
from api.storage.models.wechat import WechatFollower, WechatInbound, WechatPart, WechatToken

OPEN_HANDOFF_STATES = (HandoffState.WAITING, HandoffState.CLAIMED)

__all__ = [
    "OPEN_HANDOFF_STATES",
    "ActorKind",
    "Attachment",
    "AttachmentState",
    "AuditEntry",
    "Author",
    "Base",
    "Channel",
    "ChannelIdentity",
    "Conversation",
    "Delivery",
    "DeliveryState",
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
    "WechatFollower",
    "WechatInbound",
    "WechatPart",
    "WechatToken",
    "Worker",
    "new_id",
    "now",
]

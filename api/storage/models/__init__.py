"""Tables of the gateway."""

from api.storage.models.base import Base, new_id, now
from api.storage.models.console import (
    Alert,
    CannedReply,
    ConversationLabel,
    Label,
    ReplyDraft,
)
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
    AlertState,
    AttachmentState,
    Author,
    Channel,
    DeliveryState,
    HandoffState,
    MessageKind,
    OutboxState,
    OutcomeKind,
    Presence,
    ProposalKind,
    ProposalState,
    PublicationState,
    ReviewReason,
    ReviewState,
    RevisionState,
    Role,
    Status,
)
from api.storage.models.knowledge import ArticleRevision, Proposal, Publication, Review
from api.storage.models.members import Member, VerificationLink
from api.storage.models.outbox import OutboxItem
from api.storage.models.search import ConversationText
from api.storage.models.staff import AuditEntry, Staff, StaffSession
from api.storage.models.wechat import WechatFollower, WechatInbound, WechatPart, WechatToken

OPEN_HANDOFF_STATES = (HandoffState.WAITING, HandoffState.CLAIMED)
OPEN_DELIVERY_STATES = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.HELD)

__all__ = [
    "OPEN_DELIVERY_STATES",
    "OPEN_HANDOFF_STATES",
    "ActorKind",
    "Alert",
    "AlertState",
    "ArticleRevision",
    "Attachment",
    "AttachmentState",
    "AuditEntry",
    "Author",
    "Base",
    "CannedReply",
    "Channel",
    "ChannelIdentity",
    "Conversation",
    "ConversationLabel",
    "ConversationText",
    "Delivery",
    "DeliveryState",
    "Feedback",
    "Handoff",
    "HandoffState",
    "Label",
    "Member",
    "Message",
    "MessageKind",
    "Note",
    "OutboxItem",
    "OutboxState",
    "OutcomeKind",
    "Presence",
    "Proposal",
    "ProposalKind",
    "ProposalState",
    "Publication",
    "PublicationState",
    "Rating",
    "ReplyDraft",
    "Review",
    "ReviewReason",
    "ReviewState",
    "RevisionState",
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

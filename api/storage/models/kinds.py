"""The values that columns can have."""

from enum import StrEnum


class Status(StrEnum):
    """Who has the conversation."""

    BOT = "bot"
    WAITING = "waiting"
    WITH_STAFF = "with_staff"
    CLOSED = "closed"


class Author(StrEnum):
    """Who wrote a message."""

    WORKER = "worker"
    BOT = "bot"
    STAFF = "staff"
    SYSTEM = "system"


class MessageKind(StrEnum):
    """The bot's reply kinds, and the gateway's own notices."""

    ANSWER = "answer"
    CHOICES = "choices"
    QUESTION = "question"
    DECLINE = "decline"
    HANDOFF = "handoff"
    CHAT = "chat"
    NOTICE = "notice"


class Channel(StrEnum):
    """Where the worker writes."""

    WEB = "web"
    WECHAT = "wechat"
    """The Official Account: what is said to the worker has to be pushed there."""


class HandoffState(StrEnum):
    """How far a hand-off has come. Which act leads from one to another: ``api.handoff.states``."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    RESOLVED = "resolved"
    RELEASED = "released"
    """Given back to the bot by staff."""
    CANCELLED = "cancelled"
    """Taken back by the worker."""
    UNREACHABLE = "unreachable"
    """Ended because the worker left the channel, such as by unfollowing the account."""


class Role(StrEnum):
    """What a member of staff may do; see ``api.staff.permissions``."""

    AGENT = "agent"
    LEGAL = "legal"
    EDITOR = "editor"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class ActorKind(StrEnum):
    """Who did something."""

    WORKER = "worker"
    STAFF = "staff"
    BOT = "bot"
    SYSTEM = "system"


class OutboxState(StrEnum):
    """How far a delivery has come."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"
    """Given up after the last attempt; staff see it and can send it again."""


class DeliveryState(StrEnum):
    """How far a message has come on its way to a worker whom it has to be pushed to."""

    PENDING = "pending"
    SENDING = "sending"
    """Somebody is at it, until the lease runs out."""
    SENT = "sent"
    HELD = "held"
    """The channel takes nothing now; it goes out with the worker's next contact."""
    FAILED = "failed"
    """The channel will never take it."""


class AttachmentState(StrEnum):
    """How far a file of a worker has come."""

    EXPECTED = "expected"
    """The platform has it; it has not been fetched yet."""
    STORED = "stored"
    REFUSED = "refused"
    """Too large, or of a kind that is not kept."""
    MISSING = "missing"
    """The platform does not give it any more."""
    ERASED = "erased"


class Presence(StrEnum):
    """Whether a member of staff takes cases now."""

    ONLINE = "online"
    AWAY = "away"


class OutcomeKind(StrEnum):
    """What came of a case, for the figures."""

    ANSWERED = "answered"
    REFERRED = "referred"
    """Passed on to an authority or another body."""
    MEDIATED = "mediated"
    LEGAL_AID = "legal_aid"
    WORKER_GAVE_UP = "worker_gave_up"
    NO_CONTACT = "no_contact"
    OTHER = "other"


class ReviewReason(StrEnum):
    """Why a conversation of the bot is looked at."""

    SAMPLED = "sampled"
    LOW_PROBABILITY = "low_probability"
    NEGATIVE_FEEDBACK = "negative_feedback"
    DECLINED = "declined"
    ABANDONED = "abandoned"
    HANDED_OFF = "handed_off"


class ReviewState(StrEnum):
    """What the reviewer found."""

    OPEN = "open"
    RIGHT = "right"
    WRONG = "wrong"
    DISMISSED = "dismissed"


class ProposalKind(StrEnum):
    """What a reviewer makes of a message by one click."""

    QUESTION_VARIANT = "question_variant"
    ARTICLE_DRAFT = "article_draft"
    NLU_EXAMPLE = "nlu_example"
    REGRESSION_CASE = "regression_case"


class ProposalState(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class RevisionState(StrEnum):
    """How far a revision of an article has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    """Another revision took its place."""


class PublicationState(StrEnum):
    """How far a publication has come."""

    RUNNING = "running"
    LIVE = "live"
    REFUSED = "refused"
    """The regression set got worse; the index before it stayed."""
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"


class AlertState(StrEnum):
    """What became of an early warning."""

    OPEN = "open"
    SEEN = "seen"
    CLOSED = "closed"

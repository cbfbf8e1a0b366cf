"""The staff API's JSON (design §4.5)."""

from datetime import datetime
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.attachments.messages import AttachmentView
from api.channels.messages import ClientMessageId, MessageView, views
from api.handoff.opening import HandoffPackage
from api.handoff.queue import CaseDetail, QueueEntry
from api.outbox.deliveries import Progress
from api.staff.accounts import USERNAME_MAX_CHARS
from api.staff.channel_state import DeliveryView, WechatState
from api.staff.passwords import MAX_LENGTH
from api.staff.permissions import Permission
from api.storage.models import (
    Channel,
    Conversation,
    Handoff,
    HandoffState,
    Message,
    Note,
    OutcomeKind,
    Role,
    Status,
)
from contract import CaseFacts, HandoffReason

CODE_MAX_CHARS = 16
_OUTCOME_MAX_CHARS = 2000
Username = Annotated[
    str, StringConstraints(max_length=USERNAME_MAX_CHARS, pattern=r"^[^\x00-\x1f\x7f]+$")
]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LoginRequest(_Request):
    """Username and password."""

    username: Username
    password: str = Field(max_length=MAX_LENGTH, repr=False)
    code: str | None = Field(
        default=None,
        max_length=CODE_MAX_CHARS,
        repr=False,
        description="code of the authenticator app or a backup code, where the account asks for it",
    )


class TransferRequest(_Request):
    """Passes a case on to a colleague."""

    to_username: Username


class ResolveRequest(_Request):
    """Finishes a case: what came of it, for colleagues only. ``kind``: the same for the figures."""

    outcome: str = Field(min_length=1, max_length=_OUTCOME_MAX_CHARS)
    kind: OutcomeKind | None = None


class ReplyRequest(_Request):
    """A message to the worker. The client repeats the id when it repeats the message."""

    text: str
    client_message_id: ClientMessageId


class NoteRequest(_Request):
    """A private note."""

    text: str


class LoginResponse(BaseModel):
    """Somebody who is let in. The token is shown this once."""

    token: str
    role: Role
    name: str


class MeResponse(BaseModel):
    """Who is logged in, and what they may do."""

    username: str
    name: str
    role: Role
    permissions: list[Permission]


class QueueItem(BaseModel):
    """One case of the queue. ``claimed_by``: the name of the one who has it."""

    conversation_id: str
    channel: Channel
    status: Status
    summary: str
    reason: HandoffReason
    category: str
    priority: int
    waiting_since: datetime
    due_at: datetime | None
    claimed_by: str | None

    @classmethod
    def of(cls, entry: QueueEntry, zone: ZoneInfo) -> Self:
        """The view of a case, its times in the given zone."""
        handoff, conversation = entry.handoff, entry.conversation
        return cls(
            conversation_id=conversation.id,
            channel=conversation.channel,
            status=conversation.status,
            summary=handoff.summary,
            reason=handoff.reason,
            category=handoff.category,
            priority=handoff.priority,
            waiting_since=handoff.created_at.astimezone(zone),
            due_at=_local(handoff.due_at, zone),
            claimed_by=entry.claimed_by.name if entry.claimed_by else None,
        )


class QueueResponse(BaseModel):
    """Open cases: the most urgent first, then those due first, then the oldest."""

    cases: list[QueueItem]


class HandoffView(BaseModel):
    """A hand-off with the package. ``claimed_by``: the name of the one who has it, or had it."""

    state: HandoffState
    reason: HandoffReason
    category: str
    priority: int
    summary: str
    facts: CaseFacts
    package: HandoffPackage
    claimed_by: str | None
    waiting_since: datetime
    due_at: datetime | None
    ended_at: datetime | None
    outcome: str | None

    @classmethod
    def of(cls, handoff: Handoff, claimed_by: str | None, zone: ZoneInfo) -> Self:
        """The view of a hand-off, its times in the given zone."""
        return cls(
            state=handoff.state,
            reason=handoff.reason,
            category=handoff.category,
            priority=handoff.priority,
            summary=handoff.summary,
            facts=CaseFacts.model_validate(handoff.case_facts),
            package=HandoffPackage.model_validate(handoff.package),
            claimed_by=claimed_by,
            waiting_since=handoff.created_at.astimezone(zone),
            due_at=_local(handoff.due_at, zone),
            ended_at=_local(handoff.ended_at, zone),
            outcome=handoff.outcome,
        )


class NoteView(BaseModel):
    """A private note. ``author``: the name of who wrote it."""

    id: str
    author: str
    text: str
    created_at: datetime

    @classmethod
    def of(cls, note: Note, author: str, zone: ZoneInfo) -> Self:
        """The view of a note, its time in the given zone."""
        created_at = note.created_at.astimezone(zone)
        return cls(id=note.id, author=author, text=note.text, created_at=created_at)


class ConversationView(BaseModel):
    """A conversation without its messages."""

    conversation_id: str
    channel: Channel
    status: Status
    created_at: datetime
    last_message_at: datetime
    closed_at: datetime | None

    @classmethod
    def of(cls, conversation: Conversation, zone: ZoneInfo) -> Self:
        """The view of a conversation, its times in the given zone."""
        return cls(
            conversation_id=conversation.id,
            channel=conversation.channel,
            status=conversation.status,
            created_at=conversation.created_at.astimezone(zone),
            last_message_at=conversation.last_message_at.astimezone(zone),
            closed_at=_local(conversation.closed_at, zone),
        )


class ReplyResponse(MessageView):
    """A stored reply. ``delivery``: how far it has come, where it has to be pushed."""

    delivery: DeliveryView | None = None

    @classmethod
    def of_reply(cls, message: Message, progress: Progress | None, zone: ZoneInfo) -> Self:
        """The response to a reply, its time in the given zone."""
        delivery = DeliveryView.of(progress) if progress else None
        return cls.of(message, zone).model_copy(update={"delivery": delivery})


class CaseResponse(BaseModel):
    """One case with everything that is known.

    ``earlier``: the other conversations of the same person, by whatever channel. ``wechat``: what
    can be sent to a worker who writes by WeChat. ``deliveries``: of messages that have to be
    pushed, by message id.
    """

    conversation: ConversationView
    messages: list[MessageView]
    handoff: HandoffView | None
    notes: list[NoteView]
    earlier: list[ConversationView]
    wechat: WechatState | None
    deliveries: dict[str, DeliveryView]
    attachments: list[AttachmentView]

    @classmethod
    def of(cls, case: CaseDetail, zone: ZoneInfo, wechat: WechatState | None = None) -> Self:
        """The view of a case, its times in the given zone."""
        holder = case.claimed_by.name if case.claimed_by else None
        return cls(
            conversation=ConversationView.of(case.conversation, zone),
            messages=views(case.messages, zone),
            handoff=HandoffView.of(case.handoff, holder, zone) if case.handoff else None,
            notes=[NoteView.of(note, author, zone) for note, author in case.notes],
            earlier=[ConversationView.of(earlier, zone) for earlier in case.earlier],
            wechat=wechat,
            deliveries={key: DeliveryView.of(each) for key, each in case.deliveries.items()},
            attachments=[AttachmentView.of(each, zone) for each in case.attachments],
        )


def _local(time: datetime | None, zone: ZoneInfo) -> datetime | None:
    return time.astimezone(zone) if time else None

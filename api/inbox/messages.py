"""What the inbox answers, as JSON."""

from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from api.inbox.cards import WorkerCard
from api.inbox.colleagues import Colleague
from api.inbox.counting import Counts
from api.inbox.rows import Row
from api.members.cards import MemberCard
from api.storage.models import (
    CannedReply,
    Channel,
    HandoffState,
    Label,
    Presence,
    Role,
    Status,
)
from contract import HandoffReason


class LabelView(BaseModel):
    """A label."""

    id: str
    name: str
    colour: str

    @classmethod
    def of(cls, label: Label) -> Self:
        """The view of a label."""
        return cls(id=label.id, name=label.name, colour=label.colour)


class CannedReplyView(BaseModel):
    """A canned reply; ``text`` with its variables, or filled where it was asked for a case."""

    id: str
    shortcut: str
    title: str
    text: str
    version: int

    @classmethod
    def of(cls, reply: CannedReply, text: str | None = None) -> Self:
        """The view of a canned reply, with another text if there is one."""
        return cls(
            id=reply.id,
            shortcut=reply.shortcut,
            title=reply.title,
            text=reply.text if text is None else text,
            version=reply.version,
        )


class RowView(BaseModel):
    """A conversation of a list. The fields of the case are empty for one that never came to the
    desk. ``holder``: the name of who has it, or had it. ``is_answered``: a person has written."""

    conversation_id: str
    channel: Channel
    status: Status
    last_message_at: datetime
    unread: int
    excerpt: str
    labels: list[LabelView]
    state: HandoffState | None = None
    summary: str = ""
    employer: str = ""
    category: str = ""
    reason: HandoffReason | None = None
    priority: int | None = None
    for_role: Role | None = None
    holder: str | None = None
    holder_id: str | None = None
    waiting_since: datetime | None = None
    due_at: datetime | None = None
    is_answered: bool = False
    snoozed_until: datetime | None = None

    @classmethod
    def of(cls, row: Row, zone: ZoneInfo) -> Self:
        """The view of a row, its times in the given zone."""
        conversation, handoff = row.conversation, row.handoff
        view = cls(
            conversation_id=conversation.id,
            channel=conversation.channel,
            status=conversation.status,
            last_message_at=conversation.last_message_at.astimezone(zone),
            unread=row.unread,
            excerpt=row.excerpt,
            labels=[LabelView.of(label) for label in row.labels],
        )
        if handoff is None:
            return view
        employer = handoff.case_facts.get("employer")
        return view.model_copy(
            update={
                "state": handoff.state,
                "summary": handoff.summary,
                "employer": employer if isinstance(employer, str) else "",
                "category": handoff.category,
                "reason": handoff.reason,
                "priority": handoff.priority,
                "for_role": handoff.for_role,
                "holder": row.holder.name if row.holder else None,
                "holder_id": row.holder.id if row.holder else None,
                "waiting_since": handoff.created_at.astimezone(zone),
                "due_at": handoff.due_at and handoff.due_at.astimezone(zone),
                "is_answered": handoff.answered_at is not None,
                "snoozed_until": handoff.snoozed_until and handoff.snoozed_until.astimezone(zone),
            }
        )


class CountsView(BaseModel):
    """How many cases there are; see ``api.inbox.counting``."""

    waiting: int
    mine: int
    open: int
    warned: int
    overdue: int

    @classmethod
    def of(cls, counts: Counts) -> Self:
        """The view of the numbers."""
        return cls(
            waiting=counts.waiting,
            mine=counts.mine,
            open=counts.open,
            warned=counts.warned,
            overdue=counts.overdue,
        )


class ListResponse(BaseModel):
    """A page of a list. ``cursor``: asks for the next page; null: this is the last one."""

    rows: list[RowView]
    cursor: str | None
    counts: CountsView


class ColleagueView(BaseModel):
    """Somebody who can answer workers. ``cases``: how many they have now."""

    id: str
    username: str
    name: str
    role: Role
    presence: Presence
    cases: int
    capacity: int | None

    @classmethod
    def of(cls, colleague: Colleague) -> Self:
        """The view of a colleague."""
        staff = colleague.staff
        return cls(
            id=staff.id,
            username=staff.username,
            name=staff.name,
            role=staff.role,
            presence=staff.presence,
            cases=colleague.cases,
            capacity=staff.capacity,
        )


class MemberView(BaseModel):
    """A member of the roster; ID number and phone are masked unless it was unmasked."""

    name: str
    id_number: str
    phone: str | None
    union_name: str
    joined_on: date | None
    mutual_aid_years: list[int]
    is_current: bool

    @classmethod
    def of(cls, card: MemberCard) -> Self:
        """The view of a member."""
        return cls(
            name=card.name,
            id_number=card.id_number,
            phone=card.phone,
            union_name=card.union_name,
            joined_on=card.joined_on,
            mutual_aid_years=list(card.mutual_aid_years),
            is_current=card.is_current,
        )


class BeforeView(BaseModel):
    """A conversation of the same person."""

    conversation_id: str
    channel: Channel
    status: Status
    created_at: datetime
    category: str
    summary: str
    outcome: str | None


class CardResponse(BaseModel):
    """What the desk knows of a worker. ``member``: null if not recognised as one; ``is_sealed``:
    recognised, but the numbers cannot be opened."""

    channel: Channel
    since: datetime
    conversations: int
    rating: int | None
    member: MemberView | None
    is_sealed: bool
    earlier: list[BeforeView]

    @classmethod
    def of(cls, card: WorkerCard, zone: ZoneInfo) -> Self:
        """The view of a card, its times in the given zone."""
        return cls(
            channel=card.channel,
            since=card.since.astimezone(zone),
            conversations=card.conversations,
            rating=card.rating,
            member=MemberView.of(card.member) if card.member else None,
            is_sealed=card.is_sealed,
            earlier=[
                BeforeView(
                    conversation_id=before.conversation.id,
                    channel=before.conversation.channel,
                    status=before.conversation.status,
                    created_at=before.conversation.created_at.astimezone(zone),
                    category=before.category,
                    summary=before.summary,
                    outcome=before.outcome,
                )
                for before in card.earlier
            ],
        )

"""What all tables share: ids are ULIDs, so that they sort by time of creation."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, MetaData
from sqlalchemy.orm import DeclarativeBase
from ulid import ULID

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
from api.storage.types import UtcDateTime, name_of
from contract import HandoffReason


def new_id() -> str:
    """A fresh ULID, 26 characters."""
    return str(ULID())


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Constraints have names, so that every engine can migrate them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime,
        Status: name_of(Status),
        Author: name_of(Author),
        MessageKind: name_of(MessageKind),
        Channel: name_of(Channel),
        HandoffReason: name_of(HandoffReason),
        HandoffState: name_of(HandoffState),
        Role: name_of(Role),
        ActorKind: name_of(ActorKind),
        OutboxState: name_of(OutboxState),
        DeliveryState: name_of(DeliveryState),
        AttachmentState: name_of(AttachmentState),
        AlertState: name_of(AlertState),
        OutcomeKind: name_of(OutcomeKind),
        Presence: name_of(Presence),
        ProposalKind: name_of(ProposalKind),
        ProposalState: name_of(ProposalState),
        PublicationState: name_of(PublicationState),
        ReviewReason: name_of(ReviewReason),
        ReviewState: name_of(ReviewState),
        RevisionState: name_of(RevisionState),
        list[str]: JSON,
        list[int]: JSON,
        list[dict[str, Any]]: JSON,
        dict[str, Any]: JSON(none_as_null=True),
    }

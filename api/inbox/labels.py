"""Labels: words of the desk's own that staff put on conversations."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.cleaning import clean
from api.inbox.recording import record
from api.inbox.refusals import invalid, name_taken, not_found
from api.staff import cases
from api.storage.database import Database
from api.storage.models import ConversationLabel, Label, Staff, new_id, now

NAME_MAX_CHARS = 32


class Colour(StrEnum):
    """The palette of the console; each is readable on white and on its own pale tint."""

    GREY = "grey"
    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    BLUE = "blue"
    PURPLE = "purple"


async def usable(session: AsyncSession) -> Sequence[Label]:
    """Labels that can be put on conversations, by name."""
    found = await session.scalars(
        select(Label).where(Label.disabled_at.is_(None)).order_by(Label.name)
    )
    return found.all()


async def create(database: Database, staff: Staff, name: str, colour: Colour) -> Label:
    """A new label, or one that was retired and is used again.

    Raises ``ApiError``: invalid_request for an empty name, name_taken.
    """
    name = " ".join(clean(name).split())
    if not 0 < len(name) <= NAME_MAX_CHARS:
        raise invalid("name")
    try:
        async with database.write() as session:
            label = await session.scalar(select(Label).where(Label.name == name))
            if label is None:
                label = Label(id=new_id(), name=name, colour=colour)
                session.add(label)
            elif label.disabled_at is None:
                raise name_taken()
            label.colour, label.disabled_at = colour, None
            record(session, "label.create", staff, "label", label.id, name=name)
    except IntegrityError:  # another one was faster
        raise name_taken() from None
    return label


async def retire(database: Database, staff: Staff, label_id: str) -> None:
    """Take a label out of use; where it was put it stays. Raises ``ApiError``: not_found."""
    async with database.write() as session:
        label = await _usable(session, label_id)
        label.disabled_at = now()
        record(session, "label.retire", staff, "label", label.id)


async def put(database: Database, staff: Staff, conversation_id: str, label_id: str) -> None:
    """Put a label on a conversation; once more does nothing.

    Raises ``ApiError``: conversation_not_found, forbidden, not_found.
    """
    async with database.write() as session:
        await cases.require_visible(session, staff, conversation_id)
        label = await _usable(session, label_id)
        if await session.get(ConversationLabel, (conversation_id, label.id)) is not None:
            return
        session.add(
            ConversationLabel(conversation_id=conversation_id, label_id=label.id, staff_id=staff.id)
        )
        record(session, "label.put", staff, "conversation", conversation_id, label_id=label.id)


async def remove(database: Database, staff: Staff, conversation_id: str, label_id: str) -> None:
    """Take a label off a conversation; once more does nothing.

    Raises ``ApiError``: conversation_not_found, forbidden.
    """
    async with database.write() as session:
        await cases.require_visible(session, staff, conversation_id)
        removed = await session.execute(
            delete(ConversationLabel).where(
                ConversationLabel.conversation_id == conversation_id,
                ConversationLabel.label_id == label_id,
            )
        )
        if cast(CursorResult[Any], removed).rowcount:
            record(
                session, "label.remove", staff, "conversation", conversation_id, label_id=label_id
            )


async def _usable(session: AsyncSession, label_id: str) -> Label:
    label = await session.get(Label, label_id)
    if label is None or label.disabled_at is not None:
        raise not_found()
    return label

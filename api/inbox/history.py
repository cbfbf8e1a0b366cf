"""The messages of a conversation, a screenful at a time, with what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.attachments import access as attachments
from api.outbox import deliveries
from api.outbox.deliveries import Progress
from api.storage.models import Attachment, Message, Staff

SCREENFUL = 60


@dataclass(frozen=True)
class Screenful:
    """Messages in order. ``authors``: names of staff by id. ``has_earlier``: there are more
    before the first."""

    messages: Sequence[Message]
    authors: Mapping[str, str]
    deliveries: Mapping[str, Progress]
    attachments: Sequence[Attachment]
    has_earlier: bool


async def read(
    session: AsyncSession, conversation_id: str, *, from_seq: int | None = None
) -> Screenful:
    """From a place on, or the latest if there is none."""
    wanted = select(Message).where(Message.conversation_id == conversation_id)
    if from_seq is None:
        found = await session.scalars(wanted.order_by(Message.seq.desc()).limit(SCREENFUL))
        messages: Sequence[Message] = found.all()[::-1]
    else:
        found = await session.scalars(wanted.where(Message.seq >= from_seq).order_by(Message.seq))
        messages = found.all()
    staff_ids = {message.staff_id for message in messages} - {None}
    names = await session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(staff_ids)))
    return Screenful(
        messages=messages,
        authors={row[0]: row[1] for row in names},
        deliveries=await deliveries.states_of(session, conversation_id),
        attachments=await attachments.of_conversation(session, conversation_id),
        has_earlier=bool(messages) and messages[0].seq > 1,
    )

"""Reading and writing the rows of files; every function works in the caller's session."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.attachments.kinds import Kind
from api.attachments.names import name_for
from api.storage.models import Attachment, AttachmentState, Conversation, Message, new_id

MAX_FILES = 50
"""In one conversation, those on their way included."""
MAX_TOTAL_BYTES = 100 * 1024 * 1024
LIVE_STATES = (AttachmentState.EXPECTED, AttachmentState.STORED)
"""States in which a file may lie on the disk."""


async def expect(
    session: AsyncSession, conversation: Conversation, message: Message, source: str
) -> Attachment:
    """A file of a message that still has to be fetched; refused at once if the conversation, which
    is locked, has too many. ``source``: where from, at most 255 characters."""
    fits = await has_room(session, conversation.id, 0)
    return await _add(
        session,
        Attachment(
            id=new_id(),
            conversation_id=conversation.id,
            message_id=message.id,
            state=AttachmentState.EXPECTED if fits else AttachmentState.REFUSED,
            source=source,
        ),
    )


async def add_stored(
    session: AsyncSession,
    attachment_id: str,
    conversation: Conversation,
    message: Message,
    *,
    file_name: str,
    kind: Kind,
    size: int,
    sha256: str,
    at: datetime,
) -> Attachment:
    """A file of a message that lies in its place already. ``file_name`` may be anything."""
    attachment = Attachment(
        id=attachment_id, conversation_id=conversation.id, message_id=message.id, created_at=at
    )
    stored(attachment, kind=kind, size=size, sha256=sha256, at=at)
    attachment.file_name = name_for(file_name, kind)
    return await _add(session, attachment)


def stored(attachment: Attachment, *, kind: Kind, size: int, sha256: str, at: datetime) -> None:
    """The file, which is locked or new, lies in its place."""
    attachment.state = AttachmentState.STORED
    attachment.content_type, attachment.size = kind.content_type, size
    attachment.sha256, attachment.stored_at = sha256, at


def refused(attachment: Attachment) -> None:
    """The file is not kept."""
    attachment.state = AttachmentState.REFUSED


def missing(attachment: Attachment) -> None:
    """The file cannot be had any more."""
    attachment.state = AttachmentState.MISSING


async def has_room(session: AsyncSession, conversation_id: str, size: int) -> bool:
    """Whether a locked conversation may have one more file of ``size`` bytes."""
    count, total = (
        await session.execute(
            select(func.count(), func.sum(Attachment.size)).where(
                Attachment.conversation_id == conversation_id, Attachment.state.in_(LIVE_STATES)
            )
        )
    ).one()
    return count < MAX_FILES and (total or 0) + size <= MAX_TOTAL_BYTES


async def find(session: AsyncSession, attachment_id: str) -> Attachment | None:
    """The row, or None."""
    return await session.get(Attachment, attachment_id)


async def lock(session: AsyncSession, attachment_id: str) -> Attachment:
    """The row as it is now, held until the transaction ends; its conversation is locked before.

    Raises ``sqlalchemy.exc.NoResultFound``.
    """
    found = select(Attachment).where(Attachment.id == attachment_id).with_for_update()
    return (await session.scalars(found.execution_options(populate_existing=True))).one()


async def of_messages(
    session: AsyncSession, message_ids: Collection[str]
) -> Mapping[str, Sequence[Attachment]]:
    """The files of each message that has some, in the order in which they came."""
    found = await session.scalars(
        select(Attachment).where(Attachment.message_id.in_(message_ids)).order_by(Attachment.id)
    )
    by_message: defaultdict[str, list[Attachment]] = defaultdict(list)
    for attachment in found:
        by_message[attachment.message_id].append(attachment)
    return by_message


async def of_message(session: AsyncSession, message_id: str) -> Sequence[Attachment]:
    """The files of one message."""
    return (await of_messages(session, [message_id])).get(message_id, [])


async def of_conversation(session: AsyncSession, conversation_id: str) -> Sequence[Attachment]:
    """The files of a conversation, in the order in which they came."""
    return (
        await session.scalars(
            select(Attachment)
            .where(Attachment.conversation_id == conversation_id)
            .order_by(Attachment.id)
        )
    ).all()


async def _add(session: AsyncSession, attachment: Attachment) -> Attachment:
    session.add(attachment)
    await session.flush()
    return attachment

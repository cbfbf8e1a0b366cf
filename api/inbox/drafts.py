"""What staff have typed and not sent: it outlives login and browser."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.error_codes import ErrorCode
from api.errors import ApiError
from api.storage.database import Database
from api.storage.models import Author, Conversation, Message, ReplyDraft, now

MAX_CHARS = 100_000
"""A draft may be longer than a message: what is too long is shortened, not lost."""


async def load(session: AsyncSession, staff_id: str, conversation_id: str) -> str:
    """The draft, empty without one. What one has sent last is none, though the page may have been
    lost before it could say so."""
    draft = await session.get(ReplyDraft, (staff_id, conversation_id))
    if draft is None:
        return ""
    sent = await session.scalar(
        select(Message.text)
        .where(
            Message.conversation_id == conversation_id,
            Message.author == Author.STAFF,
            Message.staff_id == staff_id,
        )
        .order_by(Message.seq.desc())
        .limit(1)
    )
    return "" if sent == draft.text.strip() else draft.text


async def save(database: Database, staff_id: str, conversation_id: str, text: str) -> None:
    """Keep a draft; an empty one is forgotten.

    Raises ``ApiError``: message_too_long, conversation_not_found.
    """
    if len(text) > MAX_CHARS:
        raise ApiError(ErrorCode.MESSAGE_TOO_LONG, limit=MAX_CHARS)
    async with database.write() as session:
        if not text.strip():
            await _forget(session, staff_id, conversation_id)
            return
        found = select(Conversation.id).where(Conversation.id == conversation_id)
        if await session.scalar(found.with_for_update(read=True)) is None:
            raise ApiError(ErrorCode.CONVERSATION_NOT_FOUND)
        await session.merge(
            ReplyDraft(
                staff_id=staff_id, conversation_id=conversation_id, text=text, updated_at=now()
            )
        )


async def erase(session: AsyncSession, conversation_id: str) -> None:
    """Forget everybody's drafts in a conversation: they repeat what the worker said."""
    await session.execute(delete(ReplyDraft).where(ReplyDraft.conversation_id == conversation_id))


async def _forget(session: AsyncSession, staff_id: str, conversation_id: str) -> None:
    await session.execute(
        delete(ReplyDraft).where(
            ReplyDraft.staff_id == staff_id, ReplyDraft.conversation_id == conversation_id
        )
    )

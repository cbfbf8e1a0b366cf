"""Messages that stand for something else than text, such as a photo or a place."""

from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import access
from api.storage.models import Author, Message, MessageKind, Status, now


async def add_file_message(
    session: AsyncSession, conversation_id: str, *, text: str, client_message_id: str
) -> Message:
    """Store a worker's message at the end of its conversation, handled already: no turn follows.

    The conversation is locked for the rest of the transaction; whoever commits it publishes
    ``MessageStored``. Raises ``sqlalchemy.exc.IntegrityError`` if the client's id has been used
    before, and ``sqlalchemy.exc.NoResultFound`` without the conversation, or if it is closed.
    """
    conversation = await access.lock_conversation(session, conversation_id)
    if conversation.status is Status.CLOSED:
        raise NoResultFound("the conversation is closed")
    message = Message.of(
        Author.WORKER,
        MessageKind.CHAT,
        text,
        client_message_id=client_message_id,
        handled_at=now(),
    )
    await access.append(session, conversation, [message])
    return message

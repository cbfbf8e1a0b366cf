"""What becomes of reviews and proposals when a conversation is erased."""

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.storage.models import Message, Proposal, ProposalState, Review, ReviewState


async def erase(session: AsyncSession, conversation_id: str) -> None:
    """Forget what repeats a worker's words.

    Answers that nobody judged have nothing left to judge. Proposals go unless they were accepted;
    those stay, without personal data and without the way back to the conversation.
    """
    of_conversation = Review.conversation_id == conversation_id
    await session.execute(delete(Review).where(of_conversation, Review.state == ReviewState.OPEN))
    await session.execute(update(Review).where(of_conversation).values(comment=""))
    made_of = Proposal.message_id.in_(
        select(Message.id).where(Message.conversation_id == conversation_id)
    )
    await session.execute(delete(Proposal).where(made_of, Proposal.state != ProposalState.ACCEPTED))
    await session.execute(update(Proposal).where(made_of).values(message_id=None))

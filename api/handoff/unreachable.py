"""The worker has left the channel, such as by unfollowing the account."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api import audit
from api.conversations import access
from api.handoff.states import TRANSITIONS, Act, next_status
from api.handoff.texts import handoff_texts
from api.storage.models import ActorKind, Conversation


async def lose(session: AsyncSession, conversation: Conversation, at: datetime) -> None:
    """Close a conversation that the caller has locked, and end its hand-off if one is open.

    Nothing is written into the conversation, because nobody would read it: colleagues find the
    reason as the outcome of the hand-off. A worker who comes back goes on in a linked conversation.
    Raises ``IllegalTransitionError`` if the conversation is closed already.
    """
    conversation.status = next_status(Act.LOSE, conversation.status, ActorKind.SYSTEM)
    conversation.closed_at = at
    handoff = await access.open_handoff(session, conversation.id)
    if handoff is not None:
        handoff.state = TRANSITIONS[Act.LOSE].handoff or handoff.state
        handoff.ended_at = at
        handoff.outcome = handoff_texts().unreachable
    audit.record(
        session,
        f"handoff.{Act.LOSE}",
        by=ActorKind.SYSTEM,
        subject_kind="conversation",
        subject_id=conversation.id,
    )

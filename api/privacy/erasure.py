"""How content is erased: overwritten in its row, so that times and counts stay for statistics.

Everybody's words go, those of staff and their notes too, because they repeat what a worker said.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from api import audit
from api.attachments import erasure as attachments
from api.conversations import access
from api.handoff.opening import HandoffPackage
from api.handoff.states import Act, next_status
from api.inbox import drafts, search_index
from api.outbox import queue
from api.privacy import bot_memory, channel_erasure
from api.reports import erasure as reports
from api.review import erasure as reviews
from api.storage.models import (
    ActorKind,
    Author,
    Conversation,
    Handoff,
    HandoffState,
    Message,
    Note,
    OutboxItem,
    Rating,
    Status,
    VerificationLink,
    Worker,
)
from api.texts import gateway_texts

NO_TOKEN = ""
"""Stored where a hash was: no token has it."""
_AFTER_TURNS = timedelta(minutes=1)
"""A turn that is at work with the bot is over by then, and nothing is remembered behind it."""
_first = aliased(Message)
# Every conversation begins with a message, and none is stored without a text.
HAS_CONTENT = exists().where(
    _first.conversation_id == Conversation.id, _first.seq == 1, _first.text != ""
)
"""Whether a conversation has not been erased."""


async def lock(session: AsyncSession, worker_id: str) -> tuple[Worker, Sequence[Conversation]]:
    """A worker with all conversations, oldest first, held against other writers.

    The worker comes first, as in the verification; the lock leaves room for the foreign key of a
    conversation that somebody else is just opening. Raises ``sqlalchemy.exc.NoResultFound``.
    """
    found = select(Worker).where(Worker.id == worker_id).with_for_update(key_share=True)
    worker = (await session.scalars(found)).one()
    conversations = (
        select(Conversation)
        .where(Conversation.worker_id == worker_id)
        .order_by(Conversation.id)
        .with_for_update()
    )
    known = (await session.scalars(conversations)).all()
    # Once more while one was opened before its predecessor was locked.
    while len(locked := (await session.scalars(conversations)).all()) > len(known):
        known = locked
    return worker, known


async def erase_conversation(
    session: AsyncSession, conversation: Conversation, *, by: ActorKind, at: datetime
) -> bool:
    """Erase a locked conversation and close it; returns whether it was on the desk."""
    was_on_desk = await _close(session, conversation, by, at)
    await reviews.erase(session, conversation.id, by=by, at=at)
    await _erase_messages(session, conversation.id, at)
    await _erase_handoffs(session, conversation.id)
    of_conversation = Rating.conversation_id == conversation.id
    await session.execute(update(Rating).where(of_conversation).values(comment=""))
    await session.execute(
        update(Note).where(Note.conversation_id == conversation.id).values(text="")
    )
    await drafts.erase(session, conversation.id)
    await search_index.forget(session, conversation.id)
    await session.execute(delete(OutboxItem).where(OutboxItem.conversation_id == conversation.id))
    await channel_erasure.erase_conversation(session, conversation, at)
    await attachments.erase(session, conversation.id, clock=lambda: at)
    await reports.erase(session, conversation.id)
    item = await queue.enqueue(
        session,
        bot_memory.ADAPTER,
        bot_memory.payload_of(conversation.id, conversation.bot_round),
        clock=lambda: at,
    )
    item.due_at = at + _AFTER_TURNS
    audit.record(
        session,
        "privacy.erase_conversation",
        by=by,
        actor_id=conversation.worker_id if by is ActorKind.WORKER else None,
        subject_kind="conversation",
        subject_id=conversation.id,
        messages=conversation.last_seq,
    )
    return was_on_desk


async def erase_worker(
    session: AsyncSession, worker: Worker, *, by: ActorKind, at: datetime
) -> None:
    """Forget who a locked worker is, whose conversations are erased. No token works any more."""
    await channel_erasure.erase_worker(session, worker.id, at)
    await session.execute(delete(VerificationLink).where(VerificationLink.worker_id == worker.id))
    await session.execute(
        update(Conversation).where(Conversation.worker_id == worker.id).values(token_hash=NO_TOKEN)
    )
    worker.member_id = worker.verified_at = None
    worker.deleted_at = at
    audit.record(
        session,
        "privacy.erase_worker",
        by=by,
        actor_id=worker.id if by is ActorKind.WORKER else None,
        subject_kind="worker",
        subject_id=worker.id,
    )


async def _close(
    session: AsyncSession, conversation: Conversation, by: ActorKind, at: datetime
) -> bool:
    handoff = await access.open_handoff(session, conversation.id)
    if handoff is not None:
        handoff.state, handoff.ended_at = HandoffState.CANCELLED, at
    if conversation.status is not Status.CLOSED:
        conversation.status = next_status(Act.ERASE, conversation.status, by)
        conversation.closed_at = at
    return handoff is not None


async def _erase_messages(session: AsyncSession, conversation_id: str, at: datetime) -> None:
    of_conversation = Message.conversation_id == conversation_id
    await session.execute(
        update(Message)
        .where(of_conversation)
        .values(text="", citations=[], quick_replies=[], trace=None, client_message_id=None)
    )
    # A turn that is open, or was left by a crash, must not be taken any more.
    await session.execute(
        update(Message)
        .where(of_conversation, Message.author == Author.WORKER, Message.handled_at.is_(None))
        .values(handled_at=at)
    )


async def _erase_handoffs(session: AsyncSession, conversation_id: str) -> None:
    handoffs = await session.scalars(
        select(Handoff).where(Handoff.conversation_id == conversation_id)
    )
    for handoff in handoffs:
        package = HandoffPackage(why=gateway_texts().handoff_why[handoff.reason])
        handoff.package = package.model_dump(mode="json")
        handoff.summary, handoff.case_facts, handoff.outcome = "", {}, None

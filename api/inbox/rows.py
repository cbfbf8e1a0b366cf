"""The rows of a list, read together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.storage.models import Conversation, ConversationLabel, Handoff, Label, Staff


@dataclass(frozen=True)
class Row:
    """One conversation of a list. ``holder``: who has the case, or had it. ``excerpt``: where the
    words that were looked for stand."""

    conversation: Conversation
    handoff: Handoff | None
    holder: Staff | None
    labels: Sequence[Label]
    excerpt: str = ""

    @property
    def unread(self) -> int:
        """How many messages no member of staff has seen."""
        return max(0, self.conversation.last_seq - self.conversation.staff_seen_seq)


async def read(
    session: AsyncSession, conversation_ids: Sequence[str], excerpts: dict[str, str] | None = None
) -> list[Row]:
    """The rows of conversations, in the order of their ids."""
    found = await session.scalars(select(Conversation).where(Conversation.id.in_(conversation_ids)))
    conversations = {each.id: each for each in found}
    handoffs = await _latest_handoffs(session, conversation_ids)
    labels = await labels_of(session, conversation_ids)
    staff = await session.scalars(
        select(Staff).where(Staff.id.in_({h.claimed_by for h in handoffs.values()} - {None}))
    )
    holders: dict[str | None, Staff] = {each.id: each for each in staff}
    rows = []
    for conversation_id in conversation_ids:
        handoff = handoffs.get(conversation_id)
        rows.append(
            Row(
                conversation=conversations[conversation_id],
                handoff=handoff,
                holder=holders.get(handoff.claimed_by) if handoff else None,
                labels=labels[conversation_id],
                excerpt=(excerpts or {}).get(conversation_id, ""),
            )
        )
    return rows


async def labels_of(
    session: AsyncSession, conversation_ids: Sequence[str]
) -> dict[str, list[Label]]:
    """The labels of conversations, in the order of their names; none: an empty list."""
    collected: dict[str, list[Label]] = defaultdict(list)
    found = await session.execute(
        select(ConversationLabel.conversation_id, Label)
        .join(Label, Label.id == ConversationLabel.label_id)
        .where(ConversationLabel.conversation_id.in_(conversation_ids))
        .order_by(Label.name)
    )
    for conversation_id, label in found:
        collected[conversation_id].append(label)
    return collected


async def _latest_handoffs(
    session: AsyncSession, conversation_ids: Sequence[str]
) -> dict[str, Handoff]:
    found = await session.scalars(
        select(Handoff)
        .where(Handoff.conversation_id.in_(conversation_ids))
        .order_by(Handoff.created_at)
    )
    return {each.conversation_id: each for each in found}

"""Keeps the searched texts in step with the record.

A round reads what was said since the last one; it runs every few seconds, so that no turn of a
worker has to wait for the index. Erasure takes a text out in its own transaction.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from ulid import ULID

from api.inbox.grams import fold, grams
from api.storage.database import Database
from api.storage.models import Author, Conversation, ConversationText, Handoff, Message

_MESSAGES_A_ROUND = 2000
_CONVERSATIONS_A_TRANSACTION = 50
_MAX_CHARS = 40_000
"""Of a conversation; of a longer one the latest are searched."""
_OVERLAP = timedelta(minutes=1)
"""An id is made before its message is committed: those of this time are looked at once more."""
_ADD = text("INSERT INTO conversation_search (rowid, facts, words) VALUES (:rank, :facts, :words)")
_REMOVE = text(
    "INSERT INTO conversation_search (conversation_search, rowid, facts, words)"
    " VALUES ('delete', :rank, :facts, :words)"
)


class SearchIndex:
    """One round brings the texts up to date; the application runs it every now and then."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._through: str | None = None

    async def round(self) -> int:
        """Take in what was said since the last round; returns how many conversations."""
        changed = 0
        while True:
            async with self._database.read() as session:
                if self._through is None:
                    self._through = await session.scalar(
                        select(func.max(ConversationText.through_id))
                    )
                batch = await _messages_behind(session, _rewound(self._through))
                stale = await _stale(session, batch)
            for start in range(0, len(stale), _CONVERSATIONS_A_TRANSACTION):
                async with self._database.write() as session:
                    await refresh(session, stale[start : start + _CONVERSATIONS_A_TRANSACTION])
            changed += len(stale)
            if len(batch) < _MESSAGES_A_ROUND or batch[-1][0] == self._through:
                self._through = batch[-1][0] if batch else self._through
                return changed
            self._through = batch[-1][0]


async def refresh(session: AsyncSession, conversation_ids: Sequence[str]) -> None:
    """Make the texts of conversations anew; those that do not exist are passed over."""
    # Held against an erasure, which must not be overtaken by what was read before it.
    found = await session.scalars(
        select(Conversation.id)
        .where(Conversation.id.in_(conversation_ids))
        .order_by(Conversation.id)
        .with_for_update(read=True)
    )
    existing = found.all()
    facts, words = await _noted(session, existing)
    await _add_what_was_said(session, existing, words)
    through = await session.execute(
        select(Message.conversation_id, func.max(Message.id))
        .where(Message.conversation_id.in_(existing))
        .group_by(Message.conversation_id)
    )
    for conversation_id, latest_id in through.all():
        await forget(session, conversation_id)
        row = ConversationText(
            conversation_id=conversation_id,
            facts=_searched(facts[conversation_id]),
            words=_searched(words[conversation_id]),
            through_id=latest_id,
        )
        session.add(row)
        await session.flush()
        if _has_index(session):
            await session.execute(_ADD, _indexed(row))


async def forget(session: AsyncSession, conversation_id: str) -> None:
    """Take a conversation out of the search."""
    row = await session.scalar(
        select(ConversationText).where(ConversationText.conversation_id == conversation_id)
    )
    if row is None:
        return
    if _has_index(session):
        await session.execute(_REMOVE, _indexed(row))
    await session.execute(delete(ConversationText).where(ConversationText.rank == row.rank))
    session.expunge(row)


def _has_index(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _indexed(row: ConversationText) -> dict[str, object]:
    return {"rank": row.rank, "facts": grams(row.facts), "words": grams(row.words)}


def _searched(parts: Iterable[str]) -> str:
    return fold("\n".join(filter(None, parts)))[-_MAX_CHARS:]


def _rewound(message_id: str | None) -> str:
    if message_id is None:
        return ""
    earlier = ULID.from_str(message_id).datetime.astimezone(UTC) - _OVERLAP
    return str(ULID.from_datetime(earlier))[:10]


async def _messages_behind(session: AsyncSession, message_id: str) -> Sequence[tuple[str, str]]:
    rows = await session.execute(
        select(Message.id, Message.conversation_id)
        .where(Message.id > message_id)
        .order_by(Message.id)
        .limit(_MESSAGES_A_ROUND)
    )
    return [(row[0], row[1]) for row in rows]


async def _stale(session: AsyncSession, messages: Sequence[tuple[str, str]]) -> list[str]:
    latest = {conversation_id: message_id for message_id, conversation_id in messages}
    rows = await session.execute(
        select(ConversationText.conversation_id, ConversationText.through_id).where(
            ConversationText.conversation_id.in_(latest)
        )
    )
    known = {row[0]: row[1] for row in rows}
    return [key for key, message_id in latest.items() if known.get(key, "") < message_id]


async def _noted(
    session: AsyncSession, ids: Sequence[str]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The facts of the cases; and what was said of them, summaries and outcomes."""
    facts: dict[str, list[str]] = defaultdict(list)
    words: dict[str, list[str]] = defaultdict(list)
    handoffs = await session.scalars(select(Handoff).where(Handoff.conversation_id.in_(ids)))
    for handoff in handoffs:
        told = [value for value in handoff.case_facts.values() if isinstance(value, str)]
        facts[handoff.conversation_id] += [handoff.category, *told]
        words[handoff.conversation_id] += [handoff.summary, handoff.outcome or ""]
    return facts, words


async def _add_what_was_said(
    session: AsyncSession, ids: Sequence[str], words: dict[str, list[str]]
) -> None:
    said = await session.execute(
        select(Message.conversation_id, Message.text)
        .where(
            Message.conversation_id.in_(ids),
            # The bot's answers are the same for everybody; nobody looks for a case by them.
            Message.author.in_((Author.WORKER, Author.STAFF)),
        )
        .order_by(Message.conversation_id, Message.seq)
    )
    for conversation_id, text_of_message in said:
        words[conversation_id].append(text_of_message)

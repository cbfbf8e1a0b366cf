"""What the record says after a measurement: was a message lost, or taken twice?"""

import sqlite3
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(kw_only=True)
class Verdict:
    """The first five have to be 0."""

    lost: int = 0
    doubled: int = 0
    unanswered: int = 0
    different_on_repetition: int = 0
    neither_answered_nor_queued: int = 0
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, doubled or left alone."""
        return not (
            self.lost
            or self.doubled
            or self.unanswered
            or self.different_on_repetition
            or self.neither_answered_nor_queued
        )


@dataclass(frozen=True)
class Stored:
    """A message of the record."""

    id: str
    author: str
    client_message_id: str | None
    in_reply_to: str | None


def open_record(database: Path) -> sqlite3.Connection:
    """The gateway's database, for reading only."""
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True)


def check(
    record: sqlite3.Connection,
    sent: Collection[str],
    conversations: Collection[str],
    verdict: Verdict,
) -> None:
    """Compare what was sent (ids of the clients, in conversations) with what is there."""
    stored = Counter(
        key
        for (key,) in record.execute(
            "SELECT client_message_id FROM messages WHERE author = 'worker'"
        )
    )
    replies = Counter(
        key
        for (key,) in record.execute(
            "SELECT q.client_message_id FROM messages q JOIN messages r"
            " ON r.in_reply_to = q.id AND r.kind != 'notice' WHERE q.author = 'worker'"
        )
    )
    verdict.unanswered = record.execute(
        "SELECT count(*) FROM messages WHERE author = 'worker' AND handled_at IS NULL"
    ).fetchone()[0]
    verdict.statuses = dict(
        record.execute("SELECT status, count(*) FROM conversations GROUP BY status")
    )
    answered = {
        row[0]
        for row in record.execute(
            "SELECT DISTINCT conversation_id FROM messages WHERE in_reply_to IS NOT NULL"
        )
    }
    queued = {
        row[0]
        for row in record.execute("SELECT conversation_id FROM handoffs WHERE state = 'waiting'")
    }
    verdict.lost = sum(stored[key] == 0 for key in sent)
    verdict.doubled = sum(count > 1 for count in stored.values())
    # A turn says at most a handful of things; twice as many would be a turn taken twice.
    verdict.doubled += sum(count > 3 for count in replies.values())
    verdict.neither_answered_nor_queued = sum(
        conversation not in answered | queued for conversation in conversations
    )


def messages_in_order(record: sqlite3.Connection) -> dict[str, list[Stored]]:
    """Each conversation's messages, in the order in which they stand."""
    found: dict[str, list[Stored]] = {}
    for conversation, *message in record.execute(
        "SELECT conversation_id, id, author, client_message_id, in_reply_to FROM messages"
        " ORDER BY conversation_id, seq"
    ):
        found.setdefault(conversation, []).append(Stored(*message))
    return found


def answered_out_of_order(messages: Collection[Stored]) -> int:
    """Replies of one conversation that stand behind the reply to a later message, or before the
    message that they answer."""
    places = {message.id: place for place, message in enumerate(messages)}
    wrong, latest = 0, -1
    for place, message in enumerate(messages):
        if message.in_reply_to is not None:
            asked = places.get(message.in_reply_to, len(places))
            wrong += asked > place or asked < latest
            latest = max(latest, asked)
    return wrong

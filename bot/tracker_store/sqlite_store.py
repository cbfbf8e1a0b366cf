"""An append-only tracker store on SQLite.

The stock SQL store builds a session, counts and re-reads the events and waits for the disk at
each save, all on the event loop. This one appends the new events in one short transaction
(docs/decisions/0002-tracker-store.md has the figures), and gives back a short tracker: Rasa
replays all events of a tracker each turn.
"""

import itertools
import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    ConversationPaused,
    ConversationResumed,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

KEPT_USER_TURNS: Final = 20
"""User turns that a retrieved tracker holds; what came before is reduced to its state."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY,
    conversation TEXT NOT NULL,
    type TEXT NOT NULL,
    state_key TEXT,
    timestamp REAL NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_in_order ON event (conversation, id);
CREATE INDEX IF NOT EXISTS event_by_type ON event (conversation, type, id);
CREATE INDEX IF NOT EXISTS event_state ON event (conversation, state_key, id)
    WHERE state_key IS NOT NULL;
"""

_APPEND: Final = (
    "INSERT INTO event (conversation, type, state_key, timestamp, data) VALUES (?, ?, ?, ?, ?)"
)

_SESSION_START: Final = (
    "SELECT coalesce(max(id), 0) FROM event WHERE conversation = ? AND type IN (?, ?)"
)

_WINDOW_START: Final = """
SELECT min(id) FROM (
    SELECT id FROM event WHERE conversation = ? AND type = ? AND id > ?
    ORDER BY id DESC LIMIT ?
)
"""

_LAST_ID: Final = "SELECT max(id) FROM event WHERE conversation = ?"

_EVENTS_FROM: Final = "SELECT data FROM event WHERE conversation = ? AND id >= ? ORDER BY id"

# Walks from one state key to the next, so that its cost does not grow with the history.
_STATE_BEFORE: Final = """
WITH RECURSIVE key (name) AS (
    SELECT min(state_key) FROM event WHERE conversation = :conversation AND state_key IS NOT NULL
    UNION ALL
    SELECT (SELECT min(state_key) FROM event
            WHERE conversation = :conversation AND state_key > key.name)
    FROM key WHERE key.name IS NOT NULL
)
SELECT data FROM event WHERE id IN (
    SELECT (SELECT max(id) FROM event
            WHERE conversation = :conversation AND state_key = key.name
              AND id > :after AND id < :before)
    FROM key WHERE key.name IS NOT NULL
)
ORDER BY id
"""


class StoredTracker(DialogueStateTracker):
    """A tracker that knows how many of its events stand for what is stored already."""

    def __init__(
        self,
        sender_id: str,
        slots: Iterable[Slot] | None,
        max_event_history: int | None = None,
        sender_source: str | None = None,
        is_rule_tracker: bool = False,
    ) -> None:
        super().__init__(sender_id, slots, max_event_history, sender_source, is_rule_tracker)
        self.stored_events = 0


class SQLiteTrackerStore(TrackerStore):
    """Keeps every event, in write-ahead mode, and retrieves short trackers.

    ``synchronous=NORMAL``: a turn survives the end of the process at any moment; after a loss
    of power the last moments may be missing, the database stays whole
    (https://www.sqlite.org/pragma.html#pragma_synchronous). The gateway's database, not this
    one, is the system of record.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        db: str = "tracker.db",
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        """Open or create the database file ``db``.

        Raises:
            sqlite3.Error: when the file is no database or cannot be written.
        """
        path = Path(db)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA busy_timeout = 2000")
        # What a worker asks us to forget is overwritten, not only unlinked.
        self._connection.execute("PRAGMA secure_delete = ON")
        self._connection.executescript(_SCHEMA)
        self._saved_last: DialogueStateTracker | None = None
        super().__init__(domain, event_broker, **kwargs)

    def saved_last(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker that was saved last, if it is that of the conversation: who asks for it right
        after a turn need not have it read again."""
        last = self._saved_last
        return last if last is not None and last.sender_id == sender_id else None

    def init_tracker(self, sender_id: str) -> StoredTracker:
        """An empty tracker of this store."""
        return StoredTracker(sender_id, self.domain.slots, self.max_event_history)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the events of the tracker that are not stored yet.

        Raises:
            sqlite3.Error: when they cannot be written; then none of them is.
        """
        self._saved_last = None
        await self.stream_events(tracker)
        if not isinstance(tracker, StoredTracker):
            stored = await self.retrieve(tracker.sender_id)
            first_new = len(stored.events) if stored else 0
        else:
            first_new = tracker.stored_events
        rows = [
            _row(tracker.sender_id, event)
            for event in itertools.islice(tracker.events, first_new, None)
        ]
        if rows:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany(_APPEND, rows)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
        if isinstance(tracker, StoredTracker):
            tracker.stored_events = len(tracker.events)
        self._saved_last = tracker

    async def retrieve(self, sender_id: str) -> StoredTracker | None:
        """The last turns of the current session, after the state that went before them.

        Raises:
            sqlite3.Error: when the database cannot be read.
        """
        last_id = self._value(_LAST_ID, sender_id)
        if last_id is None:
            return None
        session_start = self._value(
            _SESSION_START, sender_id, SessionStarted.type_name, Restarted.type_name
        )
        window_start = self._value(
            _WINDOW_START, sender_id, UserUttered.type_name, session_start, KEPT_USER_TURNS
        )
        if window_start is None:
            window_start = last_id + 1
        state = self._connection.execute(
            _STATE_BEFORE,
            {"conversation": sender_id, "after": session_start, "before": window_start},
        )
        events = deserialise_events([json.loads(data) for (data,) in state])
        # Where the assistant waits for the worker is where the kept turns begin.
        events.append(ActionExecuted(ACTION_LISTEN_NAME))
        events += self._read_events(sender_id, window_start)
        tracker = self.init_tracker(sender_id)
        for event in events:
            tracker.update(event)
        tracker.stored_events = len(tracker.events)
        return tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> StoredTracker | None:
        """All events of the conversation, across sessions.

        Raises:
            sqlite3.Error: when the database cannot be read.
        """
        events = self._read_events(conversation_id, 0)
        if not events:
            return None
        tracker = self.init_tracker(conversation_id)
        for event in events:
            tracker.update(event)
        tracker.stored_events = len(tracker.events)
        return tracker

    async def keys(self) -> Iterable[str]:
        """The ids of all stored conversations."""
        rows = self._connection.execute("SELECT DISTINCT conversation FROM event")
        return [conversation for (conversation,) in rows]

    async def delete(self, conversation_id: str) -> None:
        """Forget a conversation; one that is not known is forgotten already.

        Raises:
            sqlite3.Error: when the database cannot be written.
        """
        self._connection.execute("DELETE FROM event WHERE conversation = ?", (conversation_id,))
        if self.saved_last(conversation_id):
            self._saved_last = None

    def close(self) -> None:
        """Close the database; the store cannot be used afterwards."""
        self._connection.close()

    def _value(self, query: str, *parameters: Any) -> Any:
        (value,) = self._connection.execute(query, parameters).fetchone()
        return value

    def _read_events(self, conversation_id: str, first_id: int) -> list[Event]:
        rows = self._connection.execute(_EVENTS_FROM, (conversation_id, first_id))
        events: list[Event] = deserialise_events([json.loads(data) for (data,) in rows])
        return events


def _row(conversation_id: str, event: Event) -> tuple[str, str, str | None, float, str]:
    data = event.as_dict()
    if isinstance(event, UserUttered):
        # Only the turn they belong to has a use for them; they are most of the event's size.
        parse_data = dict(data["parse_data"])
        parse_data.pop("intent_ranking", None)
        parse_data.pop("text_tokens", None)
        data["parse_data"] = parse_data
    return (
        conversation_id,
        event.type_name,
        _state_key(event),
        event.timestamp,
        json.dumps(data, ensure_ascii=False),
    )


def _state_key(event: Event) -> str | None:
    """What part of the state the event sets; the last event of each key makes the state."""
    if isinstance(event, SlotSet):
        return f"slot {event.key}"
    if isinstance(event, ActiveLoop):
        return "active loop"
    if isinstance(event, (ConversationPaused, ConversationResumed)):
        return "paused"
    if isinstance(event, AllSlotsReset):
        return "slots reset"
    return None
